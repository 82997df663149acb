import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { FileResponse } from '../../../../common/http/answers/file-response';
import type { JsonObject } from '../../../../common/util/json';
import { CacheStorage, StoredObjectMissingError } from '../../../../platform/storage/storage-driver';
import { storedFile } from '../../../../platform/storage/stored-file';
import type { Connection } from '../connection';

const FOLDER = 'audio/speech';
const FORMATS = ['mp3', 'opus', 'aac', 'flac', 'wav'];
/** Many hours of speech. */
const MAX_BYTES = 256 * 1024 * 1024;

/** Caches speech by connection and request, so that repeated requests cost nothing. */
@Injectable()
export class SpeechCacheService {
  constructor(private readonly storage: CacheStorage) {}

  /** The cache key of a request; undefined when it is not cacheable: raw samples, and events. */
  keyOf({ url, key }: Connection, body: JsonObject): string | undefined {
    const { response_format: format = 'mp3', stream_format: parts = 'audio' } = body;
    if (parts !== 'audio' || !FORMATS.includes(String(format))) return undefined;
    const hash = createHash('sha256')
      .update(JSON.stringify([url, key, body]))
      .digest('hex');
    return `${FOLDER}/${hash}.${String(format)}`;
  }

  find(key: string): Promise<FileResponse | null> {
    return storedFile(this.storage, key);
  }

  /** Stores completely received speech. @throws what the source throws; nothing is stored then. */
  async store(key: string, speech: AsyncIterable<Uint8Array>): Promise<FileResponse> {
    await this.storage.put(key, speech, { maxBytes: MAX_BYTES });
    const file = await this.find(key);
    if (!file) throw new StoredObjectMissingError(key);
    return file;
  }

  /** Deletes entries stored before this time, in Unix seconds. */
  async removeBefore(time: number): Promise<void> {
    for await (const { key, updatedAt } of this.storage.list(FOLDER))
      if (updatedAt < time) await this.storage.delete(key);
  }
}
