import { Module } from '@nestjs/common';
import { SettingsModule } from '../../../platform/settings/settings.module';
import { IndexModule } from '../index/index.module';
import { FullTextRepository } from './full-text.repository';
import { FullTextService } from './full-text.service';
import { HitsRepository } from './hits.repository';
import { RerankingService } from './reranking.service';
import { SearchService } from './search.service';
import { SearchSettings } from './search.settings';

const settings = SettingsModule.forFeature([SearchSettings]);

/** Finds passages by words and by meaning. */
@Module({
  imports: [settings, IndexModule],
  providers: [FullTextRepository, FullTextService, HitsRepository, RerankingService, SearchService],
  exports: [settings, IndexModule, SearchService],
})
export class SearchModule {}
