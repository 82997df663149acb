import { Logger } from '@nestjs/common';
import type { Principal } from '../../src/common/auth/principal';
import { JsonRequestsService } from '../../src/modules/retrieval/web/json-requests.service';
import { WebLoaderSettings } from '../../src/modules/retrieval/web/web-loader.settings';
import type { WebPagesService } from '../../src/modules/retrieval/web/web-pages.service';
import { WebSearchService } from '../../src/modules/retrieval/web/web-search.service';
import { WebSearchSettings } from '../../src/modules/retrieval/web/web-search.settings';
import { Env } from '../../src/platform/env/env';
import { HttpClient } from '../../src/platform/http-client/http-client';
import type { SettingsStore } from '../../src/platform/settings/settings-store';
import { Internet } from './fakes/internet';

type Settings = Partial<WebSearchSettings & WebLoaderSettings>;

export const PRINCIPAL: Principal = {
  ...{ id: 'u1', role: 'user', name: 'Zoë', email: 'z@example.org', groupIds: [] },
  credential: { kind: 'jwt', token: 't', jti: 'j', expiresAt: null },
};

/** Registers hooks: an internet for the file, empty for each test. Pages are not fetched: URLs with `/gone` have none. */
export function searchStage() {
  let started: { internet: Internet; http: HttpClient } | undefined;
  beforeAll(async () => {
    Logger.overrideLogger(false);
    const internet = await Internet.start();
    started = { internet, http: new HttpClient(new Env(internet.variables)) };
  });
  beforeEach(() => started?.internet.reset());
  afterAll(async () => {
    await started?.http.onApplicationShutdown();
    await started?.internet.close();
  });
  const running = () => {
    if (!started) throw new Error('Not started yet');
    return started;
  };

  const serviceWith = (settings: Settings): WebSearchService => {
    const publicUrl = { live: () => ({ url: 'https://chat.example.org' }) } as unknown as SettingsStore;
    return new WebSearchService(
      Object.assign(new WebSearchSettings(), settings),
      Object.assign(new WebLoaderSettings(), settings),
      publicUrl,
      new JsonRequestsService(running().http),
      { fetchPages } as WebPagesService,
    );
  };

  return {
    get internet(): Internet {
      return running().internet;
    },
    serviceWith,
    search: (settings: Settings, queries = ['two words'], signal = new AbortController().signal) =>
      serviceWith(settings).search(queries, { principal: PRINCIPAL, signal }),
  };
}

const fetchPages: WebPagesService['fetchPages'] = (urls) => {
  const found = urls.filter((url) => !url.endsWith('/gone'));
  const documents = found.map((url) => ({ url, content: `text of ${url}`, metadata: { source: url } }));
  return Promise.resolve({ documents, failures: [] });
};

/** Status and `detail` of a failure. */
export const detailOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'none',
    (error: { status?: number; detail?: unknown }) => [error.status, error.detail],
  );
