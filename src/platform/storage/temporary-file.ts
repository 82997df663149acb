import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { AppError, PayloadTooLargeError } from '../../common/errors/app-error';

export interface AppendOptions {
  /** Bytes of the whole file. */
  maxBytes?: number;
  /** Called when a part is written, with the size so far. */
  onPart?: (size: number) => void;
}

/**
 * A file without a name: it is unlinked as soon as it is open, so that the system takes its space back when it is closed,
 * however the process ends.
 */
export class TemporaryFile {
  private bytes = 0;
  private hash = createHash('sha256');
  private closing: Promise<void> | undefined;

  private constructor(private readonly handle: FileHandle) {}

  /** The directory is made if there is none. */
  static async create(directory: string): Promise<TemporaryFile> {
    await mkdir(directory, { recursive: true });
    const path = join(directory, randomUUID());
    const handle = await open(path, 'wx+', 0o600);
    await unlink(path);
    return new TemporaryFile(handle);
  }

  get size(): number {
    return this.bytes;
  }

  /** Hexadecimal SHA-256 of what is written so far. */
  get digest(): string {
    return this.hash.copy().digest('hex');
  }

  /** After a failure what came before it is kept. @throws PayloadTooLargeError; 507 when the disk is full. */
  async append(content: AsyncIterable<Uint8Array>, { maxBytes = Infinity, onPart }: AppendOptions = {}): Promise<void> {
    for await (const part of content) {
      if (this.bytes + part.byteLength > maxBytes) throw new PayloadTooLargeError();
      await this.write(part);
      onPart?.(this.bytes);
    }
  }

  /** Forgets what is written. */
  async clear(): Promise<void> {
    await this.handle.truncate(0);
    this.bytes = 0;
    this.hash = createHash('sha256');
  }

  /** From the beginning. */
  read(): Readable {
    return this.handle.createReadStream({ start: 0, autoClose: false });
  }

  /** May be called again, and while something is read or written: that fails then. */
  close(): Promise<void> {
    return (this.closing ??= this.handle.close());
  }

  private async write(part: Uint8Array): Promise<void> {
    for (let done = 0; done < part.byteLength;) {
      const { bytesWritten } = await this.handle
        .write(part, done, part.byteLength - done, this.bytes + done)
        .catch(told);
      done += bytesWritten;
    }
    this.hash.update(part);
    this.bytes += part.byteLength;
  }
}

function told(error: NodeJS.ErrnoException): never {
  throw error.code === 'ENOSPC' ? new AppError(507, 'The disk of the server is full') : error;
}
