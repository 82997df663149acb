import type { Principal } from '../../../../common/auth/principal';
import { asString, isJsonObject, objectsIn, type JsonObject } from '../../../../common/util/json';
import type { JsonRequest, JsonRequestsService } from '../json-requests.service';
import type { WebLoaderSettings } from '../web-loader.settings';
import type { WebSearchSettings } from '../web-search.settings';
import type { SearchResult } from '../web.types';

export type EngineSettings = WebSearchSettings & WebLoaderSettings;

/** One query to an engine. */
export interface EngineQuery {
  text: string;
  /** Number of results; the caller cuts longer lists. */
  count: number;
  settings: EngineSettings;
  /** Sent in headers to engines that administrators run. */
  principal: Principal;
  /** Address of this installation; empty when unknown. */
  publicUrl: string;
}

/** A search engine of the web. New ones are added to the list in `engines.ts`. */
export interface SearchEngine {
  /** Settings without which the engine is not called. */
  readonly required?: readonly (keyof EngineSettings)[];
  /** The engine keeps to the allowed hosts of the domain filter itself. */
  readonly isFiltered?: boolean;
  /** @throws JsonRequestError; Error with a message for users; the reason of the signal. */
  search(query: EngineQuery, requests: JsonRequestsService, signal: AbortSignal): Promise<SearchResult[]>;
}

/** An engine with one request and a list of results. */
interface JsonEngine extends Pick<SearchEngine, 'required' | 'isFiltered'> {
  request: (query: EngineQuery) => JsonRequest;
  /** Path of keys to the list; empty: the response itself. */
  results: readonly string[];
  /** Where link, title and snippet stand in a result. */
  fields: readonly [link: string, title: string, snippet: string];
  /** Key of a number by which results are sorted; `-` before it: the largest first. */
  order?: string;
  isResult?: (result: JsonObject) => boolean;
}

export const jsonEngine = ({ request, results, fields, order, isResult, ...rules }: JsonEngine): SearchEngine => ({
  ...rules,
  async search(query, requests, signal) {
    const answer = await requests.send(request(query), signal);
    const found = objectsAt(answer, results).filter(isResult ?? (() => true));
    return (order === undefined ? found : sortedBy(found, order)).map((result) => resultOf(result, fields));
  },
});

/** The objects of a list inside a response; none when it is missing. */
export function objectsAt(answer: unknown, path: readonly string[]): JsonObject[] {
  const value = path.reduce<unknown>((inner, key) => (isJsonObject(inner) ? inner[key] : undefined), answer);
  return objectsIn(value);
}

export function sortedBy(results: readonly JsonObject[], order: string): JsonObject[] {
  const key = order.replace(/^-/, '');
  const direction = order === key ? 1 : -1;
  // Some engines write numbers as strings.
  const rank = (result: JsonObject) => Number(result[key] ?? 0) || 0;
  return [...results].sort((a, b) => direction * (rank(a) - rank(b)));
}

export const resultOf = (result: JsonObject, [link, title, snippet]: JsonEngine['fields']): SearchResult => ({
  link: asString(result[link]) ?? '',
  title: asString(result[title]) ?? null,
  snippet: asString(result[snippet]) ?? null,
});
