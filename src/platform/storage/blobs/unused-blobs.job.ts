import { Injectable, Logger } from '@nestjs/common';
import { nowSeconds } from '../../../common/util/time';
import { Transaction } from '../../database/transaction';
import { JobHandler } from '../../jobs/job-kind';
import { StorageDriver } from '../storage-driver';
import { BlobsRepository } from './blobs.repository';

const REMOVE_UNUSED = { name: 'storage.remove-unused-blobs', schedule: '17 * * * *' };
const BATCH = 500;

/** Seconds that content stays without a reference: the transaction that refers to it may be still to come. */
const GRACE = 24 * 60 * 60;

/**
 * Removes blobs without references, and writes that never ended. First the row says so, then the object is deleted, then
 * the row: what a crash or a failing storage interrupts is continued an hour later.
 */
@Injectable()
export class UnusedBlobsJob {
  private readonly logger = new Logger(UnusedBlobsJob.name);

  constructor(
    private readonly blobs: BlobsRepository,
    private readonly storage: StorageDriver,
    private readonly transaction: Transaction,
  ) {}

  @JobHandler(REMOVE_UNUSED)
  run(): Promise<void> {
    return this.removeUnused(nowSeconds());
  }

  async removeUnused(now: number): Promise<void> {
    const retire = () => this.transaction.run(() => this.blobs.retireUnused(now - GRACE, BATCH));
    while ((await retire()) > 0);
    let removed = await this.blobs.findRemoved('', BATCH);
    for (; removed.length > 0; removed = await this.blobs.findRemoved(removed.at(-1)?.id ?? '', BATCH))
      for (const { id, key } of removed) await this.remove(id, key);
  }

  /** One object that cannot be deleted does not hold up the others. */
  private async remove(id: string, key: string): Promise<void> {
    try {
      await this.storage.delete(key);
      await this.blobs.delete(id);
    } catch (error) {
      this.logger.warn({ err: error, blob: id }, 'A blob could not be removed; tried again in an hour');
    }
  }
}
