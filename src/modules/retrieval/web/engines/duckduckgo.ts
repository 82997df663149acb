import { htmlTokens, type HtmlToken } from '../html/html-tokens';
import type { SearchResult } from '../web.types';
import type { SearchEngine } from './search-engine';

const URL_OF_SEARCH = 'https://html.duckduckgo.com/html/';
/** The page is meant for browsers. */
const USER_AGENT = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

/** The page without scripts: there is no interface for programs, and no key. */
export const duckduckgo: SearchEngine = {
  async search({ text }, requests, signal) {
    const headers = { accept: 'text/html', 'user-agent': USER_AGENT };
    const html = await requests.text({ url: URL_OF_SEARCH, query: { q: text, kp: '-1' }, headers }, signal);
    const results = readResults(html);
    if (results.length === 0 && html.includes('anomaly')) throw new Error('DuckDuckGo requires a captcha');
    return results;
  },
};

/** Results without advertisements, which lead through `y.js`. */
export function readResults(html: string): SearchResult[] {
  const results: SearchResult[] = [];
  /** What the text of the current link is. */
  let part: 'title' | 'snippet' | undefined;
  for (const token of htmlTokens(html)) {
    if (token.kind === 'open' && token.name === 'a') {
      part = partOf(token);
      if (part === 'title') results.push({ link: targetOf(token.attribute('href') ?? ''), title: '', snippet: null });
    } else if (token.kind === 'close' && token.name === 'a') part = undefined;
    else if (token.kind === 'text' && part) append(results.at(-1), part, token.text);
  }
  return results.filter(({ link }) => link !== '').map(trimmed);
}

function partOf(token: HtmlToken & { kind: 'open' }): 'title' | 'snippet' | undefined {
  const classes = (token.attribute('class') ?? '').split(' ');
  if (classes.includes('result__a')) return 'title';
  return classes.includes('result__snippet') ? 'snippet' : undefined;
}

function append(result: SearchResult | undefined, part: 'title' | 'snippet', text: string): void {
  if (result) result[part] = (result[part] ?? '') + text;
}

const trimmed = ({ link, title, snippet }: SearchResult): SearchResult => ({
  link,
  title: title?.trim() ?? null,
  snippet: snippet?.trim() ?? null,
});

/** Links lead through a page that counts clicks: `//duckduckgo.com/l/?uddg=<target>`. Empty for advertisements. */
function targetOf(href: string): string {
  if (!URL.canParse(href, URL_OF_SEARCH)) return '';
  const url = new URL(href, URL_OF_SEARCH);
  if (!/(?:^|\.)duckduckgo\.com$/.test(url.hostname)) return url.href;
  return url.pathname === '/l/' ? targetOf(url.searchParams.get('uddg') ?? '') : '';
}
