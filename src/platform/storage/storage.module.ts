import { join } from 'node:path';
import { Global, Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module';
import { Env } from '../env/env';
import { BlobReference } from './blobs/blob-reference.entity';
import { BlobStore } from './blobs/blob-store';
import { Blob } from './blobs/blob.entity';
import { BlobsRepository } from './blobs/blobs.repository';
import { UnusedBlobsJob } from './blobs/unused-blobs.job';
import { LocalDriver } from './drivers/local.driver';
import { S3Driver } from './drivers/s3.driver';
import { Blobs1764023000000 } from './migrations/1764023000000-blobs';
import { BlobClaims1764030100000 } from './migrations/1764030100000-blob-claims';
import { CacheStorage, StorageDriver } from './storage-driver';
import { TemporaryFiles } from './temporary-files';

/** Uploads are below `<dataDir>/uploads` or in a bucket, what can be made again below `<dataDir>/cache`. */
@Global()
@Module({
  imports: [
    DatabaseModule.forFeature({
      entities: [Blob, BlobReference],
      migrations: [Blobs1764023000000, BlobClaims1764030100000],
    }),
  ],
  providers: [
    BlobsRepository,
    BlobStore,
    UnusedBlobsJob,
    TemporaryFiles,
    { provide: StorageDriver, inject: [Env], useFactory: openUploads },
    { provide: CacheStorage, inject: [Env], useFactory: ({ dataDir }: Env) => open(join(dataDir, 'cache')) },
  ],
  exports: [BlobStore, StorageDriver, CacheStorage, TemporaryFiles],
})
export class StorageModule {}

function openUploads({ storage, dataDir }: Env): Promise<StorageDriver> {
  return storage ? S3Driver.open(storage) : open(join(dataDir, 'uploads'));
}

async function open(directory: string): Promise<StorageDriver> {
  const driver = new LocalDriver(directory);
  await driver.removeAbandoned();
  return driver;
}
