import { Injectable, Logger } from '@nestjs/common';
import { jsonExcess } from '../../common/util/json-bounds';
import { HttpClient, type OutgoingRequest } from '../../platform/http-client/http-client';
import type { OutgoingResponse } from '../../platform/http-client/outgoing-response';
import { ProviderError, ProviderUnreachableError } from './provider-errors';
import { ProvidersSettings } from './providers.settings';

/** Largest error answer that is read. */
const MAX_ERROR_BYTES = 1024 * 1024;

/** Calls to the servers of providers, whatever they speak: their failures become the two errors of `provider-errors`. */
@Injectable()
export class ProviderHttpService {
  private readonly logger = new Logger(ProviderHttpService.name);

  constructor(
    private readonly http: HttpClient,
    private readonly settings: ProvidersSettings,
  ) {}

  /**
   * Resolves with the headers of a success.
   * @throws ProviderError for an error answer, ProviderUnreachableError when there is none in time; the signal's reason
   * after an abort.
   */
  async send(url: string, request: OutgoingRequest): Promise<OutgoingResponse> {
    const idleTimeout = this.settings.idle_timeout * 1000;
    const response = await this.guard(request.signal, this.http.send(url, { idleTimeout, ...request }));
    if (response.isSuccess) return response;
    const body = parsed(await this.guard(request.signal, response.text(MAX_ERROR_BYTES)));
    if (response.status >= 400) throw new ProviderError(response.status, body, retryHeaders(response));
    throw this.unreachable(new Error(`${url} answers with status ${response.status}`));
  }

  /** As `send`, with the whole answer: JSON, or a text. */
  async read(url: string, request: OutgoingRequest, maxBytes: number): Promise<unknown> {
    return this.readBody(await this.send(url, request), request.signal, maxBytes);
  }

  /** The body of an answer: JSON, or a text. */
  async readBody(response: OutgoingResponse, signal: AbortSignal | undefined, maxBytes: number): Promise<unknown> {
    return parsed(await this.guard(signal, response.text(maxBytes)));
  }

  private async guard<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw signal?.aborted ? signal.reason : this.unreachable(error);
    }
  }

  private unreachable(cause: unknown): ProviderUnreachableError {
    this.logger.warn(cause instanceof Error ? cause.message : 'A provider could not be reached');
    return new ProviderUnreachableError(cause);
  }
}

/** When clients may try again: their libraries wait so long. */
function retryHeaders(response: OutgoingResponse): Record<string, string> {
  const names = ['retry-after', 'retry-after-ms'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = response.header(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** What is too much to be walked through is left as the text that it is. */
function parsed(text: string): unknown {
  if (jsonExcess(text) !== undefined) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
