import { Injectable } from '@nestjs/common';
import type * as Playwright from 'playwright-core';
import { storable } from '../../../../common/util/json';
import { Semaphore } from '../../../../common/util/semaphore';
import { linkSignal } from '../../../../platform/http-client/linked-signal';
import { readPage } from '../html/page-text';
import { WebLoaderSettings } from '../web-loader.settings';
import type { FetchedPages, PageFailure, PageLoader, WebDocument } from '../web.types';
import { PageRequestsService } from './page-requests.service';
import { RobotsService } from './robots.service';

/** Optional: administrators install it in the release of their Playwright server. */
const LIBRARY = 'playwright-core';
const DEFAULT_TIMEOUT = 10_000;
const AT_ONCE = 3;
/** Milliseconds that scripts have after a page is loaded. */
const REST = 2000;
/** Requests of one page. */
const MAX_REQUESTS = 200;
/** Types of resources that the text of a page depends on. */
const NEEDED = new Set(['document', 'script', 'xhr', 'fetch']);
const EVERYTHING = () => true;
/** Of responses, whose content is unpacked here and has its own length then. */
const HEADERS = ['content-type', 'content-security-policy', 'cache-control', 'access-control-allow-origin'];

/**
 * Pages after their scripts ran, on a Playwright server. The browser itself has no network: each of its requests is made
 * by this server, under the same policy, so no redirect and no DNS name leads it into a private network.
 */
@Injectable()
export class PlaywrightLoaderService implements PageLoader {
  constructor(
    private readonly requests: PageRequestsService,
    private readonly robots: RobotsService,
    private readonly settings: WebLoaderSettings,
  ) {}

  async load(urls: readonly URL[], signal: AbortSignal): Promise<FetchedPages> {
    try {
      const browser = await this.connect();
      const limit = new Semaphore(AT_ONCE);
      try {
        const pages = await Promise.all(urls.map((url) => limit.run(() => this.loadOne(browser, url, signal))));
        return {
          documents: pages.filter((page) => 'content' in page),
          failures: pages.filter((page) => 'reason' in page),
        };
      } finally {
        await browser.close();
      }
    } catch (error) {
      signal.throwIfAborted();
      return { documents: [], failures: urls.map((url) => failureOf(url, error)) };
    }
  }

  private get timeout(): number {
    return this.settings.playwright_timeout || DEFAULT_TIMEOUT;
  }

  private async connect(): Promise<Playwright.Browser> {
    if (this.settings.playwright_ws_url === '') throw new Error('PLAYWRIGHT_WS_URL is not set');
    const { chromium } = await importLibrary();
    return chromium.connect(this.settings.playwright_ws_url, { timeout: this.timeout });
  }

  private async loadOne(
    browser: Playwright.Browser,
    url: URL,
    signal: AbortSignal,
  ): Promise<WebDocument | PageFailure> {
    const link = linkSignal(signal, this.timeout, () => new Error('The page did not load in time'));
    const context = await browser.newContext({ serviceWorkers: 'block', acceptDownloads: false });
    const close = () => void context.close().catch(() => undefined);
    link.signal.addEventListener('abort', close, { once: true });
    try {
      if (!(await this.robots.isAllowed(url, link.signal)))
        throw new Error('The robots.txt of the site does not allow the page');
      return storable(await this.read(context, url, link.signal));
    } catch (error) {
      signal.throwIfAborted();
      return failureOf(url, link.signal.aborted ? link.signal.reason : error);
    } finally {
      link.release();
      close();
    }
  }

  private async read(context: Playwright.BrowserContext, url: URL, signal: AbortSignal): Promise<WebDocument> {
    let count = 0;
    await context.routeWebSocket(EVERYTHING, (socket) => void socket.close());
    await context.route(EVERYTHING, (route) =>
      ++count > MAX_REQUESTS ? route.abort() : this.answer(route, signal).catch(() => route.abort()),
    );
    const page = await context.newPage();
    const response = await page.goto(url.href, { timeout: this.timeout });
    // Scripts may fetch what they show; pages that never become idle are read after that time.
    await page.waitForLoadState('networkidle', { timeout: REST }).catch(() => undefined);
    const { text, metadata } = await readPage(await page.content(), signal);
    return { url: url.href, status: response?.status(), content: text, metadata: { source: url.href, ...metadata } };
  }

  /** Makes the request in the browser's place. */
  private async answer(route: Playwright.Route, signal: AbortSignal): Promise<void> {
    const request = route.request();
    if (request.method() !== 'GET' || !NEEDED.has(request.resourceType())) return route.abort();
    const { response } = await this.requests.get(new URL(request.url()), signal);
    const body = await response.bytes(this.settings.web_fetch_max_size);
    const headers = HEADERS.flatMap((name) => {
      const value = response.header(name);
      return value === undefined ? [] : [[name, value] as const];
    });
    return route.fulfill({ status: response.status, headers: Object.fromEntries(headers), body });
  }
}

async function importLibrary(): Promise<typeof Playwright> {
  try {
    return (await import(LIBRARY)) as typeof Playwright;
  } catch (error) {
    throw new Error('The package playwright-core is not installed', { cause: error });
  }
}

const failureOf = ({ href }: URL, error: unknown): PageFailure => ({
  url: href,
  reason: error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : 'The page could not be read',
  isRefused: false,
});
