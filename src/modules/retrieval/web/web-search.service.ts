import { lookup } from 'node:dns/promises';
import { aborting } from '../../../common/util/aborting';
import { Injectable, Logger } from '@nestjs/common';
import { AppError } from '../../../common/errors/app-error';
import type { Principal } from '../../../common/auth/principal';
import { Semaphore } from '../../../common/util/semaphore';
import { linkSignal } from '../../../platform/http-client/linked-signal';
import { SettingsStore } from '../../../platform/settings/settings-store';
import { PublicUrlSettings } from '../../auth/public-url.settings';
import { duckduckgo } from './engines/duckduckgo';
import { KEYED_ENGINES } from './engines/keyed-engines';
import { OWN_ENGINES } from './engines/own-engines';
import type { EngineQuery, SearchEngine } from './engines/search-engine';
import { SERP_ENGINES } from './engines/serp-engines';
import { sougou } from './engines/sougou';
import {
  hasAddresses,
  hostOf,
  isHostAllowed,
  toHostFilter,
  type HostFilter,
} from '../../../platform/http-client/host-filter';
import { JsonRequestError, JsonRequestsService } from './json-requests.service';
import { NoSearchResultsError, WebDetail, WebSearchError } from './web.errors';
import { WebLoaderSettings } from './web-loader.settings';
import { WebPagesService } from './web-pages.service';
import { WebSearchSettings } from './web-search.settings';
import type { FetchedPages, SearchResult, WebDocument } from './web.types';

/** By the value of `WEB_SEARCH_ENGINE`. */
export const ENGINES: ReadonlyMap<string, SearchEngine> = new Map(
  Object.entries({ ...OWN_ENGINES, ...KEYED_ENGINES, ...SERP_ENGINES, duckduckgo, sougou }),
);

const DEFAULT_COUNT = 3;
const DEFAULT_CONCURRENCY = 10;
const MAX_QUERIES = 50;
const MAX_QUERY = 2000;
/** Milliseconds for the addresses of a host. */
const LOOKUP_TIMEOUT = 5000;

interface SearchOptions {
  /** Sent in headers to engines that administrators run. */
  principal: Principal;
  signal: AbortSignal;
}

/** Result of a search: documents are pages, or the snippets of the engine. */
export interface FoundPages extends FetchedPages {
  /** Each URL of a document once. */
  urls: string[];
  /** The results whose page is a document, in the order of the engine; a page may be in it twice. */
  items: SearchResult[];
}

/** Search of the web with the engine that administrators chose. */
@Injectable()
export class WebSearchService {
  private readonly logger = new Logger(WebSearchService.name);

  constructor(
    private readonly settings: WebSearchSettings,
    private readonly loaderSettings: WebLoaderSettings,
    private readonly store: SettingsStore,
    private readonly requests: JsonRequestsService,
    private readonly pages: WebPagesService,
  ) {}

  /**
   * The results of all queries in order. Queries run concurrently; the first failure aborts all.
   * @throws WebSearchError, NoSearchResultsError, and the reason of the signal.
   */
  async search(queries: readonly string[], { principal, signal }: SearchOptions): Promise<SearchResult[]> {
    if (queries.length === 0) throw new NoSearchResultsError();
    if (queries.length > MAX_QUERIES) throw new WebSearchError(`At most ${MAX_QUERIES} queries are allowed at once`);
    const engine = this.engine();
    const limit = new Semaphore(this.settings.web_search_concurrent_requests || DEFAULT_CONCURRENCY);
    const link = linkSignal(signal, 0, () => new Error());
    try {
      const asked = queries.map((text) =>
        limit.run(() => this.ask(engine, this.queryOf(text, principal), link.signal)),
      );
      const results = (await Promise.all(asked)).flat();
      if (results.length === 0) throw new NoSearchResultsError();
      return results;
    } catch (error) {
      link.abort(error);
      signal.throwIfAborted();
      throw this.searchError(error);
    } finally {
      link.release();
    }
  }

  /** Searches, and fetches the pages that were found unless snippets are wanted. @throws as `search`; InvalidPageUrlError */
  async collect(queries: readonly string[], options: SearchOptions): Promise<FoundPages> {
    const results = await this.search(queries, options);
    const links = [...new Set(results.map(({ link }) => link))];
    const pages = this.settings.bypass_web_search_web_loader
      ? { documents: results.flatMap(snippetOf), failures: [] }
      : await this.pages.fetchPages(links, options.signal, options.principal.id);
    const urls = [...new Set(pages.documents.map(({ url }) => url))];
    return { ...pages, urls, items: results.filter(({ link }) => urls.includes(link)) };
  }

  private engine(): SearchEngine {
    const engine = ENGINES.get(this.settings.web_search_engine);
    if (!engine) throw new WebSearchError(WebDetail.noEngine);
    const { required = [] } = engine;
    const settings = { ...this.settings, ...this.loaderSettings };
    if (required.every((key) => settings[key])) return engine;
    const names = required.map((key) => key.toUpperCase());
    throw new WebSearchError(`No ${names.join(' or ')} found in environment variables`);
  }

  private queryOf(text: string, principal: Principal): EngineQuery {
    return {
      text: text.slice(0, MAX_QUERY),
      count: this.settings.web_search_result_count || DEFAULT_COUNT,
      settings: { ...this.settings, ...this.loaderSettings },
      principal,
      publicUrl: this.store.live(PublicUrlSettings).url,
    };
  }

  private async ask(engine: SearchEngine, query: EngineQuery, signal: AbortSignal): Promise<SearchResult[]> {
    signal.throwIfAborted();
    const found = await engine.search(query, this.requests, signal);
    const filter = toHostFilter(query.settings.web_search_domain_filter_list);
    const own = engine.isFiltered ? { ...filter, allowed: [] } : filter;
    const isWanted = await Promise.all(found.map(({ link }) => isResultAllowed(link, own, signal)));
    return found.filter((_, index) => isWanted[index]).slice(0, query.count);
  }

  private searchError(error: unknown): AppError {
    if (error instanceof AppError) return error;
    const engine = this.settings.web_search_engine;
    // Their messages may contain the user's query.
    const reason = error instanceof JsonRequestError ? { status: error.status } : { err: error };
    this.logger.warn({ engine, ...reason }, 'Web search failed');
    const isKnown = error instanceof JsonRequestError || (error instanceof Error && error.constructor === Error);
    return new WebSearchError(isKnown ? error.message : '');
  }
}

/** Snippets keep the metadata that clients know. */
const snippetOf = ({ link, title, snippet }: SearchResult): WebDocument[] =>
  snippet === null ? [] : [{ url: link, content: snippet, metadata: { source: link, title, snippet, link } }];

async function isResultAllowed(link: string, filter: HostFilter, signal: AbortSignal): Promise<boolean> {
  if (!/^https?:/i.test(link) || !URL.canParse(link)) return false;
  const url = new URL(link);
  const addresses = hasAddresses(filter) ? await addressesOf(hostOf(url), signal) : [];
  return isHostAllowed(url, filter, addresses);
}

/** None for a host that the name service does not know in time. */
async function addressesOf(host: string, signal: AbortSignal): Promise<string[]> {
  const link = linkSignal(signal, LOOKUP_TIMEOUT, () => new Error('DNS lookup timed out'));
  try {
    return (await aborting(link.signal, lookup(host, { all: true }))).map(({ address }) => address);
  } catch {
    signal.throwIfAborted();
    return [];
  } finally {
    link.release();
  }
}
