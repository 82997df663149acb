import { Injectable, Logger } from '@nestjs/common';
import { Semaphore } from '../../../common/util/semaphore';
import { BatchLoadersService } from './pages/batch-loaders.service';
import { PlainLoaderService } from './pages/plain-loader.service';
import { PlaywrightLoaderService } from './pages/playwright-loader.service';
import { UrlPolicyService } from './pages/url-policy.service';
import { InvalidPageUrlError, PageUnavailableError } from './web.errors';
import { WebLoaderSettings } from './web-loader.settings';
import type { FetchedPages, PageFailure, PageLoader, WebDocument } from './web.types';
import { videoIdOf } from './youtube/video-id';
import { YoutubeService } from './youtube/youtube.service';

/** Concurrent requests per account; further ones wait. */
const MAX_PER_OWNER = 4;

/** Web pages and transcripts as text, through the loader that administrators chose. */
@Injectable()
export class WebPagesService {
  private readonly logger = new Logger(WebPagesService.name);
  private readonly owners = new Map<string, { limit: Semaphore; users: number }>();

  constructor(
    private readonly policy: UrlPolicyService,
    private readonly plain: PlainLoaderService,
    private readonly playwright: PlaywrightLoaderService,
    private readonly batches: BatchLoadersService,
    private readonly youtube: YoutubeService,
    private readonly settings: WebLoaderSettings,
  ) {}

  /** @throws InvalidPageUrlError, PageUnavailableError, and the reason of the signal. */
  async fetchPage(url: string, signal: AbortSignal, ownerId?: string): Promise<WebDocument> {
    const { documents, failures } = await this.fetchPages([url], signal, ownerId);
    const [document] = documents;
    if (document) return document;
    throw new PageUnavailableError(failures[0]?.reason ?? 'The page has no text');
  }

  /**
   * The pages that can be read, in order, and why the others cannot.
   * @param ownerId account whose limit of concurrent requests applies.
   * @throws InvalidPageUrlError when no URL may be fetched; the reason of the signal.
   */
  async fetchPages(urls: readonly string[], signal: AbortSignal, ownerId?: string): Promise<FetchedPages> {
    const parsed = urls.map((url) => this.parse(url));
    const valid = parsed.filter((each) => each instanceof URL);
    const refused = parsed.flatMap((each, index) =>
      each instanceof URL ? [] : [{ url: urls[index] ?? '', reason: each.message, isRefused: true }],
    );
    const fetched = await this.asOwner(ownerId, () => this.fetch(valid, signal));
    const failures = [...refused, ...fetched.failures];
    if (fetched.documents.length === 0 && failures.length > 0 && failures.every(({ isRefused }) => isRefused))
      throw new InvalidPageUrlError();
    this.log(failures);
    return withGivenUrls({ documents: fetched.documents, failures }, urls, parsed);
  }

  private parse(url: string): URL | Error {
    try {
      return this.policy.parse(url);
    } catch (error) {
      return error as Error;
    }
  }

  private async fetch(urls: readonly URL[], signal: AbortSignal): Promise<FetchedPages> {
    const videos = urls.filter((url) => videoIdOf(url) !== undefined);
    const pages = urls.filter((url) => !videos.includes(url));
    const [transcripts, texts] = await Promise.all([
      this.youtube.load(videos, signal),
      pages.length === 0 ? { documents: [], failures: [] } : this.loader().load(pages, signal),
    ]);
    const documents = [...transcripts.documents, ...texts.documents];
    const inOrder = urls.flatMap(({ href }) => documents.find(({ url }) => url === href) ?? []);
    return { documents: inOrder, failures: [...transcripts.failures, ...texts.failures] };
  }

  /** Loaders outside this process get only URLs whose addresses are allowed. */
  private loader(): PageLoader {
    const { external, tavily, firecrawl } = this.batches;
    const others = new Map<string, PageLoader>(
      Object.entries({ external, tavily, firecrawl, playwright: this.playwright }),
    );
    const elsewhere = others.get(this.settings.web_loader_engine);
    return elsewhere ? { load: (urls, signal) => this.loadElsewhere(elsewhere, urls, signal) } : this.plain;
  }

  private async loadElsewhere(loader: PageLoader, urls: readonly URL[], signal: AbortSignal): Promise<FetchedPages> {
    const checks = await Promise.allSettled(urls.map((url) => this.policy.assertReachable(url, signal)));
    signal.throwIfAborted();
    const reason = 'The URL may not be fetched';
    const refused = urls.filter((_, index) => checks[index]?.status === 'rejected');
    const failures = refused.map(({ href }) => ({ url: href, reason, isRefused: true }));
    const allowed = urls.filter((url) => !refused.includes(url));
    const loaded = allowed.length === 0 ? { documents: [], failures: [] } : await loader.load(allowed, signal);
    return { documents: loaded.documents, failures: [...failures, ...loaded.failures] };
  }

  private async asOwner<T>(ownerId: string | undefined, work: () => Promise<T>): Promise<T> {
    if (ownerId === undefined) return work();
    const owner = this.owners.get(ownerId) ?? { limit: new Semaphore(MAX_PER_OWNER), users: 0 };
    this.owners.set(ownerId, owner);
    owner.users++;
    try {
      return await owner.limit.run(work);
    } finally {
      if (--owner.users === 0) this.owners.delete(ownerId);
    }
  }

  private log(failures: readonly PageFailure[]): void {
    for (const { url, reason } of failures)
      this.logger.debug({ host: URL.canParse(url) ? new URL(url).host : undefined, reason }, 'Page not fetched');
  }
}

/** Loaders use normalised URLs; results have the URLs of the request. */
function withGivenUrls(pages: FetchedPages, given: readonly string[], parsed: readonly (URL | Error)[]): FetchedPages {
  const byHref = new Map(parsed.map((each, index) => [each instanceof URL ? each.href : '', given[index] ?? '']));
  const urlOf = (url: string) => byHref.get(url) ?? url;
  return {
    documents: pages.documents.map((document) => ({
      ...document,
      url: urlOf(document.url),
      metadata: {
        ...document.metadata,
        ...(document.metadata.source === document.url && { source: urlOf(document.url) }),
      },
    })),
    failures: pages.failures.map((failure) => ({ ...failure, url: urlOf(failure.url) })),
  };
}
