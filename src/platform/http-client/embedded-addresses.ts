import { isIPv6 } from 'node:net';

const MAPPED = '0000:0000:0000:0000:0000:ffff';
const COMPATIBLE = '0000:0000:0000:0000:0000:0000';
/** NAT64: the well-known network, and the one for local use. */
const TRANSLATED = /^0064:ff9b:(?:0000:0000:0000:0000|0001:.*)$/;
const ISATAP = /:0[02]00:5efe$/;

/**
 * The IPv4 addresses that an IPv6 address stands for: mapped, compatible, translated (NAT64) and tunnelled (6to4, ISATAP,
 * Teredo) ones. Empty for every other address.
 */
export function embeddedAddresses(address: string): string[] {
  if (!isIPv6(address)) return [];
  const groups = groupsOf(address);
  const head = groups.slice(0, 6).join(':');
  if (head === MAPPED || head === COMPATIBLE || TRANSLATED.test(head) || ISATAP.test(head)) return [v4Of(groups, 6)];
  if (groups[0] === '2002') return [v4Of(groups, 1)];
  // Teredo: the server, and the client with every bit inverted.
  if (groups[0] === '2001' && groups[1] === '0000') return [v4Of(groups, 2), v4Of(groups, 6, 0xffff)];
  return [];
}

/** The eight groups of four hexadecimal digits. */
function groupsOf(address: string): string[] {
  // URL writes the dotted form of the last 32 bits in hexadecimal.
  const { hostname } = new URL(`http://[${address.split('%', 1)[0] ?? ''}]/`);
  const [head = '', tail] = hostname.slice(1, -1).split('::');
  const split = (part: string | undefined) => (part ? part.split(':') : []);
  const [first, last] = [split(head), split(tail)];
  const missing = Array<string>(8 - first.length - last.length).fill('0');
  return [...first, ...missing, ...last].map((group) => group.padStart(4, '0'));
}

function v4Of(groups: readonly string[], from: number, mask = 0): string {
  const [high = 0, low = 0] = groups.slice(from, from + 2).map((group) => Number.parseInt(group, 16) ^ mask);
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
