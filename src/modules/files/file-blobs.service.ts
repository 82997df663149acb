import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/transaction';
import { BlobStore } from '../../platform/storage/blobs/blob-store';
import { FILE_BLOBS, FilesRepository } from './files.repository';

/** The stored bytes of all files, apart from their rows. */
@Injectable()
export class FileBlobsService {
  constructor(
    private readonly files: FilesRepository,
    private readonly blobs: BlobStore,
    private readonly transaction: Transaction,
  ) {}

  /** Deletes the bytes of all files of all users; rows and texts stay. */
  async deleteAll(): Promise<void> {
    await this.transaction.run(async () => this.blobs.release(FILE_BLOBS, await this.files.dropBlobs()));
  }
}
