import { AppError, BadRequestError, RelayedError } from '../../common/errors/app-error';
import { isJsonObject } from '../../common/util/json';

/** `detail` texts about providers and models that clients know and show. */
export const ProviderDetail = {
  modelNotFound: 'Model not found',
  connection: 'Confab: Server Connection Error',
} as const;

/**
 * A provider responded with an error status. `body` is its parsed JSON or its text; `detail` its message on one line.
 */
export class ProviderError extends RelayedError {
  constructor(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
    super(status, body, messageOf(body) ?? `HTTP Error: ${status}`, headers);
  }
}

/** No usable response from the provider: refused, timed out, interrupted, not JSON. The cause is only logged. */
export class ProviderUnreachableError extends AppError {
  constructor(override readonly cause: unknown) {
    super(500, ProviderDetail.connection);
  }
}

/** A key or a header of the connection contains characters that HTTP does not allow. */
export class UnsendableHeaderError extends BadRequestError {
  constructor(name: string) {
    const field = name === 'authorization' || name === 'api-key' ? 'The API key' : `The header "${name.slice(0, 100)}"`;
    super(`${field} of the connection contains characters that cannot be sent`);
  }
}

/** The message in an error body: OpenAI's `{error: {message}}`, `{error}`, `{detail}`, `{message}`, or a string. */
function messageOf(body: unknown): string | undefined {
  if (typeof body === 'string') return body.trim() || undefined;
  if (!isJsonObject(body)) return undefined;
  return messageOf(body.error) ?? messageOf(body.detail) ?? messageOf(body.message);
}
