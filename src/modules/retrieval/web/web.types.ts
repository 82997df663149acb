import type { JsonObject } from '../../../common/util/json';

/** What was read at one URL. */
export interface WebDocument {
  /** As it was given, before redirects. */
  url: string;
  content: string;
  /** `source`, and the page's own `title`, `description`, `language`, … */
  metadata: JsonObject;
  /** Of the response, where the loader sees it. Error pages are documents, too (contract). */
  status?: number;
}

export interface PageFailure {
  url: string;
  /** For users and logs. */
  reason: string;
  /** The URL is not valid or must not be fetched. */
  isRefused: boolean;
}

/** Each URL is in one of both, in the order of the request. */
export interface FetchedPages {
  documents: WebDocument[];
  failures: PageFailure[];
}

/** What fetches pages: this server, a browser, or a service. URLs are checked before they are given to one. */
export interface PageLoader {
  /** Failures of single pages are part of the result. @throws the reason of the signal. */
  load(urls: readonly URL[], signal: AbortSignal): Promise<FetchedPages>;
}

/** What an engine found. */
export interface SearchResult {
  link: string;
  title: string | null;
  snippet: string | null;
}
