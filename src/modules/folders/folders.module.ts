import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../platform/database/database.module';
import { SettingsModule } from '../../platform/settings/settings.module';
import { AuthModule } from '../auth/auth.module';
import { FilesModule } from '../files/files.module';
import { KnowledgeModule } from '../knowledge/knowledge.module';
import { Folder } from './folder.entity';
import { FoldersController } from './folders.controller';
import { FoldersRepository } from './folders.repository';
import { FoldersService } from './folders.service';
import { FoldersSettings } from './folders.settings';
import { Folders1764005010000 } from './migrations/1764005010000-folders';

@Module({
  imports: [
    SettingsModule.forFeature([FoldersSettings]),
    DatabaseModule.forFeature({ entities: [Folder], migrations: [Folders1764005010000] }),
    AuthModule,
    FilesModule,
    KnowledgeModule,
  ],
  controllers: [FoldersController],
  providers: [FoldersRepository, FoldersService],
  exports: [FoldersService, AuthModule],
})
export class FoldersModule {}
