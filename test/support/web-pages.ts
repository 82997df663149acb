import dns from 'node:dns';
import { Logger } from '@nestjs/common';
import type { ExtractionService } from '../../src/modules/retrieval/extraction/extraction.service';
import { JsonRequestsService } from '../../src/modules/retrieval/web/json-requests.service';
import { BatchLoadersService } from '../../src/modules/retrieval/web/pages/batch-loaders.service';
import { PageContentService } from '../../src/modules/retrieval/web/pages/page-content.service';
import { PageRequestsService } from '../../src/modules/retrieval/web/pages/page-requests.service';
import { PlainLoaderService } from '../../src/modules/retrieval/web/pages/plain-loader.service';
import { PlaywrightLoaderService } from '../../src/modules/retrieval/web/pages/playwright-loader.service';
import { RobotsService } from '../../src/modules/retrieval/web/pages/robots.service';
import { UrlPolicyService } from '../../src/modules/retrieval/web/pages/url-policy.service';
import { WebLoaderSettings } from '../../src/modules/retrieval/web/web-loader.settings';
import { WebPagesService } from '../../src/modules/retrieval/web/web-pages.service';
import { WebSearchSettings } from '../../src/modules/retrieval/web/web-search.settings';
import { YoutubeService } from '../../src/modules/retrieval/web/youtube/youtube.service';
import { Env } from '../../src/platform/env/env';
import { HttpClient } from '../../src/platform/http-client/http-client';
import { Internet } from './fakes/internet';

/** An address of the public internet, to which nothing connects: requests go through the proxy of `Internet`. */
export const PUBLIC_ADDRESS = '93.184.216.34';

/** Names that lead elsewhere than `PUBLIC_ADDRESS`. */
const NAMES: Readonly<Record<string, string>> = {
  localhost: '127.0.0.1',
  'private.test': '10.0.0.1',
  'meta.test': '169.254.169.254',
  'mapped.test': '::ffff:169.254.169.254',
};

/** Registers hooks: an internet for the file, empty for each test, and a name service of its own. */
export function pagesStage() {
  const names: Record<string, string> = { ...NAMES };
  const { lookup } = dns;
  const answer = (host: string, _: unknown, callback: (error: null, found: unknown) => void) =>
    callback(null, [{ address: names[host] ?? PUBLIC_ADDRESS, family: 4 }]);
  let started: { internet: Internet; http: HttpClient } | undefined;
  beforeAll(async () => {
    Logger.overrideLogger(false);
    const internet = await Internet.start();
    started = { internet, http: new HttpClient(new Env(internet.variables)) };
  });
  beforeEach(() => {
    started?.internet.reset();
    dns.lookup = answer as unknown as typeof dns.lookup;
  });
  afterEach(() => {
    dns.lookup = lookup;
  });
  afterAll(async () => {
    await started?.http.onApplicationShutdown();
    await started?.internet.close();
  });
  const running = () => {
    if (!started) throw new Error('Not started yet');
    return started;
  };

  return {
    /** Addresses of names, for a test to change. */
    names,
    get internet(): Internet {
      return running().internet;
    },
    pagesWith: (changes: Partial<WebLoaderSettings> = {}): WebPagesService => {
      const settings = Object.assign(new WebLoaderSettings(), changes);
      const { http } = running();
      const policy = new UrlPolicyService(settings);
      const requests = new PageRequestsService(http, policy, settings);
      const robots = new RobotsService(requests, settings);
      const search = Object.assign(new WebSearchSettings(), { tavily_api_key: 'k' });
      return new WebPagesService(
        policy,
        new PlainLoaderService(requests, robots, new PageContentService(extraction, settings), settings),
        new PlaywrightLoaderService(requests, robots, settings),
        new BatchLoadersService(new JsonRequestsService(http), settings, search),
        new YoutubeService(http, settings),
        settings,
      );
    },
  };
}

/** Returns its input as text. */
const extraction = {
  async *extract({ name, contentType, size, open }) {
    const parts = await (await open()).toArray();
    yield { text: `${name} ${contentType} ${size} `, metadata: {} };
    yield { text: String(parts.length), metadata: {}, continues: true };
  },
} as ExtractionService;
