import { readBoolean, readText, type Source } from './env-readers';

/** How requests leave this server. */
export interface OutgoingEnv {
  /** False accepts any certificate, of providers and of the proxy's targets. */
  isTlsVerified: boolean;
  httpProxy: string | undefined;
  /** Without it, HTTPS goes through `httpProxy`. */
  httpsProxy: string | undefined;
  /** Hosts, comma separated, that are reached without a proxy; a name covers its subdomains, `*` is every host. */
  noProxy: string | undefined;
}

/** The lower-case names of the proxy variables win, as in other programs. */
export function readOutgoingEnv(source: Source): OutgoingEnv {
  const either = (name: string) => readText(source, name) ?? readText(source, name.toUpperCase());
  return {
    isTlsVerified: readBoolean(source, 'AIOHTTP_CLIENT_SESSION_SSL', true),
    httpProxy: either('http_proxy'),
    httpsProxy: either('https_proxy'),
    noProxy: either('no_proxy'),
  };
}
