import { Injectable } from '@nestjs/common';
import { nowSeconds } from '../../../common/util/time';
import { Transaction } from '../../../platform/database/transaction';
import { JobHandler } from '../../../platform/jobs/job-kind';
import { BlobStore } from '../../../platform/storage/blobs/blob-store';
import { ChatImagesRepository, IMAGE_BLOBS } from './chat-images.repository';

const REMOVE_UNUSED = { name: 'chats.remove-unused-images', schedule: '41 * * * *' };
const BATCH = 500;

/** Seconds after the last use: a save that uses the image again may be in progress. */
const GRACE = 24 * 60 * 60;

/** Deletes images that no chat of their owner shows. */
@Injectable()
export class UnusedImagesJob {
  constructor(
    private readonly images: ChatImagesRepository,
    private readonly blobs: BlobStore,
    private readonly transaction: Transaction,
  ) {}

  @JobHandler(REMOVE_UNUSED)
  run(): Promise<void> {
    return this.removeUnused(nowSeconds());
  }

  async removeUnused(now: number): Promise<void> {
    let ids = await this.images.findIds('', BATCH);
    for (; ids.length > 0; ids = await this.images.findIds(ids.at(-1) ?? '', BATCH)) {
      await this.images.markUnused(ids, now);
      await this.removeRows(ids, now - GRACE);
    }
  }

  private removeRows(ids: readonly string[], since: number): Promise<void> {
    return this.transaction.run(async () => {
      await this.blobs.release(IMAGE_BLOBS, await this.images.deleteUnused(ids, since));
    });
  }
}
