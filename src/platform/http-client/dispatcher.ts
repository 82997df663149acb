import { createRequire } from 'node:module';
import type * as Undici from 'undici';
import type { LookupFunction } from 'node:net';
import type { Dispatcher } from 'undici';
import type { OutgoingEnv } from '../env/http-env';

const requireLater = createRequire(__filename);

const CONNECT_TIMEOUT = 10_000;

/**
 * undici's pools: as many connections per origin as there are requests at once, kept alive when idle. Time limits are
 * set per request; a provider may think for minutes between two pieces. `lookup` is for connections without a proxy: with
 * one, the proxy looks names up.
 */
export function createDispatcher(env: OutgoingEnv, lookup?: LookupFunction): Dispatcher {
  const { Agent, EnvHttpProxyAgent } = requireLater('undici') as typeof Undici;
  const { isTlsVerified, httpProxy, httpsProxy, noProxy } = env;
  const tls = isTlsVerified ? {} : { rejectUnauthorized: false };
  const connect = { timeout: CONNECT_TIMEOUT, ...tls };
  // The proxy agent uses these for hosts in `NO_PROXY` alone.
  const options = { connect: { ...connect, ...(lookup && { lookup }) }, headersTimeout: 0, bodyTimeout: 0 };
  if (httpProxy === undefined && httpsProxy === undefined) return new Agent(options);
  return new EnvHttpProxyAgent({
    ...options,
    ...(!isTlsVerified && { requestTls: tls }),
    // Plain HTTP goes to a proxy as a plain request: many refuse CONNECT to other ports than 443.
    proxyTunnel: false,
    // Empty, not undefined: undici would read the process environment itself.
    httpProxy: httpProxy ?? '',
    httpsProxy: httpsProxy ?? '',
    noProxy: noProxy ?? '',
  });
}
