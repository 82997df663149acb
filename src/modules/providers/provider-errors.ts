import { AppError, RelayedError } from '../../common/errors/app-error';
import { Detail } from '../../common/errors/details';
import { isJsonObject } from '../../common/util/json';

/** A provider answered with an error status. `body` is its parsed JSON or its text; `detail` its message as one line. */
export class ProviderError extends RelayedError {
  constructor(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
    super(status, body, messageOf(body) ?? `HTTP Error: ${status}`, headers);
  }
}

/** No usable answer came from the provider: refused, timed out, broken off, not JSON. What exactly is only logged. */
export class ProviderUnreachableError extends AppError {
  constructor(override readonly cause: unknown) {
    super(500, Detail.connection);
  }
}

/** The message in an error body: OpenAI's `{error: {message}}`, `{error}`, `{detail}`, `{message}`, or a text. */
function messageOf(body: unknown): string | undefined {
  if (typeof body === 'string') return body.trim() || undefined;
  if (!isJsonObject(body)) return undefined;
  return messageOf(body.error) ?? messageOf(body.detail) ?? messageOf(body.message);
}
