import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Target } from '../../../src/platform/env/storage-env';

interface S3rver {
  run(): Promise<AddressInfo>;
  close(): Promise<void>;
}
/** Without types of its own. */
type S3rverClass = new (options: Record<string, unknown>) => S3rver;

export const BUCKET = 'files';

/** A local S3 server with one bucket. */
export class FakeS3Server {
  private constructor(
    private readonly server: S3rver,
    private readonly directory: string,
    private readonly port: number,
  ) {}

  static async start(): Promise<FakeS3Server> {
    const S3rver = createRequire(__filename)('s3rver') as S3rverClass;
    const directory = await mkdtemp(join(tmpdir(), 'confab-s3-'));
    const options = { address: '127.0.0.1', port: 0, silent: true, directory };
    const server = new S3rver({ ...options, configureBuckets: [{ name: BUCKET, configs: [] }] });
    return new FakeS3Server(server, directory, (await server.run()).port);
  }

  /** The bucket as the driver gets it. */
  target(change: Partial<S3Target> = {}): S3Target {
    return {
      ...{ bucket: BUCKET, region: undefined, endpoint: `http://127.0.0.1:${this.port}`, prefix: 'a/b' },
      credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
      ...{ isAccelerated: false, hasPathStyle: true, isTagged: false },
      ...change,
    };
  }

  async close(): Promise<void> {
    await this.server.close();
    await rm(this.directory, { recursive: true, force: true });
  }
}
