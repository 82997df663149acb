import type { WebLoaderSettings } from '../../src/modules/retrieval/web/web-loader.settings';
import type { WebSearchSettings } from '../../src/modules/retrieval/web/web-search.settings';
import type { Internet, InternetRequest } from './fakes/internet';

/** As the headers for the user of `web-search.ts`. */
const who = { 'x-openwebui-user-id': 'u1', 'x-openwebui-user-name': 'Zo%C3%AB', 'x-openwebui-user-role': 'user' };

export const A = { link: 'https://a.org/', title: 'A', snippet: 'about a' };
export const B = { link: 'https://b.org/', title: 'B', snippet: 'about b' };

/** Two results in the fields of an engine. */
export const two = (link: string, title: string, snippet: string) =>
  [A, B].map((each) => ({ [link]: each.link, [title]: each.title, [snippet]: each.snippet }));

export interface EngineCase {
  settings: Partial<WebSearchSettings & WebLoaderSettings>;
  /** Of the request. */
  asked: Partial<InternetRequest>;
  answer: unknown;
  results?: unknown[];
}

/** What every engine is sent, and a recorded answer, by its name. */
export const ENGINE_CASES: Record<string, EngineCase> = {
  searxng: {
    settings: { searxng_query_url: 'http://searx.test/search?q=<query>' },
    asked: {
      ...{ method: 'GET', scheme: 'http', host: 'searx.test', path: '/search' },
      query: {
        ...{ q: 'two words', format: 'json', pageno: '1', safesearch: '1', language: 'en-US', time_range: '' },
        ...{ categories: '', theme: 'simple', image_proxy: '0' },
      },
    },
    answer: { results: two('url', 'title', 'content').map((each, index) => ({ ...each, score: index })) },
    results: [B, A],
  },
  yacy: {
    settings: { yacy_query_url: 'http://yacy.test/' },
    asked: {
      ...{ scheme: 'http', host: 'yacy.test', path: '/yacysearch.json' },
      query: { query: 'two words', contentdom: 'text', resource: 'global', maximumRecords: '5', nav: 'none' },
    },
    answer: { channels: [{ items: two('link', 'title', 'description').map((x, i) => ({ ...x, ranking: `${i}` })) }] },
    results: [B, A],
  },
  google_pse: {
    settings: { google_pse_api_key: 'k', google_pse_engine_id: 'cx1' },
    asked: {
      ...{ host: 'www.googleapis.com', path: '/customsearch/v1' },
      query: { cx: 'cx1', q: 'two words', key: 'k', num: '5', start: '1' },
      headers: { referer: 'https://chat.example.org' },
    },
    answer: { items: [...two('link', 'title', 'snippet'), ...two('link', 'title', 'snippet'), { link: A.link }] },
    results: [A, B, A, B, { link: A.link, title: null, snippet: null }],
  },
  brave: {
    settings: { brave_search_api_key: 'k' },
    asked: {
      ...{ host: 'api.search.brave.com', path: '/res/v1/web/search', query: { q: 'two words', count: '5' } },
      headers: { 'x-subscription-token': 'k' },
    },
    answer: { web: { results: two('url', 'title', 'description') } },
  },
  kagi: {
    settings: { kagi_search_api_key: 'k' },
    asked: {
      ...{ host: 'kagi.com', path: '/api/v0/search', query: { q: 'two words', limit: '5' } },
      headers: { authorization: 'Bot k' },
    },
    answer: { data: [...two('url', 'title', 'snippet').map((each) => ({ ...each, t: 0 })), { t: 1, list: ['x'] }] },
  },
  mojeek: {
    settings: { mojeek_search_api_key: 'k' },
    asked: {
      ...{ host: 'api.mojeek.com', path: '/search' },
      query: { q: 'two words', api_key: 'k', fmt: 'json', t: '5' },
    },
    answer: { response: { results: two('url', 'title', 'desc') } },
  },
  bocha: {
    settings: { bocha_search_api_key: 'k' },
    asked: {
      ...{ method: 'POST', host: 'api.bochaai.com', path: '/v1/web-search', query: { utm_source: 'ollama' } },
      headers: { authorization: 'Bearer k', 'content-type': 'application/json' },
      body: { query: 'two words', summary: true, freshness: 'noLimit', count: 5 },
    },
    answer: { data: { webPages: { value: two('url', 'name', 'summary') } } },
  },
  serpstack: {
    settings: { serpstack_api_key: 'k', serpstack_https: false },
    asked: {
      ...{ method: 'POST', scheme: 'http', host: 'api.serpstack.com', path: '/search' },
      query: { access_key: 'k', query: 'two words' },
    },
    answer: { organic_results: two('url', 'title', 'snippet').map((each, index) => ({ ...each, position: -index })) },
    results: [B, A],
  },
  serper: {
    settings: { serper_api_key: 'k' },
    asked: {
      ...{ method: 'POST', host: 'google.serper.dev', path: '/search', body: { q: 'two words' } },
      headers: { 'x-api-key': 'k' },
    },
    answer: { organic: two('link', 'title', 'description').map((each, index) => ({ ...each, position: -index })) },
    results: [B, A],
  },
  serply: {
    settings: { serply_api_key: 'k' },
    asked: {
      ...{ host: 'api.serply.io', path: '/v1/search/q=two%20words&language=en&num=10&gl=US&hl=us' },
      headers: { 'x-api-key': 'k', 'x-proxy-location': 'US' },
    },
    answer: { results: two('link', 'title', 'description').map((each, index) => ({ ...each, realPosition: -index })) },
    results: [B, A],
  },
  searchapi: {
    settings: { searchapi_api_key: 'k' },
    asked: {
      ...{ host: 'www.searchapi.io', path: '/api/v1/search' },
      query: { engine: 'google', q: 'two words', api_key: 'k' },
    },
    answer: { organic_results: two('link', 'title', 'snippet') },
  },
  serpapi: {
    settings: { serpapi_api_key: 'k', serpapi_engine: 'bing' },
    asked: { host: 'serpapi.com', path: '/search', query: { engine: 'bing', q: 'two words', api_key: 'k' } },
    answer: { organic_results: two('link', 'title', 'snippet') },
  },
  duckduckgo: {
    settings: {},
    asked: { host: 'html.duckduckgo.com', path: '/html/', query: { q: 'two words', kp: '-1' } },
    answer: `<div class="result result--ad"><a class="result__a" href="https://duckduckgo.com/y.js?ad=1">Ad</a></div>
      <h2><a rel="nofollow" class="result__a" href="//duckduckgo.com/l/?uddg=https%3A%2F%2Fa.org%2F&amp;rut=1"><b>A</b></a></h2>
      <a class="result__snippet" href="//x">about <b>a</b></a><a class="result__a" href="https://b.org/"> B </a>
      <a class='result__snippet'>about b</a>`,
  },
  tavily: {
    settings: { tavily_api_key: 'k' },
    asked: {
      ...{ method: 'POST', host: 'api.tavily.com', path: '/search', headers: { authorization: 'Bearer k' } },
      body: { query: 'two words', max_results: 5 },
    },
    answer: { results: two('url', 'title', 'content') },
  },
  jina: {
    settings: { jina_api_key: 'k' },
    asked: {
      ...{ method: 'POST', host: 's.jina.ai', path: '/', body: { q: 'two words', count: 5 } },
      headers: { authorization: 'k', 'x-retain-images': 'none' },
    },
    answer: { data: two('url', 'title', 'content') },
  },
  bing: {
    settings: { bing_search_v7_endpoint: 'https://bing.test/v7.0/search', bing_search_v7_subscription_key: 'k' },
    asked: {
      ...{ host: 'bing.test', path: '/v7.0/search', query: { q: 'two words', mkt: '', count: '5' } },
      headers: { 'ocp-apim-subscription-key': 'k' },
    },
    answer: { webPages: { value: two('url', 'name', 'snippet') } },
  },
  exa: {
    settings: { exa_api_key: 'k', web_search_domain_filter_list: ['c.org', '!b.org'] },
    asked: {
      ...{ method: 'POST', host: 'api.exa.ai', path: '/search', headers: { authorization: 'Bearer k' } },
      body: {
        ...{ query: 'two words', numResults: 5, includeDomains: ['c.org'], type: 'auto' },
        contents: { text: true, highlights: true },
      },
    },
    answer: { results: two('url', 'title', 'text') },
    results: [A],
  },
  perplexity: {
    settings: { perplexity_api_key: 'k' },
    asked: {
      ...{ method: 'POST', host: 'api.perplexity.ai', path: '/chat/completions' },
      body: {
        model: 'sonar',
        messages: [
          { role: 'system', content: 'You are a search assistant. Provide factual information with citations.' },
          { role: 'user', content: 'two words' },
        ],
        ...{ temperature: 0.2, stream: false, web_search_options: { search_context_usage: 'medium' } },
      },
    },
    answer: { citations: [A.link, B.link], choices: [{ message: { content: 'the answer' } }] },
    results: [
      { link: A.link, title: 'Source 1', snippet: 'the answer' },
      { link: B.link, title: 'Source 2', snippet: '' },
    ],
  },
  perplexity_search: {
    settings: { perplexity_api_key: 'k', perplexity_search_api_url: 'https://pplx.test/search' },
    asked: {
      ...{ method: 'POST', host: 'pplx.test', path: '/search', body: { query: 'two words', max_results: 5 } },
      headers: { authorization: 'Bearer k', ...who },
    },
    answer: { results: two('url', 'title', 'snippet') },
  },
  sougou: {
    settings: { sougou_api_sid: 'id', sougou_api_sk: 'sk' },
    asked: {
      ...{ method: 'POST', host: 'tms.tencentcloudapi.com', path: '/', body: { Query: 'two words', Cnt: 20 } },
      headers: { 'x-tc-action': 'SearchPro', 'x-tc-version': '2020-12-29' },
    },
    answer: { Response: { Pages: two('url', 'title', 'passage').map((x, score) => JSON.stringify({ ...x, score })) } },
    results: [B, A],
  },
  firecrawl: {
    settings: { firecrawl_api_key: 'k' },
    asked: {
      ...{ method: 'POST', host: 'api.firecrawl.dev', path: '/v2/search', headers: { authorization: 'Bearer k' } },
      body: { query: 'two words', limit: 5 },
    },
    answer: { success: true, data: { web: two('url', 'title', 'description') } },
  },
  ollama_cloud: {
    settings: { ollama_cloud_web_search_api_key: 'k' },
    asked: {
      ...{ method: 'POST', host: 'ollama.com', path: '/api/web_search', headers: { authorization: 'Bearer k' } },
      body: { query: 'two words', max_results: 5 },
    },
    answer: { results: two('url', 'title', 'content') },
  },
  external: {
    settings: { external_web_search_url: 'http://own.test/search', external_web_search_api_key: 'k' },
    asked: {
      ...{ method: 'POST', scheme: 'http', host: 'own.test', path: '/search', body: { query: 'two words', count: 5 } },
      headers: { authorization: 'Bearer k', ...who },
    },
    answer: two('link', 'title', 'snippet'),
  },
  azure: {
    settings: {
      ...{ azure_ai_search_endpoint: 'https://s.search.windows.net/', azure_ai_search_api_key: 'k' },
      azure_ai_search_index_name: 'my index',
    },
    asked: {
      ...{ method: 'POST', host: 's.search.windows.net', path: '/indexes/my%20index/docs/search' },
      ...{ query: { 'api-version': '2024-07-01' }, headers: { 'api-key': 'k' }, body: { search: 'two words', top: 5 } },
    },
    answer: { value: [...two('url', 'title', 'content'), { metadata_storage_path: 'https://c.org/', summary: 'c' }] },
    results: [A, B, { link: 'https://c.org/', title: null, snippet: 'c' }],
  },
};

/** Answers with the links in the form of each engine. */
export function inEveryForm(links: readonly string[]): Internet['handler'] {
  const results = links.map((link, index) => ({
    ...{ link, url: link, title: 't', t: 0, position: index, realPosition: index },
    ...{ score: links.length - index, ranking: links.length - index },
  }));
  const others = {
    ...{ results, organic: results, organic_results: results, citations: links, items: results, value: results },
    ...{ web: { results }, webPages: { value: results }, response: { results }, channels: [{ items: results }] },
    ...{ data: results, Response: { Pages: results.map((each) => JSON.stringify(each)) } },
  };
  const text = links.map((link) => `<a class="result__a" href="${link || 'javascript:1'}">t</a>`).join('');
  return ({ host, path }) => {
    if (host === 'html.duckduckgo.com') return { text };
    if (host === 'own.test') return { json: results };
    if (host === 'api.bochaai.com') return { json: { data: { webPages: { value: results } } } };
    return { json: path.startsWith('/v2/') ? { data: { web: results } } : others };
  };
}
