import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../../platform/database/database.module';
import { FoldersModule } from '../../folders/folders.module';
import { ChatsModule } from '../chats.module';
import { ChatSearchIndexRepository } from './chat-search-index.repository';
import { ChatSearchIndexService } from './chat-search-index.service';
import { ChatSearchText } from './chat-search-text.entity';
import { ChatSearchController } from './chat-search.controller';
import { ChatSearchRepository } from './chat-search.repository';
import { ChatSearchService } from './chat-search.service';

@Module({
  imports: [DatabaseModule.forFeature({ entities: [ChatSearchText] }), FoldersModule, ChatsModule],
  controllers: [ChatSearchController],
  providers: [ChatSearchIndexRepository, ChatSearchIndexService, ChatSearchRepository, ChatSearchService],
})
export class ChatSearchModule {}
