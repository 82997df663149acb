import { BadRequestError, NotFoundError } from '../../../common/errors/app-error';
import { errorDetail } from '../../../common/errors/details';

/** Texts that clients know. */
export const WebDetail = {
  invalidUrl: 'Oops! The URL you provided is invalid. Please double-check and try again.',
  noResults: 'No results found from web search',
  noEngine: 'No search engine API key found in environment variables',
  emptyContent: 'The content provided is empty. Please ensure that there is text or data present before proceeding.',
  searchFailed: 'Oops! Something went wrong while searching the web.',
} as const;

/** The URL is not valid, or must not be fetched; which of both is not said. */
export class InvalidPageUrlError extends BadRequestError {
  constructor() {
    super(errorDetail(WebDetail.invalidUrl));
  }
}

/** The page could not be read; clients know one text for that and for a page without text. */
export class PageUnavailableError extends BadRequestError {
  constructor(
    /** For logs. */
    readonly reason: string,
  ) {
    super(errorDetail(WebDetail.emptyContent));
  }
}

/** No engine is set, a setting of the engine is missing, or the engine failed. */
export class WebSearchError extends BadRequestError {
  constructor(message: string) {
    super(message.trim() || WebDetail.searchFailed);
  }
}

export class NoSearchResultsError extends NotFoundError {
  constructor() {
    super(errorDetail(WebDetail.noResults));
  }
}
