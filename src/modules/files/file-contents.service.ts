import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { NotFoundError } from '../../common/errors/app-error';
import { BlobStore } from '../../platform/storage/blobs/blob-store';
import { FILE_BLOBS, FilesRepository } from './files.repository';
import type { StoredFile } from './files.types';

/**
 * Bytes and texts of files without a check of access: for background work, and for callers that have loaded the file
 * through `FilesService`.
 */
@Injectable()
export class FileContentsService {
  constructor(
    private readonly files: FilesRepository,
    private readonly blobs: BlobStore,
  ) {}

  find(fileId: string): Promise<StoredFile | null> {
    return this.files.find(fileId);
  }

  /** The stored bytes. @throws NotFoundError for a file without any, and when the storage has lost them. */
  async open(fileId: string): Promise<Readable> {
    const blob = (await this.blobs.find(FILE_BLOBS, [fileId])).get(fileId);
    if (!blob) throw new NotFoundError();
    return this.blobs.open(blob);
  }

  /** By the id of the file; files without a text are missing. All of it is in memory: mind how many are asked for. */
  textOf(fileIds: readonly string[]): Promise<Map<string, string>> {
    return this.files.findTexts(fileIds);
  }

  /** As `textOf`, of each text the first characters. */
  startOf(fileIds: readonly string[], characters: number): Promise<Map<string, string>> {
    return fileIds.length === 0
      ? Promise.resolve(new Map<string, string>())
      : this.files.findTextStarts(fileIds, characters);
  }
}
