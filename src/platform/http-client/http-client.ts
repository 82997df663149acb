import type { Readable } from 'node:stream';
import { aborting } from '../../common/util/aborting';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Env } from '../env/env';
import { Dispatchers, type Route } from './dispatchers';
import { linkSignal } from './linked-signal';
import { OutgoingError, toOutgoingError } from './outgoing-error';
import { OutgoingResponse } from './outgoing-response';
import { assertHost, isPublicAddress, type AddressRule } from './public-address';

export interface OutgoingRequest {
  method?: 'GET' | 'HEAD' | 'OPTIONS' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  headers?: Readonly<Record<string, string>>;
  /** A stream is read once, no faster than it is sent, and destroyed when the sending fails. */
  body?: string | Uint8Array | Readable;
  /** Closes the connection at once; the call, or the reading of the body, rejects with its reason. */
  signal?: AbortSignal;
  /** The URL is untrusted: it must lead to the public internet. */
  isPublicOnly?: boolean;
  /** The URL is untrusted: the addresses that it may lead to. Always the same function, since connections are pooled by it. */
  isAllowed?: AddressRule;
  /** False accepts any certificate; undefined: as the environment says. */
  isTlsVerified?: boolean;
  /** URL of an HTTP proxy in place of that of the environment. */
  proxy?: string;
  /** Milliseconds for the whole exchange, the body included; 0 or none: no limit. */
  timeout?: number;
  /** Idle timeout of the response in milliseconds; 0 or undefined: none. Waiting for the reader does not count. */
  idleTimeout?: number;
}

/**
 * The only way out over HTTP: pooled connections, no redirects followed, proxies and TLS verification as the
 * environment says. URLs that an administrator configured may lead anywhere; untrusted ones are sent with `isPublicOnly`
 * and reach only the public internet.
 */
@Injectable()
export class HttpClient implements OnApplicationShutdown {
  private readonly dispatchers: Dispatchers;

  constructor(env: Env) {
    this.dispatchers = new Dispatchers(env.outgoing);
  }

  /**
   * Resolves when the headers have arrived, with any status.
   * @throws OutgoingError when none come; the signal's reason after an abort.
   */
  async send(url: string, request: OutgoingRequest): Promise<OutgoingResponse> {
    const { method = 'GET', headers, body, signal, timeout = 0, idleTimeout = 0 } = request;
    const target = parseUrl(url);
    const link = linkSignal(signal, timeout, () => new OutgoingError('timeout', target.origin));
    try {
      const route = routeOf(request);
      if (route.isAllowed) await aborting(link.signal, assertHost(target.hostname, route.isAllowed));
      const options = { origin: target.origin, path: target.pathname + target.search, method, headers, body };
      const limits = { signal: link.signal, headersTimeout: idleTimeout, bodyTimeout: idleTimeout };
      const answer = await this.dispatchers.get(route).request({ ...options, ...limits });
      answer.body.once('close', () => link.release());
      return new OutgoingResponse(answer, target.origin, link.signal);
    } catch (error) {
      link.release();
      throw link.signal.aborted ? link.signal.reason : toOutgoingError(error, target.origin);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.dispatchers.destroy();
  }
}

const routeOf = ({ isPublicOnly, isAllowed, isTlsVerified, proxy }: OutgoingRequest): Route => ({
  isAllowed: isPublicOnly ? isPublicAddress : isAllowed,
  isTlsVerified,
  proxy,
});

function parseUrl(url: string): URL {
  try {
    const parsed = new URL(url);
    if (parsed.protocol === 'http:' || parsed.protocol === 'https:') return parsed;
  } catch {
    // Reported below, as every other invalid URL.
  }
  throw new OutgoingError('request', 'The server');
}
