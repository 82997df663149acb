import { AppError, BadRequestError } from '../../../common/errors/app-error';
import { ModelServerError } from '../embedding/embedding.errors';
import { ExtractionError } from '../extraction/extraction.errors';

export const IngestDetail = {
  empty: 'The content provided is empty. Please ensure that there is text or data present before proceeding.',
  interrupted: 'The processing was interrupted too often. Please try again later.',
  unexpected: 'The file could not be processed.',
} as const;

/** There is nothing to index. */
export class EmptyContentError extends BadRequestError {
  constructor() {
    super(IngestDetail.empty);
  }
}

/** The declared type of a file is one that has no text. */
export class UnsupportedTypeError extends BadRequestError {
  constructor(type: string) {
    super(`File type ${type.slice(0, 100)} is not supported for processing`);
  }
}

/** The extracted text is longer than what is indexed. */
export class TextTooLongError extends BadRequestError {
  constructor(limit: number) {
    super(`The text of this file is too long: at most ${limit} characters are processed.`);
  }
}

/** What the owner of a file reads about a failure; null for an unexpected one, which is logged and not shown. */
export const shownMessage = (error: unknown): string | null =>
  error instanceof AppError && error.status < 500 ? error.message : null;

/** Whether another attempt would fail in the same way. */
export function isPermanent(error: unknown): boolean {
  if (error instanceof ExtractionError || error instanceof ModelServerError) return !error.isTransient;
  return error instanceof AppError && error.status < 500;
}
