import { asString, type JsonObject } from '../../../../common/util/json';
import { userHeaders } from '../../../../platform/http-client/user-headers';
import { urlOf, type JsonRequest } from '../json-requests.service';
import { digestAuthorization } from './digest-authorization';
import { jsonEngine, objectsAt, resultOf, sortedBy, type SearchEngine } from './search-engine';

const AZURE_VERSION = '2024-07-01';
const MAX_SNIPPET = 500;

/** Engines that administrators run themselves, or an index of theirs. */
export const OWN_ENGINES: Record<string, SearchEngine> = {
  searxng: jsonEngine({
    required: ['searxng_query_url'],
    request: ({ text, settings: { searxng_query_url: url } }) => ({
      // Older settings show where the query stands: `…/search?q=<query>`.
      url: url.includes('<query>') ? (url.split('?', 1)[0] ?? '') : url,
      query: {
        q: text,
        format: 'json',
        pageno: 1,
        safesearch: '1',
        language: 'en-US',
        time_range: '',
        categories: '',
        theme: 'simple',
        image_proxy: 0,
      },
    }),
    results: ['results'],
    order: '-score',
    fields: ['url', 'title', 'content'],
  }),

  yacy: {
    required: ['yacy_query_url'],
    async search({ text, count, settings }, requests, signal) {
      const url = settings.yacy_query_url.replace(/\/$/, '');
      const request: JsonRequest = {
        url: url.endsWith('yacysearch.json') ? url : `${url}/yacysearch.json`,
        query: { query: text, contentdom: 'text', resource: 'global', maximumRecords: count, nav: 'none' },
      };
      const { yacy_username: username, yacy_password: password } = settings;
      const challenge = username === '' ? undefined : await challengeOf(request);
      const uri = new URL(urlOf(request));
      const authorization =
        challenge && digestAuthorization(challenge, { username, password, uri: uri.pathname + uri.search });
      const answer = await requests.send({ ...request, ...(authorization && { headers: { authorization } }) }, signal);
      const [channel] = objectsAt(answer, ['channels']);
      const items = sortedBy(objectsAt(channel, ['items']), '-ranking');
      return items.map((item) => resultOf(item, ['link', 'title', 'description']));

      async function challengeOf(asked: JsonRequest): Promise<string | undefined> {
        const response = await requests.open(asked, signal);
        response.discard();
        return response.status === 401 ? response.header('www-authenticate') : undefined;
      }
    },
  },

  external: jsonEngine({
    required: ['external_web_search_url'],
    request: ({ text, count, settings, principal }) => ({
      url: settings.external_web_search_url,
      bearer: settings.external_web_search_api_key,
      headers: userHeaders(principal),
      json: { query: text, count },
    }),
    results: [],
    fields: ['link', 'title', 'snippet'],
  }),

  azure: {
    required: ['azure_ai_search_endpoint', 'azure_ai_search_api_key', 'azure_ai_search_index_name'],
    async search({ text, count, settings }, requests, signal) {
      const endpoint = settings.azure_ai_search_endpoint.replace(/\/$/, '');
      const index = encodeURIComponent(settings.azure_ai_search_index_name);
      const request = {
        url: `${endpoint}/indexes/${index}/docs/search`,
        query: { 'api-version': AZURE_VERSION },
        headers: { 'api-key': settings.azure_ai_search_api_key },
        json: { search: text, top: count },
      };
      return objectsAt(await requests.send(request, signal), ['value']).map(azureResult);
    },
  },
};

/** Every index has fields of its own: the usual names are tried. */
function azureResult(found: JsonObject) {
  const first = (...keys: string[]): string | null =>
    keys.map((key) => asString(found[key])?.trim()).find((value) => value) ?? null;
  return {
    link: first('url', 'link', 'uri', 'metadata_storage_path') ?? '',
    title: first('title', 'name', 'metadata_title', 'metadata_storage_name'),
    snippet: first('content', 'snippet', 'description', 'summary', 'text')?.slice(0, MAX_SNIPPET) ?? null,
  };
}
