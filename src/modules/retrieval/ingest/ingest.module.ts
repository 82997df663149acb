import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../../platform/database/database.module';
import { DeclarationsModule } from '../../../platform/discovery/declarations.module';
import { SettingsModule } from '../../../platform/settings/settings.module';
import { FilesModule } from '../../files/files.module';
import { ExtractionModule } from '../extraction/extraction.module';
import { IndexModule } from '../index/index.module';
import { SearchModule } from '../search/search.module';
import { SplittingModule } from '../splitting/splitting.module';
import { CollectionFile } from './collection-file.entity';
import { CollectionFilesRepository } from './collection-files.repository';
import { CollectionWriterService } from './collection-writer.service';
import { CollectionsService } from './collections.service';
import { FileIngestService } from './file-ingest.service';
import { IngestSettings } from './ingest.settings';
import { CollectionFiles1764032500000 } from './migrations/1764032500000-collection-files';
import { ProcessFileJob } from './process-file.job';

const settings = SettingsModule.forFeature([IngestSettings]);

/** From files and texts to searchable chunks, and from the names of collections to what a principal may search. */
@Module({
  imports: [
    DatabaseModule.forFeature({ entities: [CollectionFile], migrations: [CollectionFiles1764032500000] }),
    settings,
    DeclarationsModule,
    FilesModule,
    ExtractionModule,
    SplittingModule,
    IndexModule,
    SearchModule,
  ],
  providers: [
    CollectionFilesRepository,
    CollectionsService,
    CollectionWriterService,
    FileIngestService,
    ProcessFileJob,
  ],
  exports: [settings, CollectionsService, CollectionWriterService],
})
export class IngestModule {}
