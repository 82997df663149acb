import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../platform/database/database.module';
import { AccessModule } from '../access/access.module';
import { FilesModule } from '../files/files.module';
import { GroupsModule } from '../groups/groups.module';
import { ModelsModule } from '../models/models.module';
import { UsersModule } from '../users/users.module';
import { KnowledgeCollectionsService, KnowledgeFileAccessService } from './knowledge-access.service';
import { KnowledgeFile } from './knowledge-file.entity';
import { KnowledgeFilesRepository } from './knowledge-files.repository';
import { KnowledgeFilesService } from './knowledge-files.service';
import { KnowledgeController } from './knowledge.controller';
import { Knowledge } from './knowledge.entity';
import { KnowledgeRepository } from './knowledge.repository';
import { KnowledgeService } from './knowledge.service';
import { Knowledge1764033000000 } from './migrations/1764033000000-knowledge';
import { KnowledgeReindex1764033100000 } from './migrations/1764033100000-knowledge-reindex';
import { KnowledgeIndexService } from './reindex/knowledge-index.service';
import { ReindexRepository } from './reindex/reindex.repository';
import { ReindexedFile } from './reindex/reindexed-file.entity';

/** Named sets of files that models search. */
@Module({
  imports: [
    DatabaseModule.forFeature({
      entities: [Knowledge, KnowledgeFile, ReindexedFile],
      migrations: [Knowledge1764033000000, KnowledgeReindex1764033100000],
    }),
    AccessModule,
    UsersModule,
    GroupsModule,
    FilesModule,
    ModelsModule,
  ],
  controllers: [KnowledgeController],
  providers: [
    KnowledgeRepository,
    KnowledgeFilesRepository,
    KnowledgeService,
    KnowledgeFilesService,
    KnowledgeFileAccessService,
    KnowledgeCollectionsService,
    KnowledgeIndexService,
    ReindexRepository,
  ],
  exports: [KnowledgeService],
})
export class KnowledgeModule {}
