import { Readable } from 'node:stream';
import type * as Client from '@aws-sdk/client-s3';
import type * as Uploads from '@aws-sdk/lib-storage';
import { PayloadTooLargeError } from '../../../common/errors/app-error';
import type { ByteRange } from '../../../common/http/answers/file-response';
import type { S3Target } from '../../env/storage-env';
import {
  assertStorageKey,
  isStorageKey,
  StorageDriver,
  StoredObjectMissingError,
  type ListedObject,
  type PutOptions,
  type StoredObject,
} from '../storage-driver';
import { tagsOf } from './s3-tags';

type Aws = typeof Client & typeof Uploads;

/** Bytes of one part of an upload. At most two parts of each upload are in memory; 10,000 parts are 78 GB. */
const PART_SIZE = 8 * 1024 * 1024;
const PARTS_AT_ONCE = 2;
/** Milliseconds. */
const LIMITS = { connectionTimeout: 10_000, socketTimeout: 120_000 };

/**
 * Objects of a bucket. Content is streamed in both directions; an upload that fails leaves no parts. Its requests go to the
 * server that the operator names, so they are no outgoing requests of users (docs/adr/0060-object-storage.md).
 */
export class S3Driver extends StorageDriver {
  private constructor(
    private readonly aws: Aws,
    private readonly client: Client.S3Client,
    private readonly target: S3Target,
  ) {
    super();
  }

  /** Loads the libraries, which other installations need not have in memory. */
  static async open(target: S3Target): Promise<S3Driver> {
    const aws = { ...(await import('@aws-sdk/client-s3')), ...(await import('@aws-sdk/lib-storage')) };
    return new S3Driver(aws, new aws.S3Client(configOf(target)), target);
  }

  override async put(
    key: string,
    content: AsyncIterable<Uint8Array>,
    { maxBytes = Infinity, labels = {} }: PutOptions = {},
  ): Promise<number> {
    const counted = new CountedContent(content, maxBytes);
    const Tagging = this.target.isTagged ? tagsOf(labels) : undefined;
    const upload = new this.aws.Upload({
      client: this.client,
      params: { ...this.placeOf(key), Body: Readable.from(counted, { objectMode: false }), Tagging },
      ...{ partSize: PART_SIZE, queueSize: PARTS_AT_ONCE, leavePartsOnError: false },
    });
    try {
      await upload.done();
    } catch (error) {
      throw counted.failure ?? error;
    }
    return counted.size;
  }

  override async get(key: string, range?: ByteRange): Promise<Readable> {
    const Range = range && `bytes=${range.start}-${range.end}`;
    const command = new this.aws.GetObjectCommand({ ...this.placeOf(key), Range });
    const { Body }: Client.GetObjectCommandOutput = await this.client.send(command).catch(missing(key));
    return Body as Readable;
  }

  override async find(key: string): Promise<StoredObject | null> {
    try {
      const command = new this.aws.HeadObjectCommand(this.placeOf(key));
      const { ContentLength, LastModified } = await this.client.send(command).catch(missing(key));
      return { size: ContentLength ?? 0, updatedAt: secondsOf(LastModified) };
    } catch (error) {
      if (error instanceof StoredObjectMissingError) return null;
      throw error;
    }
  }

  override async delete(key: string): Promise<void> {
    await this.client.send(new this.aws.DeleteObjectCommand(this.placeOf(key)));
  }

  override async *list(prefix: string): AsyncGenerator<ListedObject> {
    const { Bucket, Key } = this.placeOf(prefix);
    const start = Key.length - prefix.length;
    for await (const { Contents = [] } of this.aws.paginateListObjectsV2(
      { client: this.client },
      { Bucket, Prefix: `${Key}/` },
    ))
      for (const object of Contents) {
        const key = object.Key?.slice(start) ?? '';
        if (isStorageKey(key)) yield { key, size: object.Size ?? 0, updatedAt: secondsOf(object.LastModified) };
      }
  }

  /** @throws RangeError */
  private placeOf(key: string): { Bucket: string; Key: string } {
    assertStorageKey(key);
    const { bucket, prefix } = this.target;
    return { Bucket: bucket, Key: prefix === '' ? key : `${prefix}/${key}` };
  }
}

/** Content on its way, bounded; the library reports a failure of its source as one of the upload. */
class CountedContent implements AsyncIterable<Uint8Array> {
  size = 0;
  failure: unknown;

  constructor(
    private readonly content: AsyncIterable<Uint8Array>,
    private readonly maxBytes: number,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for await (const part of this.content) {
        this.size += part.byteLength;
        if (this.size > this.maxBytes) throw new PayloadTooLargeError();
        yield part;
      }
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }
}

function configOf({ region, endpoint, credentials, hasPathStyle, isAccelerated }: S3Target): Client.S3ClientConfig {
  return {
    ...(endpoint !== undefined && { endpoint, region: 'us-east-1' }),
    ...(region !== undefined && { region }),
    ...(credentials && { credentials }),
    ...{ forcePathStyle: hasPathStyle, useAccelerateEndpoint: isAccelerated, requestHandler: LIMITS },
    // Servers other than AWS do not know the newer checksums.
    ...{ requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' },
  };
}

const secondsOf = (date: Date | undefined): number => Math.floor((date?.getTime() ?? 0) / 1000);

const MISSING = new Set(['NoSuchKey', 'NotFound']);

const missing = (key: string) => (error: unknown) => {
  if (error instanceof Error && MISSING.has(error.name)) throw new StoredObjectMissingError(key);
  throw error;
};
