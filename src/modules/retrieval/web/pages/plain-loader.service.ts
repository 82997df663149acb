import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { storable } from '../../../../common/util/json';
import { Semaphore } from '../../../../common/util/semaphore';
import { linkSignal } from '../../../../platform/http-client/linked-signal';
import { OutgoingError, type OutgoingFailure } from '../../../../platform/http-client/outgoing-error';
import { InvalidPageUrlError } from '../web.errors';
import { WebLoaderSettings } from '../web-loader.settings';
import type { FetchedPages, PageFailure, PageLoader, WebDocument } from '../web.types';
import { PageContentService } from './page-content.service';
import { PageRequestsService } from './page-requests.service';
import { RobotsService } from './robots.service';

const DEFAULT_CONCURRENCY = 10;
const ATTEMPTS = 3;
/** Milliseconds before the second attempt; twice as many before the third. */
const BACK_OFF = 200;
/** Failures worth a retry. */
const TRANSIENT: ReadonlySet<OutgoingFailure> = new Set(['refused', 'dns', 'reset']);

class RobotsRefusal extends Error {}

/** Pages as this server reads them itself. */
@Injectable()
export class PlainLoaderService implements PageLoader {
  constructor(
    private readonly requests: PageRequestsService,
    private readonly robots: RobotsService,
    private readonly contents: PageContentService,
    private readonly settings: WebLoaderSettings,
  ) {}

  async load(urls: readonly URL[], signal: AbortSignal): Promise<FetchedPages> {
    const limit = new Semaphore(this.settings.web_loader_concurrent_requests || DEFAULT_CONCURRENCY);
    const pages = await Promise.all(urls.map((url) => limit.run(() => this.loadOne(url, signal))));
    return {
      documents: pages.filter((page) => 'content' in page),
      failures: pages.filter((page) => 'reason' in page),
    };
  }

  private async loadOne(url: URL, signal: AbortSignal): Promise<WebDocument | PageFailure> {
    try {
      return storable(await this.attempts(url, signal));
    } catch (error) {
      signal.throwIfAborted();
      return { url: url.href, ...failureOf(error) };
    }
  }

  private async attempts(url: URL, signal: AbortSignal): Promise<WebDocument> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt(url, signal);
      } catch (error) {
        const isTransient = error instanceof OutgoingError && TRANSIENT.has(error.failure);
        if (!isTransient || attempt === ATTEMPTS) throw error;
        await sleep(BACK_OFF * attempt, undefined, { signal });
      }
    }
  }

  private async attempt(url: URL, signal: AbortSignal): Promise<WebDocument> {
    const timeout = this.settings.web_fetch_timeout * 1000;
    const link = linkSignal(signal, timeout, () => new OutgoingError('timeout', url.origin));
    try {
      const { response } = await this.requests.get(url, link.signal, async (hop) => {
        if (!(await this.robots.isAllowed(hop, link.signal))) throw new RobotsRefusal();
      });
      return await this.contents.read(url, response, link.signal);
    } finally {
      link.release();
    }
  }
}

function failureOf(error: unknown): Omit<PageFailure, 'url'> {
  if (error instanceof InvalidPageUrlError) return { reason: 'The URL may not be fetched', isRefused: true };
  if (error instanceof RobotsRefusal)
    return { reason: 'The robots.txt of the site does not allow the page', isRefused: false };
  if (error instanceof OutgoingError) return { reason: error.message, isRefused: error.failure === 'private' };
  return { reason: error instanceof Error ? error.message : 'The page could not be read', isRefused: false };
}
