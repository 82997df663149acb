import { Injectable, Logger } from '@nestjs/common';
import { attachExactIntegers } from '../../common/json/exact-integers';
import { tryParseJson } from '../../common/json/parse-json';
import { HttpClient, type OutgoingRequest } from '../../platform/http-client/http-client';
import type { OutgoingResponse } from '../../platform/http-client/outgoing-response';
import { ProviderError, ProviderUnreachableError, UnsendableHeaderError } from './provider.errors';
import { ProvidersSettings } from './providers.settings';

/** Largest error response that is read. */
const MAX_ERROR_BYTES = 1024 * 1024;

export interface ProviderCall extends OutgoingRequest {
  /** True for a default server that is not configured: its absence is not logged as a warning. */
  isQuiet?: boolean;
}

/** Calls provider servers, in any protocol, and maps failures to the errors of `provider.errors`. */
@Injectable()
export class ProviderHttpService {
  private readonly logger = new Logger(ProviderHttpService.name);

  constructor(
    private readonly http: HttpClient,
    private readonly settings: ProvidersSettings,
  ) {}

  /**
   * Resolves on the headers of a successful response.
   * @throws ProviderError for an error response, ProviderUnreachableError when there is none in time,
   * UnsendableHeaderError; the signal's reason after an abort.
   */
  async send(url: string, { isQuiet, ...request }: ProviderCall): Promise<OutgoingResponse> {
    assertSendable(request.headers);
    const idleTimeout = this.settings.idle_timeout * 1000;
    const response = await this.guard(request.signal, this.http.send(url, { idleTimeout, ...request }), isQuiet);
    if (response.isSuccess) return response;
    const body = parseAnswer(await this.guard(request.signal, response.text(MAX_ERROR_BYTES)));
    if (response.status >= 400) throw new ProviderError(response.status, body, retryHeaders(response));
    throw this.unreachable(new Error(`${url} responded with status ${response.status}`));
  }

  /** As `send`, with the whole body: JSON, or a string. */
  async read(url: string, request: ProviderCall, maxBytes: number): Promise<unknown> {
    return this.readBody(await this.send(url, request), request.signal, maxBytes);
  }

  /** The body of a response: JSON, or a string. */
  async readBody(response: OutgoingResponse, signal: AbortSignal | undefined, maxBytes: number): Promise<unknown> {
    return parseAnswer(await this.guard(signal, response.text(maxBytes)));
  }

  private async guard<T>(signal: AbortSignal | undefined, work: Promise<T>, isQuiet = false): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw signal?.aborted ? signal.reason : this.unreachable(error, isQuiet);
    }
  }

  private unreachable(cause: unknown, isQuiet = false): ProviderUnreachableError {
    this.logger[isQuiet ? 'debug' : 'warn'](cause instanceof Error ? cause.message : 'Provider unreachable');
    return new ProviderUnreachableError(cause);
  }
}

const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

function assertSendable(headers: OutgoingRequest['headers'] = {}): void {
  for (const [name, value] of Object.entries(headers))
    if (!HEADER_NAME.test(name) || !HEADER_VALUE.test(value)) throw new UnsendableHeaderError(name);
}

/** Retry headers: client libraries wait accordingly. */
function retryHeaders(response: OutgoingResponse): Record<string, string> {
  const names = ['retry-after', 'retry-after-ms'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = response.header(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** The value of a JSON document, with or without a byte order mark; any other body stays a string. */
export function parseAnswer(text: string): unknown {
  const value = tryParseJson(text);
  if (value === undefined) return text;
  attachExactIntegers(text, value);
  return value;
}
