import type { IncomingHttpHeaders } from 'node:http';
import { cookiesOf } from '../../../common/http/cookies';
import { isEmbedded } from './cross-site';

/** The cookie that holds a session token. */
export const TOKEN_COOKIE = 'token';

export type Carrier = 'bearer' | 'x-api-key' | 'cookie';

/** The credential of a request: from the first carrier that is present, valid or not. */
export interface RequestCredential {
  carrier: Carrier;
  kind: 'jwt' | 'api_key';
  token: string;
}

const BEARER = /^bearer +(\S+) *$/i;

/** True for a token in the form of an API key. */
export const isApiKey = (token: string): boolean => token.startsWith('sk-');

const parsed = new WeakMap<IncomingHttpHeaders, RequestCredential | null>();

/** Null without a credential. Parsed once per request. */
export function credentialOf(headers: IncomingHttpHeaders): RequestCredential | null {
  const known = parsed.get(headers);
  if (known !== undefined) return known;
  const credential = parse(headers);
  parsed.set(headers, credential);
  return credential;
}

function parse(headers: IncomingHttpHeaders): RequestCredential | null {
  const bearer = BEARER.exec(headers.authorization ?? '')?.[1];
  if (bearer) return { carrier: 'bearer', kind: isApiKey(bearer) ? 'api_key' : 'jwt', token: bearer };
  const key = headers['x-api-key'];
  if (typeof key === 'string' && key !== '') return { carrier: 'x-api-key', kind: 'api_key', token: key };
  const cookie = cookiesOf(headers.cookie)[TOKEN_COOKIE];
  return cookie ? { carrier: 'cookie', kind: isApiKey(cookie) ? 'api_key' : 'jwt', token: cookie } : null;
}

/**
 * The token that sign-out ends, whatever the scheme of the Authorization header; null when there is none. A cookie of an
 * embedded request (`<img>`) is ignored: another site may have caused it.
 */
export function sentToken(headers: IncomingHttpHeaders): string | null {
  const inHeader = /^\S+ +(\S+)/.exec(headers.authorization ?? '')?.[1];
  return inHeader ?? (isEmbedded(headers) ? null : (cookiesOf(headers.cookie)[TOKEN_COOKIE] ?? null));
}
