import { AppError, RelayedError } from '../../../common/errors/app-error';
import { toErrorText } from '../../../common/errors/to-error-response';
import { FunctionFailedError } from '../functions/function-error';
import { contentOfError, type ErrorContent } from '../../providers/responses/failures';

/** A failure with the content that is shown in place of the reply. */
export class ReplyError extends Error {
  constructor(readonly content: ErrorContent) {
    super(typeof content === 'string' ? content : JSON.stringify(content));
  }
}

/** The error of a `chat:completion` event: clients fail on one that is not an object. */
export const errorObject = (error: unknown): unknown => (typeof error === 'string' ? { message: error } : error);

/** The content of an error message: the provider's text; for our own errors their text and status. */
export function errorContentOf(error: unknown): ErrorContent {
  if (error instanceof ReplyError) return error.content;
  if (error instanceof FunctionFailedError) return error.text;
  if (error instanceof RelayedError) return contentOfError(error.body) ?? error.message;
  if (error instanceof AppError) return `${error.status}: ${toErrorText(error)}`;
  return toErrorText(error);
}
