import { userHeaders } from '../../../../platform/http-client/user-headers';
import { jsonEngine, objectsAt, resultOf, type SearchEngine } from './search-engine';
import { JsonRequestError } from '../json-requests.service';
import { asString, isJsonObject } from '../../../../common/util/json';

/** Engines with an index of their own, and services over several: a key, one request, a list. */
export const KEYED_ENGINES: Record<string, SearchEngine> = {
  brave: jsonEngine({
    required: ['brave_search_api_key'],
    request: ({ text, count, settings }) => ({
      url: 'https://api.search.brave.com/res/v1/web/search',
      query: { q: text, count },
      headers: { 'x-subscription-token': settings.brave_search_api_key },
    }),
    results: ['web', 'results'],
    fields: ['url', 'title', 'description'],
  }),
  kagi: jsonEngine({
    required: ['kagi_search_api_key'],
    request: ({ text, count, settings }) => ({
      url: 'https://kagi.com/api/v0/search',
      query: { q: text, limit: count },
      headers: { authorization: `Bot ${settings.kagi_search_api_key}` },
    }),
    results: ['data'],
    // Others are related searches.
    isResult: ({ t }) => t === 0,
    fields: ['url', 'title', 'snippet'],
  }),
  mojeek: jsonEngine({
    required: ['mojeek_search_api_key'],
    request: ({ text, count, settings }) => ({
      url: 'https://api.mojeek.com/search',
      query: { q: text, fmt: 'json', t: count },
      secretQuery: { api_key: settings.mojeek_search_api_key },
    }),
    results: ['response', 'results'],
    fields: ['url', 'title', 'desc'],
  }),
  bocha: jsonEngine({
    required: ['bocha_search_api_key'],
    request: ({ text, count, settings }) => ({
      url: 'https://api.bochaai.com/v1/web-search?utm_source=ollama',
      bearer: settings.bocha_search_api_key,
      json: { query: text, summary: true, freshness: 'noLimit', count },
    }),
    results: ['data', 'webPages', 'value'],
    fields: ['url', 'name', 'summary'],
  }),
  tavily: jsonEngine({
    required: ['tavily_api_key'],
    request: ({ text, count, settings }) => ({
      url: 'https://api.tavily.com/search',
      bearer: settings.tavily_api_key,
      json: { query: text, max_results: count },
    }),
    results: ['results'],
    fields: ['url', 'title', 'content'],
  }),
  jina: jsonEngine({
    request: ({ text, count, settings }) => ({
      url: 'https://s.jina.ai/',
      headers: { authorization: settings.jina_api_key, 'x-retain-images': 'none' },
      json: { q: text, count: Math.min(count, 10) },
    }),
    results: ['data'],
    fields: ['url', 'title', 'content'],
  }),
  bing: jsonEngine({
    required: ['bing_search_v7_endpoint'],
    request: ({ text, count, settings }) => ({
      url: settings.bing_search_v7_endpoint,
      query: { q: text, mkt: settings.bing_market, count },
      headers: { 'ocp-apim-subscription-key': settings.bing_search_v7_subscription_key },
    }),
    results: ['webPages', 'value'],
    fields: ['url', 'name', 'snippet'],
  }),
  exa: jsonEngine({
    required: ['exa_api_key'],
    isFiltered: true,
    request: ({ text, count, settings }) => ({
      url: 'https://api.exa.ai/search',
      bearer: settings.exa_api_key,
      json: {
        query: text,
        numResults: count,
        includeDomains: settings.web_search_domain_filter_list.filter((entry) => !entry.startsWith('!')),
        contents: { text: true, highlights: true },
        type: 'auto',
      },
    }),
    results: ['results'],
    fields: ['url', 'title', 'text'],
  }),
  ollama_cloud: jsonEngine({
    request: ({ text, count, settings }) => ({
      url: 'https://ollama.com/api/web_search',
      bearer: settings.ollama_cloud_web_search_api_key,
      json: { query: text, max_results: count },
    }),
    results: ['results'],
    fields: ['url', 'title', 'content'],
  }),
  perplexity_search: jsonEngine({
    required: ['perplexity_api_key'],
    request: ({ text, count, settings, principal }) => ({
      url: settings.perplexity_search_api_url,
      bearer: settings.perplexity_api_key,
      headers: userHeaders(principal),
      json: { query: text, max_results: count },
    }),
    results: ['results'],
    fields: ['url', 'title', 'snippet'],
  }),

  /** A model that searches: its reply is the snippet of the first page that it cites. */
  perplexity: {
    async search({ text, settings }, requests, signal) {
      const json = {
        model: settings.perplexity_model,
        messages: [
          {
            role: 'system',
            content: 'You are a search assistant. Provide factual information with citations.',
          },
          { role: 'user', content: text },
        ],
        temperature: 0.2,
        stream: false,
        web_search_options: { search_context_usage: settings.perplexity_search_context_usage },
      };
      const url = 'https://api.perplexity.ai/chat/completions';
      const answer = await requests.send({ url, bearer: settings.perplexity_api_key, json }, signal);
      const [choice] = objectsAt(answer, ['choices']);
      const reply = isJsonObject(choice?.message) ? asString(choice.message.content) : undefined;
      const cited = isJsonObject(answer) && Array.isArray(answer.citations) ? answer.citations : [];
      return cited.map((link: unknown, index) => ({
        link: asString(link) ?? '',
        title: `Source ${index + 1}`,
        snippet: index === 0 ? (reply ?? '') : '',
      }));
    },
  },

  firecrawl: {
    required: ['firecrawl_api_base_url'],
    async search({ text, count, settings }, requests, signal) {
      const base = settings.firecrawl_api_base_url.replace(/\/$/, '');
      const ask = (version: string) => {
        const request = { url: `${base}/${version}/search`, json: { query: text, limit: count } };
        return requests.send({ ...request, bearer: settings.firecrawl_api_key }, signal);
      };
      const answer = await ask('v2').catch((error: unknown) => {
        // Older self-hosted releases.
        if (error instanceof JsonRequestError && error.status === 404) return ask('v1');
        throw error;
      });
      const found = [...objectsAt(answer, ['data', 'web']), ...objectsAt(answer, ['data'])];
      return found.map((result) => resultOf(result, ['url', 'title', 'description']));
    },
  },
};
