import { Module } from '@nestjs/common';
import { SettingsModule } from '../../../platform/settings/settings.module';
import { ExtractionModule } from '../extraction/extraction.module';
import { JsonRequestsService } from './json-requests.service';
import { BatchLoadersService } from './pages/batch-loaders.service';
import { PageContentService } from './pages/page-content.service';
import { PageRequestsService } from './pages/page-requests.service';
import { PlainLoaderService } from './pages/plain-loader.service';
import { PlaywrightLoaderService } from './pages/playwright-loader.service';
import { RobotsService } from './pages/robots.service';
import { UrlPolicyService } from './pages/url-policy.service';
import { WebLoaderSettings } from './web-loader.settings';
import { WebPagesService } from './web-pages.service';
import { WebSearchService } from './web-search.service';
import { WebSearchSettings } from './web-search.settings';
import { YoutubeService } from './youtube/youtube.service';

const settings = SettingsModule.forFeature([WebSearchSettings, WebLoaderSettings]);

/** Fetching of web pages, and search engines. */
@Module({
  imports: [settings, ExtractionModule],
  providers: [
    WebSearchService,
    WebPagesService,
    JsonRequestsService,
    UrlPolicyService,
    PageRequestsService,
    PageContentService,
    RobotsService,
    PlainLoaderService,
    PlaywrightLoaderService,
    BatchLoadersService,
    YoutubeService,
  ],
  exports: [settings, WebSearchService, WebPagesService],
})
export class WebModule {}
