import type { FileHandle } from 'node:fs/promises';

/** Bytes of one write. */
const BATCH = 1024 * 1024;
/** Bytes after which the disk is told to begin, so that little is left to wait for at the end. */
const SYNC_EVERY = 32 * 1024 * 1024;

/**
 * Appends chunks to a file in large writes. The next batch is collected while one is written, and the disk works
 * meanwhile: at most two batches are in memory.
 */
export class BatchWriter {
  private batch: Uint8Array[] = [];
  private length = 0;
  private unsynced = 0;
  private writing: Promise<unknown> = Promise.resolve();
  private syncing: Promise<unknown> | undefined;
  private failure: { error: unknown } | undefined;

  constructor(private readonly file: FileHandle) {}

  /** @throws what a write before has thrown. */
  async push(chunk: Uint8Array): Promise<void> {
    this.batch.push(chunk);
    this.length += chunk.byteLength;
    if (this.length >= BATCH) await this.flush();
  }

  /** Resolves when everything is on the disk. */
  async end(): Promise<void> {
    if (this.length > 0) await this.flush();
    await this.writing;
    await this.syncing;
    if (this.failure) throw this.failure.error;
    await this.file.sync();
  }

  /** Resolves when nothing is under way, so that the file may be closed. */
  async settled(): Promise<void> {
    await Promise.allSettled([this.writing, this.syncing]);
  }

  private async flush(): Promise<void> {
    await this.writing;
    const { batch, length } = this;
    this.batch = [];
    this.length = 0;
    this.writing = this.write(batch, length);
    // The next await rejects with the failure.
    this.writing.catch(() => undefined);
    this.unsynced += length;
    if (this.unsynced >= SYNC_EVERY && !this.syncing) this.startSync();
  }

  private async write(batch: Uint8Array[], length: number): Promise<void> {
    const { bytesWritten } = await this.file.writev(batch);
    if (bytesWritten < length) await this.file.writeFile(Buffer.concat(batch).subarray(bytesWritten));
  }

  private startSync(): void {
    this.unsynced = 0;
    this.syncing = this.file
      .datasync()
      // The system reports a failure once: the sync at the end would not.
      .catch((error: unknown) => (this.failure ??= { error }))
      .finally(() => (this.syncing = undefined));
  }
}
