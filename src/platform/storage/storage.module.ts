import { join } from 'node:path';
import { Global, Module } from '@nestjs/common';
import { Env } from '../env/env';
import { LocalDriver } from './drivers/local.driver';
import { StorageDriver } from './storage-driver';
import { TemporaryFiles } from './temporary-files';

/** Files go below `<dataDir>/uploads`. */
@Global()
@Module({
  providers: [
    TemporaryFiles,
    {
      provide: StorageDriver,
      inject: [Env],
      useFactory: async ({ dataDir }: Env): Promise<StorageDriver> => {
        const driver = new LocalDriver(join(dataDir, 'uploads'));
        await driver.removeAbandoned();
        return driver;
      },
    },
  ],
  exports: [StorageDriver, TemporaryFiles],
})
export class StorageModule {}
