import { isIPv4, isIPv6 } from 'node:net';
import type { AuthenticatedRequest } from '../../common/auth/access-rules';

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * The network of a household or company: an IPv4 address, or the first 64 bits of an IPv6 address. Any other string is
 * returned unchanged.
 */
export function networkOf(address: string): string {
  const plain = address.split('%', 1)[0] ?? '';
  const mapped = MAPPED.exec(plain)?.[1];
  if (mapped) return mapped;
  if (isIPv4(plain) || !isIPv6(plain)) return plain;
  return `${expand(plain).slice(0, 4).join(':')}::/64`;
}

/** The groups of an IPv6 address, without leading zeros. */
function expand(address: string): string[] {
  const [head = '', tail] = address.toLowerCase().split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  return [...before, ...Array<string>(gap).fill('0'), ...after].map((group) => group.replace(/^0+(?=.)/, ''));
}

/** Key of the account of a request, or of its network for anonymous requests. */
export const throttleKeyOf = ({ user, ip }: AuthenticatedRequest): string =>
  user ? `user:${user.id}` : `anonymous:${networkOf(ip ?? '')}`;
