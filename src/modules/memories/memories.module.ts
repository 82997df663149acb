import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../platform/database/database.module';
import { SettingsModule } from '../../platform/settings/settings.module';
import { SearchModule } from '../retrieval/search/search.module';
import { IndexMemoriesJob } from './index-memories.job';
import { MemoriesController } from './memories.controller';
import { MemoriesRepository } from './memories.repository';
import { MemoriesService } from './memories.service';
import { MemoriesSettings } from './memories.settings';
import { Memory } from './memory.entity';
import { MemoryIndexService } from './memory-index.service';
import { Memories1764092000000 } from './migrations/1764092000000-memories';

const settings = SettingsModule.forFeature([MemoriesSettings]);

/** What models are told of their users. */
@Module({
  imports: [
    DatabaseModule.forFeature({ entities: [Memory], migrations: [Memories1764092000000] }),
    settings,
    SearchModule,
  ],
  controllers: [MemoriesController],
  providers: [MemoriesRepository, MemoriesService, MemoryIndexService, IndexMemoriesJob],
  exports: [settings, MemoriesService],
})
export class MemoriesModule {}
