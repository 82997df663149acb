import { Injectable } from '@nestjs/common';
import { Transaction } from '../../../../platform/database/transaction';
import { FileBlobsService } from '../../../files/file-blobs.service';
import { DocumentIndexService } from '../../index/document-index.service';
import { fileIdOf } from '../../ingest/collection-name';
import { CollectionsService } from '../../ingest/collections.service';
import type { DeleteRequest, DeleteResponse } from './maintenance.dto';

/** What administrators delete of the index. */
@Injectable()
export class RetrievalMaintenanceService {
  constructor(
    private readonly collections: CollectionsService,
    private readonly index: DocumentIndexService,
    private readonly blobs: FileBlobsService,
    private readonly transaction: Transaction,
  ) {}

  /** Takes a file out of a collection; out of its own one by deleting its chunks. */
  async delete({ collection_name: name, file_id: fileId }: DeleteRequest): Promise<DeleteResponse> {
    if (fileIdOf(name) === fileId) return { status: (await this.index.remove({ fileIds: [fileId] })) > 0 };
    return { status: await this.collections.removeFile(name, fileId) };
  }

  /** Deletes all documents, and all collections with what refers to them. Files stay, with their texts. */
  async resetIndex(): Promise<null> {
    await this.transaction.run(async () => {
      await this.collections.deleteAll();
      await this.index.removeAll();
    });
    return null;
  }

  /** Deletes the bytes of all files. Files stay, with their texts. */
  async resetUploads(): Promise<true> {
    await this.blobs.deleteAll();
    return true;
  }
}
