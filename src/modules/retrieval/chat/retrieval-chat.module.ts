import { Module } from '@nestjs/common';
import { DeclarationsModule } from '../../../platform/discovery/declarations.module';
import { SettingsModule } from '../../../platform/settings/settings.module';
import { FilesModule } from '../../files/files.module';
import { ProvidersModule } from '../../providers/providers.module';
import { IngestModule } from '../ingest/ingest.module';
import { SearchModule } from '../search/search.module';
import { WebModule } from '../web/web.module';
import { AttachmentsService } from './attachments.service';
import { BuiltinSearchProvider } from './builtin-search/builtin-search.provider';
import { BuiltinSearchSettings } from './builtin-search/builtin-search.settings';
import { ChatContextService } from './chat-context.service';
import { PassagesService } from './passages.service';

/** What attachments contribute to replies, and the model that answers with nothing else. */
@Module({
  imports: [
    SettingsModule.forFeature([BuiltinSearchSettings]),
    DeclarationsModule,
    FilesModule,
    ProvidersModule,
    SearchModule,
    IngestModule,
    WebModule,
  ],
  providers: [AttachmentsService, PassagesService, ChatContextService, BuiltinSearchProvider],
  exports: [AttachmentsService, ChatContextService],
})
export class RetrievalChatModule {}
