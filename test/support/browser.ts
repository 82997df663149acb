import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

/** Debian's; `CHROMIUM_PATH` names another one. */
export const EXECUTABLE = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** It talks to the servers of the tests alone. */
export const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A browser without a window, with a profile of its own that goes with it: one for each test file. */
export function startBrowser(): Promise<Browser> {
  if (!existsSync(EXECUTABLE))
    throw new Error(`No browser at ${EXECUTABLE}: install Debian's chromium, or name one in CHROMIUM_PATH.`);
  return chromium.launch({ executablePath: EXECUTABLE, headless: true, args: ARGUMENTS });
}

export interface WatchedPage {
  page: Page;
  /** What a visitor with open developer tools would see go wrong so far: console errors, exceptions, failed requests. */
  problems: string[];
  /** Closes the page and forgets its cookies. */
  close(): Promise<void>;
}

/** An empty page for a new visitor of `url`, without cookies or storage. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ baseURL: url, ...options });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('requestfailed', (request) => problems.push(`${request.url()}: ${request.failure()?.errorText}`));
  return { page, problems, close: () => context.close() };
}
