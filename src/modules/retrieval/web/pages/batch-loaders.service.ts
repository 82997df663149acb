import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { asString, isJsonObject, objectsIn, storable, type JsonObject } from '../../../../common/util/json';
import { JsonRequestsService } from '../json-requests.service';
import { WebLoaderSettings } from '../web-loader.settings';
import { WebSearchSettings } from '../web-search.settings';
import type { FetchedPages, PageLoader, WebDocument } from '../web.types';

/** URLs that services take in one request. */
const BATCH = 20;
/** Milliseconds between two polls of a batch, and for the whole of it. */
const POLL_INTERVAL = 1000;
const POLL_TIMEOUT = 300_000;

type LoadBatch = (urls: readonly string[], signal: AbortSignal) => Promise<WebDocument[]>;

/** Services that fetch pages for this server, in batches. */
@Injectable()
export class BatchLoadersService {
  readonly external = loaderOf((urls, signal) => this.loadExternal(urls, signal));
  readonly tavily = loaderOf((urls, signal) => this.loadTavily(urls, signal));
  readonly firecrawl = loaderOf((urls, signal) => this.loadFirecrawl(urls, signal));

  constructor(
    private readonly requests: JsonRequestsService,
    private readonly settings: WebLoaderSettings,
    private readonly search: WebSearchSettings,
  ) {}

  private async loadExternal(urls: readonly string[], signal: AbortSignal): Promise<WebDocument[]> {
    const { external_web_loader_url: url, external_web_loader_api_key: key } = this.settings;
    const answer = await this.requests.send({ url, bearer: key, json: { urls } }, signal);
    const pages = (Array.isArray(answer) ? answer : []).filter(isJsonObject);
    return pages.map(({ page_content: content, metadata }, index) => {
      const known = isJsonObject(metadata) ? metadata : {};
      return documentOf(asString(known.source) ?? urls[index], content, known, urls);
    });
  }

  private async loadTavily(urls: readonly string[], signal: AbortSignal): Promise<WebDocument[]> {
    const json = { urls, extract_depth: this.settings.tavily_extract_depth };
    const url = 'https://api.tavily.com/extract';
    const answer = await this.requests.send({ url, bearer: this.search.tavily_api_key, json }, signal);
    const pages = listIn(answer, 'results');
    return pages.map(({ url: source, raw_content: content }) => documentOf(asString(source), content, {}, urls));
  }

  private async loadFirecrawl(urls: readonly string[], signal: AbortSignal): Promise<WebDocument[]> {
    const { firecrawl_api_base_url: base, firecrawl_api_key: bearer } = this.settings;
    const start = `${base.replace(/\/$/, '')}/v2/batch/scrape`;
    const json = { urls, formats: ['markdown'], ignoreInvalidURLs: true };
    const started = await this.requests.send({ url: start, bearer, json }, signal);
    const id = isJsonObject(started) ? asString(started.id) : undefined;
    if (id === undefined) throw new Error('Firecrawl did not start the batch');
    const state = `${start}/${encodeURIComponent(id)}`;
    for (const end = Date.now() + POLL_TIMEOUT; Date.now() < end; await sleep(POLL_INTERVAL, undefined, { signal })) {
      const answer = await this.requests.send({ url: state, bearer }, signal);
      const status = isJsonObject(answer) ? answer.status : undefined;
      if (status === 'completed') return listIn(answer, 'data').map((page) => firecrawlDocument(page, urls));
      if (status === 'failed' || status === 'cancelled') throw new Error(`Firecrawl: the batch has ${status}`);
    }
    throw new Error('Firecrawl did not finish the batch in time');
  }
}

function firecrawlDocument({ markdown, metadata }: JsonObject, urls: readonly string[]): WebDocument {
  const { sourceURL, url, title, description, language } = isJsonObject(metadata) ? metadata : {};
  const about = Object.entries({ title, description, language }).filter(([, value]) => typeof value === 'string');
  return documentOf(asString(sourceURL) ?? asString(url), markdown, Object.fromEntries(about), urls);
}

const listIn = (answer: unknown, key: string): JsonObject[] => {
  const list = isJsonObject(answer) ? answer[key] : undefined;
  return objectsIn(list);
};

/** `source` is the URL of the request, however a service writes it. */
function documentOf(
  source: string | undefined,
  content: unknown,
  metadata: JsonObject,
  urls: readonly string[],
): WebDocument {
  const url = urls.find((each) => isSame(each, source)) ?? source ?? '';
  return { url, content: asString(content) ?? '', metadata: { ...metadata, source: url } };
}

const isSame = (url: string, other: string | undefined): boolean =>
  other !== undefined && (url === other || (URL.canParse(other) && new URL(other).href === url));

function loaderOf(loadBatch: LoadBatch): PageLoader {
  return {
    async load(urls, signal): Promise<FetchedPages> {
      const documents: WebDocument[] = [];
      const failures: FetchedPages['failures'] = [];
      for (let at = 0; at < urls.length; at += BATCH) {
        const batch = urls.slice(at, at + BATCH).map(({ href }) => href);
        try {
          documents.push(...(await loadBatch(batch, signal)).map(storable));
        } catch (error) {
          signal.throwIfAborted();
          const reason = error instanceof Error ? error.message : 'The service failed';
          failures.push(...batch.map((url) => ({ url, reason, isRefused: false })));
        }
      }
      const known = new Set([...documents, ...failures].map(({ url }) => url));
      const missing = urls.filter(({ href }) => !known.has(href));
      const reason = 'The service returned no text';
      failures.push(...missing.map(({ href }) => ({ url: href, reason, isRefused: false })));
      return { documents: inOrder(documents, urls), failures };
    },
  };
}

/** Only requested pages, in the order of the request. */
const inOrder = (documents: readonly WebDocument[], urls: readonly URL[]): WebDocument[] =>
  urls.flatMap(({ href }) => documents.find(({ url }) => url === href) ?? []);
