import { Injectable, type OnModuleInit } from '@nestjs/common';
import { nowSeconds } from '../../common/util/time';
import { Transaction } from '../../platform/database/transaction';
import { JobsService, type JobKind } from '../../platform/jobs/jobs.service';
import { ChatImageFilesService } from './chat-image-files.service';
import { ChatImagesRepository } from './chat-images.repository';

const REMOVE_UNUSED = { name: 'chats.remove-unused-images' };
const REMOVE_FILES: JobKind<{ ids: string[] }> = { name: 'chats.remove-image-files', retries: 20 };
const HOURLY = '41 * * * *';
const AT_ONCE = 500;

/** Seconds for which an image is kept that no chat shows: a save that brings it back may be on its way. */
const GRACE = 24 * 60 * 60;

/** Removes images that nobody's chats show any more. A file goes after its row has, and its name never comes back. */
@Injectable()
export class UnusedImagesJob implements OnModuleInit {
  constructor(
    private readonly jobs: JobsService,
    private readonly images: ChatImagesRepository,
    private readonly files: ChatImageFilesService,
    private readonly transaction: Transaction,
  ) {}

  onModuleInit(): void {
    this.jobs.handle(REMOVE_UNUSED, () => this.run(), HOURLY);
    this.jobs.handle(REMOVE_FILES, ({ ids }) => this.removeFiles(ids));
  }

  async run(now = nowSeconds()): Promise<void> {
    let ids = await this.images.findIds('', AT_ONCE);
    for (; ids.length > 0; ids = await this.images.findIds(ids.at(-1) ?? '', AT_ONCE)) {
      await this.images.markUnused(ids, now);
      await this.removeRows(ids, now - GRACE);
    }
  }

  private removeRows(ids: readonly string[], since: number): Promise<void> {
    return this.transaction.run(async () => {
      const removed = await this.images.deleteUnused(ids, since);
      if (removed.length > 0) await this.jobs.enqueue(REMOVE_FILES, { ids: removed });
    });
  }

  private async removeFiles(ids: readonly string[]): Promise<void> {
    for (const id of ids) await this.files.delete(id);
  }
}
