import { parseCookie } from 'cookie';

/** The cookies of a request header; malformed ones are dropped. */
export function cookiesOf(header: string | undefined): Record<string, string | undefined> {
  return header ? parseCookie(header) : {};
}
