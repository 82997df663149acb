import { HttpException } from '@nestjs/common';
import { AppError, RelayedError, type ErrorDetail } from './app-error';
import { Detail } from './details';

/** A failure as clients see it: over HTTP, in a socket event or in the last event of a stream. */
export interface ErrorResponse {
  status: number;
  body: { detail: ErrorDetail };
  headers: Readonly<Record<string, string>>;
  /** True: log the error; its reason is not sent. */
  isUnexpected: boolean;
  /** The response body of another server; sent over HTTP in place of `body`. */
  relayed?: unknown;
}

const toResponse = (status: number, detail: ErrorDetail, headers = {}, isUnexpected = false): ErrorResponse => ({
  status,
  body: { detail },
  headers,
  isUnexpected,
});

/** The only mapping from errors to responses. */
export function toErrorResponse(error: unknown): ErrorResponse {
  if (error instanceof RelayedError)
    return { ...toResponse(error.status, error.detail, error.headers), relayed: error.body };
  if (error instanceof AppError) return toResponse(error.status, error.detail, error.headers);
  if (error instanceof HttpException) return fromHttpException(error);
  const status = parserStatus(error);
  if (status !== undefined) return fromParser(status);
  return toResponse(500, Detail.internal, {}, true);
}

/** The error as one line, such as for the error of a stored message. */
export function toErrorText(error: unknown): string {
  const { detail } = toErrorResponse(error).body;
  return typeof detail === 'string' ? detail : JSON.stringify(detail);
}

function fromHttpException(error: HttpException): ErrorResponse {
  const status = error.getStatus();
  if (status === 401) return toResponse(401, Detail.unauthorized);
  if (status === 404) return toResponse(404, 'Not Found');
  // Nest wraps errors of body parsers into its own exceptions.
  if (parserStatus(error.cause) !== undefined) return fromParser(status);
  return toResponse(status, error.message, {}, status >= 500);
}

const fromParser = (status: number) => toResponse(status, status === 413 ? 'Request body too large' : 'Bad Request');

/**
 * Errors of the body parsers have their status as a plain property (413 too large, 400 aborted or invalid encoding).
 */
function parserStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('status' in error) || !('expose' in error)) return undefined;
  return typeof error.status === 'number' && error.status < 500 ? error.status : undefined;
}
