import { HttpException } from '@nestjs/common';
import { AppError, RelayedError, type ErrorDetail } from './app-error';
import { Detail } from './details';

/** What a client learns of a failure, whatever carries it: HTTP, a socket event or the last event of a stream. */
export interface ErrorAnswer {
  status: number;
  body: { detail: ErrorDetail };
  headers: Readonly<Record<string, string>>;
  /** True for a failure that nobody foresaw: it has to be logged, and nothing of it is told. */
  isUnexpected: boolean;
  /** What another server answered: an HTTP answer carries it instead of `body`. */
  relayed?: unknown;
}

const answer = (status: number, detail: ErrorDetail, headers = {}, isUnexpected = false): ErrorAnswer => ({
  status,
  body: { detail },
  headers,
  isUnexpected,
});

/** The one mapping from errors to answers. */
export function toErrorAnswer(error: unknown): ErrorAnswer {
  if (error instanceof RelayedError)
    return { ...answer(error.status, error.detail, error.headers), relayed: error.body };
  if (error instanceof AppError) return answer(error.status, error.detail, error.headers);
  if (error instanceof HttpException) return fromHttpException(error);
  const status = parserStatus(error);
  if (status !== undefined) return answer(status, status === 413 ? 'Request body too large' : 'Bad Request');
  return answer(500, Detail.internal, {}, true);
}

/** A text for places that hold one line, such as a stored message error. */
export function toErrorText(error: unknown): string {
  const { detail } = toErrorAnswer(error).body;
  return typeof detail === 'string' ? detail : JSON.stringify(detail);
}

function fromHttpException(error: HttpException): ErrorAnswer {
  const status = error.getStatus();
  if (status === 404) return answer(404, 'Not Found');
  return answer(status, error.message, {}, status >= 500);
}

/** Errors of the body parsers carry their status as a plain property (413 too large, 400 aborted or bad encoding). */
function parserStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('status' in error) || !('expose' in error)) return undefined;
  return typeof error.status === 'number' && error.status < 500 ? error.status : undefined;
}
