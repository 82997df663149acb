import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../platform/database/database.module';
import { DeclarationsModule } from '../../platform/discovery/declarations.module';
import { SettingsModule } from '../../platform/settings/settings.module';
import { UsersModule } from '../users/users.module';
import { DrivesSettings } from './drives.settings';
import { FileBlobsService } from './file-blobs.service';
import { FileContent } from './file-content.entity';
import { FileContentsService } from './file-contents.service';
import { FileDownloadsService } from './file-downloads.service';
import { FileListsService } from './file-lists.service';
import { FileProcessingService } from './file-processing.service';
import { FileStatusService } from './file-status.service';
import { FileTextsService } from './file-texts.service';
import { FileUploadsService } from './file-uploads.service';
import { File } from './file.entity';
import { FilesController } from './files.controller';
import { FilesRepository } from './files.repository';
import { FilesService } from './files.service';
import { FilesSettings } from './files.settings';
import { Files1764030000000 } from './migrations/1764030000000-files';
import { EditedTexts1764044000000 } from './migrations/1764044000000-edited-texts';

const settings = SettingsModule.forFeature([FilesSettings, DrivesSettings]);

/** Uploaded files. Extraction and indexing are in `retrieval`, which reports here. */
@Module({
  imports: [
    DatabaseModule.forFeature({
      entities: [File, FileContent],
      migrations: [Files1764030000000, EditedTexts1764044000000],
    }),
    DeclarationsModule,
    settings,
    UsersModule,
  ],
  controllers: [FilesController],
  providers: [
    FilesRepository,
    FilesService,
    FileListsService,
    FileDownloadsService,
    FileTextsService,
    FileUploadsService,
    FileContentsService,
    FileProcessingService,
    FileStatusService,
    FileBlobsService,
  ],
  exports: [FilesService, FileContentsService, FileProcessingService, FileUploadsService, FileBlobsService, settings],
})
export class FilesModule {}
