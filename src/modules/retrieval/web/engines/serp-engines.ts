import type { SearchResult } from '../web.types';
import { jsonEngine, objectsAt, resultOf, type SearchEngine } from './search-engine';

/** Results that Google gives at once, and on all pages. */
const GOOGLE_PAGE = 10;
const GOOGLE_MAX = 100;

/** Services that query Google and others; results are sorted by their position there. */
export const SERP_ENGINES: Record<string, SearchEngine> = {
  serpstack: jsonEngine({
    required: ['serpstack_api_key'],
    request: ({ text, settings }) => ({
      url: `${settings.serpstack_https ? 'https' : 'http'}://api.serpstack.com/search`,
      isPost: true,
      query: { query: text },
      secretQuery: { access_key: settings.serpstack_api_key },
    }),
    results: ['organic_results'],
    order: 'position',
    fields: ['url', 'title', 'snippet'],
  }),
  serper: jsonEngine({
    required: ['serper_api_key'],
    request: ({ text, settings }) => ({
      url: 'https://google.serper.dev/search',
      headers: { 'x-api-key': settings.serper_api_key },
      json: { q: text },
    }),
    results: ['organic'],
    order: 'position',
    fields: ['link', 'title', 'description'],
  }),
  serply: jsonEngine({
    required: ['serply_api_key'],
    request: ({ text, settings }) => ({
      // The service takes its parameters in the path.
      url: `https://api.serply.io/v1/search/q=${encodeURIComponent(text)}&language=en&num=10&gl=US&hl=us`,
      headers: { 'x-api-key': settings.serply_api_key, 'x-proxy-location': 'US' },
    }),
    results: ['results'],
    order: 'realPosition',
    fields: ['link', 'title', 'description'],
  }),
  searchapi: jsonEngine({
    required: ['searchapi_api_key'],
    request: ({ text, settings }) => ({
      url: 'https://www.searchapi.io/api/v1/search',
      query: { engine: settings.searchapi_engine || 'google', q: text },
      secretQuery: { api_key: settings.searchapi_api_key },
    }),
    results: ['organic_results'],
    order: 'position',
    fields: ['link', 'title', 'snippet'],
  }),
  serpapi: jsonEngine({
    required: ['serpapi_api_key'],
    request: ({ text, settings }) => ({
      url: 'https://serpapi.com/search',
      query: { engine: settings.serpapi_engine || 'google', q: text },
      secretQuery: { api_key: settings.serpapi_api_key },
    }),
    results: ['organic_results'],
    order: 'position',
    fields: ['link', 'title', 'snippet'],
  }),

  /** Google's own interface, page by page until there are enough results or no more. */
  google_pse: {
    required: ['google_pse_api_key', 'google_pse_engine_id'],
    async search({ text, count, settings, publicUrl }, requests, signal) {
      const found: SearchResult[] = [];
      while (found.length < Math.min(count, GOOGLE_MAX)) {
        const num = Math.min(GOOGLE_PAGE, count - found.length);
        const request = {
          url: 'https://www.googleapis.com/customsearch/v1',
          query: { cx: settings.google_pse_engine_id, q: text, num, start: found.length + 1 },
          secretQuery: { key: settings.google_pse_api_key },
          ...(publicUrl !== '' && { headers: { referer: publicUrl } }),
        };
        const items = objectsAt(await requests.send(request, signal), ['items']);
        if (items.length === 0) break;
        found.push(...items.map((item) => resultOf(item, ['link', 'title', 'snippet'])));
      }
      return found;
    },
  },
};
