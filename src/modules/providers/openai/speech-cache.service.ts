import { createHash } from 'node:crypto';
import { opendir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { FileAnswer } from '../../../common/http/file-answer';
import type { JsonObject } from '../../../common/util/json';
import { Env } from '../../../platform/env/env';
import { LocalDriver } from '../../../platform/storage/drivers/local.driver';
import type { Connection } from './connection';

const FOLDER = 'audio/speech';
const FORMATS = ['mp3', 'opus', 'aac', 'flac', 'wav'];
/** Many hours of speech. */
const MAX_BYTES = 256 * 1024 * 1024;

/** Sounds of texts that were read aloud, by connection and request: the same text is not paid for twice. */
@Injectable()
export class SpeechCacheService {
  private readonly root: string;
  private readonly files: LocalDriver;

  constructor({ dataDir }: Env) {
    this.root = join(dataDir, 'cache');
    this.files = new LocalDriver(this.root);
  }

  /** Where the answer to a request is kept; undefined for one that is not kept: raw samples, and parts as they come. */
  pathOf({ url, key }: Connection, body: JsonObject): string | undefined {
    const { response_format: format = 'mp3', stream_format: parts = 'audio' } = body;
    if (parts !== 'audio' || !FORMATS.includes(String(format))) return undefined;
    const hash = createHash('sha256')
      .update(JSON.stringify([url, key, body]))
      .digest('hex');
    return `${FOLDER}/${hash}.${String(format)}`;
  }

  async find(path: string): Promise<FileAnswer | null> {
    return (await this.files.find(path)) ? this.answer(path) : null;
  }

  /** Kept only when all of it has come. */
  async keep(path: string, sound: AsyncIterable<Uint8Array>): Promise<FileAnswer> {
    await this.files.put(path, sound, { maxBytes: MAX_BYTES });
    return this.answer(path);
  }

  /** Removes what was kept before this time. Milliseconds since the epoch. */
  async forgetBefore(time: number): Promise<void> {
    const directory = await opendir(join(this.root, FOLDER)).catch(() => undefined);
    for await (const { name } of directory ?? []) {
      const path = join(this.root, FOLDER, name);
      const file = await stat(path).catch(() => undefined);
      if (file?.isFile() && file.mtimeMs < time) await rm(path, { force: true });
    }
  }

  private answer(path: string): FileAnswer {
    return new FileAnswer(this.root, path, 'File not found');
  }
}
