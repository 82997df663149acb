import type { Readable } from 'node:stream';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Dispatcher } from 'undici';
import { Env } from '../env/env';
import { createDispatcher } from './dispatcher';
import { linkSignal, type LinkedSignal } from './linked-signal';
import { OutgoingError, toOutgoingError } from './outgoing-error';
import { OutgoingResponse } from './outgoing-response';
import { assertPublicHost, publicLookup } from './public-address';

export interface OutgoingRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  headers?: Readonly<Record<string, string>>;
  /** A stream is read once, no faster than it is sent, and destroyed when the sending fails. */
  body?: string | Readable;
  /** Closes the connection at once; the call, or the reading of the body, rejects with its reason. */
  signal?: AbortSignal;
  /** The URL is a stranger's: it must lead to the public internet. */
  isPublicOnly?: boolean;
  /** Milliseconds for the whole exchange, the body included; 0 or none: no limit. */
  timeout?: number;
  /** Milliseconds without a byte of the answer; 0 or none: no limit. A reader that is slow himself is not counted. */
  idleTimeout?: number;
}

/**
 * The only way out over HTTP: pooled connections, no redirects followed, proxies and TLS verification as the
 * environment says. For addresses that an administrator configured it does not look at where they lead; those of strangers
 * are sent with `isPublicOnly`, and reach no address that is not of the public internet.
 */
@Injectable()
export class HttpClient implements OnApplicationShutdown {
  private readonly dispatcher: Dispatcher;
  private readonly publicDispatcher: Dispatcher;

  constructor(env: Env) {
    this.dispatcher = createDispatcher(env.outgoing);
    this.publicDispatcher = createDispatcher(env.outgoing, publicLookup);
  }

  /**
   * Resolves when the headers have come, whatever the status.
   * @throws OutgoingError when none come; the signal's reason after an abort.
   */
  async send(
    url: string,
    { method = 'GET', headers, body, signal, timeout = 0, idleTimeout = 0, isPublicOnly = false }: OutgoingRequest,
  ): Promise<OutgoingResponse> {
    const target = parseUrl(url);
    const link = linkSignal(signal, timeout, () => new OutgoingError('timeout', target.origin));
    try {
      if (isPublicOnly) await assertPublicHost(target.hostname);
      const options = { origin: target.origin, path: target.pathname + target.search, method, headers, body };
      const limits = { signal: link.signal, headersTimeout: idleTimeout, bodyTimeout: idleTimeout };
      const answer = await this.dispatcherRequest({ ...options, ...limits }, link, isPublicOnly);
      return new OutgoingResponse(answer, target.origin, link.signal);
    } catch (error) {
      link.release();
      throw link.signal.aborted ? link.signal.reason : toOutgoingError(error, target.origin);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.dispatcher.destroy(), this.publicDispatcher.destroy()]);
  }

  private async dispatcherRequest(
    options: Dispatcher.RequestOptions,
    link: LinkedSignal,
    isPublicOnly: boolean,
  ): Promise<Dispatcher.ResponseData> {
    const answer = await (isPublicOnly ? this.publicDispatcher : this.dispatcher).request(options);
    answer.body.once('close', () => link.release());
    return answer;
  }
}

function parseUrl(url: string): URL {
  try {
    const parsed = new URL(url);
    if (parsed.protocol === 'http:' || parsed.protocol === 'https:') return parsed;
  } catch {
    // Told below, as every other URL that cannot be called.
  }
  throw new OutgoingError('request', 'The server');
}
