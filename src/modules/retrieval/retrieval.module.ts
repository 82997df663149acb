import { Module } from '@nestjs/common';
import { RetrievalApiModule } from './api/retrieval-api.module';
import { RetrievalChatModule } from './chat/retrieval-chat.module';
import { ExtractionModule } from './extraction/extraction.module';
import { SearchModule } from './search/search.module';
import { SplittingModule } from './splitting/splitting.module';
import { WebModule } from './web/web.module';

/** Retrieval over files, texts and web pages: one sub-module per stage, lowest first. */
@Module({
  imports: [ExtractionModule, SplittingModule, SearchModule, WebModule, RetrievalApiModule, RetrievalChatModule],
})
export class RetrievalModule {}
