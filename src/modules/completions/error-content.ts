import { AppError, RelayedError } from '../../common/errors/app-error';
import { toErrorText } from '../../common/errors/to-error-answer';
import { isJsonObject, type JsonObject } from '../../common/util/json';

/** What is shown in place of a reply that failed, and stored with its message as `error.content`. */
export type ErrorContent = string | JsonObject;

/** A failure that says itself what is to be shown. */
export class ReplyError extends Error {
  constructor(readonly content: ErrorContent) {
    super(typeof content === 'string' ? content : JSON.stringify(content));
  }
}

/** Tells of a failed reply what the provider said; of failures of our own their text with the status before it. */
export function errorContentOf(error: unknown): ErrorContent {
  if (error instanceof ReplyError) return error.content;
  if (error instanceof RelayedError) return providerErrorContent(error.body) ?? error.message;
  if (error instanceof AppError) return `${error.status}: ${toErrorText(error)}`;
  return toErrorText(error);
}

/** The part of a provider's error body that names the failure; undefined when it says nothing. */
export function providerErrorContent(body: unknown): ErrorContent | undefined {
  if (Array.isArray(body)) return providerErrorContent(body[0]);
  if (typeof body === 'string') return body.trim() || undefined;
  if (!isJsonObject(body)) return undefined;
  const { error, detail, message } = body;
  const inner = isJsonObject(error) && 'detail' in error ? error.detail : error;
  return [inner, detail, message].find(isContent);
}

function isContent(value: unknown): value is ErrorContent {
  return (typeof value === 'string' && value !== '') || (isJsonObject(value) && Object.keys(value).length > 0);
}
