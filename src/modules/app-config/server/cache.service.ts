import { Injectable } from '@nestjs/common';
import { NotFoundError } from '../../../common/errors/app-error';
import type { FileResponse } from '../../../common/http/answers/file-response';
import { CacheStorage } from '../../../platform/storage/storage-driver';
import { storedFile } from '../../../platform/storage/stored-file';

/** Files below `<dataDir>/cache`, the directory of generated images and speech in the contract. */
@Injectable()
export class CacheService {
  constructor(private readonly storage: CacheStorage) {}

  /** @throws NotFoundError also for an invalid storage key. */
  async get(path: readonly string[]): Promise<FileResponse> {
    const file = await storedFile(this.storage, path.join('/'));
    if (!file) throw new NotFoundError('File not found');
    return file;
  }
}
