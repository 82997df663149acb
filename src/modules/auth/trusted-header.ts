import type { IncomingHttpHeaders } from 'node:http';
import { isEmail, normalizeEmail } from './email';

export interface TrustedHeaderNames {
  trusted_email_header: string | null;
  trusted_name_header: string | null;
  trusted_groups_header: string | null;
}

/** Whom the proxy authenticated. */
export interface TrustedIdentity {
  email: string;
  name: string;
  groups: string[];
}

/**
 * The identity that the headers of a request name; null when there is none. Two values of the address header are none:
 * one of them came from the client and not from the proxy.
 */
export function trustedIdentityOf(headers: IncomingHttpHeaders, names: TrustedHeaderNames): TrustedIdentity | null {
  const email = normalizeEmail(textOf(headers, names.trusted_email_header));
  if (!isEmail(email) || /[,\s]/.test(email)) return null;
  const name = decode(textOf(headers, names.trusted_name_header)) || email;
  const groups = textOf(headers, names.trusted_groups_header).split(',');
  return { email, name, groups: groups.map((group) => group.trim()).filter((group) => group !== '') };
}

/** Node reads header bytes as Latin-1; proxies send UTF-8. */
function textOf(headers: IncomingHttpHeaders, name: string | null): string {
  const value = name === null ? undefined : headers[name];
  if (typeof value !== 'string') return '';
  const text = Buffer.from(value, 'latin1').toString('utf8');
  return (text.includes('\uFFFD') ? value : text).trim();
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
