import type { IncomingHttpHeaders } from 'node:http';
import type { Principal } from '../../../common/auth/principal';
import { UnauthorizedError } from '../../../common/errors/app-error';
import { isEmail, normalizeEmail } from '../accounts/email';
import type { SignInModeSettings } from '../auth.settings';
import type { RequestOrigin } from '../guards/request-origin';
import { parsePeerList } from './peer-list';
import { AuthDetail } from '../auth.errors';
import { decodeUri } from '../../../common/util/uri';

/** Names of the headers; null where one is not configured. */
export type TrustedHeaderNames = Pick<
  SignInModeSettings,
  'trusted_email_header' | 'trusted_name_header' | 'trusted_groups_header'
>;
type TrustedHeaderSettings = TrustedHeaderNames & Pick<SignInModeSettings, 'trusted_proxies'>;

/** The parts of a request or a socket handshake that identify the user authenticated by the proxy. */
export type ProxiedRequest = Pick<RequestOrigin, 'headers' | 'peer'>;

/** The user that the proxy authenticated. */
export interface TrustedIdentity {
  email: string;
  name: string;
  groups: string[];
}

/** Null when the peer is not a trusted proxy or the headers name no user. */
export function trustedIdentityOf(
  { headers, peer }: ProxiedRequest,
  settings: TrustedHeaderSettings,
): TrustedIdentity | null {
  return isTrusted(peer, settings) ? identityOf(headers, settings) : null;
}

/**
 * The session and the proxy must name the same user. They differ when the cookie belongs to an earlier user of the
 * browser, or was stolen. @throws UnauthorizedError
 */
export function assertSameIdentity(
  { email }: Pick<Principal, 'email'>,
  request: ProxiedRequest,
  settings: TrustedHeaderSettings,
): void {
  const { trusted_email_header: name } = settings;
  if (name === null || request.headers[name] === undefined || !isTrusted(request.peer, settings)) return;
  if (identityOf(request.headers, settings)?.email !== email.toLowerCase())
    throw new UnauthorizedError(AuthDetail.userMismatch);
}

/**
 * The identity named by the headers. Two values in the address header are refused (null): one was sent by the client
 * instead of the proxy.
 */
export function identityOf(headers: IncomingHttpHeaders, names: TrustedHeaderNames): TrustedIdentity | null {
  const email = normalizeEmail(textOf(headers, names.trusted_email_header));
  if (!isEmail(email)) return null;
  const name = decodeUri(textOf(headers, names.trusted_name_header)) || email;
  const groups = textOf(headers, names.trusted_groups_header).split(',');
  return { email, name, groups: groups.map((group) => group.trim()).filter((group) => group !== '') };
}

const isTrusted = (peer: string, { trusted_proxies: proxies }: TrustedHeaderSettings): boolean =>
  parsePeerList(proxies)(peer);

/** Node reads header bytes as Latin-1; proxies send UTF-8. */
function textOf(headers: IncomingHttpHeaders, name: string | null): string {
  const value = name === null ? undefined : headers[name];
  if (typeof value !== 'string') return '';
  const text = Buffer.from(value, 'latin1').toString('utf8');
  return (text.includes('\uFFFD') ? value : text).trim();
}
