import { lookup } from 'node:dns';
import { promisify } from 'node:util';
import { BlockList, isIP, isIPv6, type LookupFunction } from 'node:net';

/** An address that no stranger's URL may lead to. */
export class PrivateAddressError extends Error {
  readonly code = 'EPRIVATE';

  constructor() {
    super('The address is not a public one');
  }
}

/** IANA's special-purpose networks: this host, private, shared, link-local, documentation, multicast, reserved. */
const SPECIAL_V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const;

/** Within the global networks: Teredo and other protocols, documentation, and 6to4, which carries any IPv4 address. */
const SPECIAL_V6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const special = new BlockList();
for (const [network, prefix] of SPECIAL_V4) special.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of SPECIAL_V6) special.addSubnet(network, prefix, 'ipv6');

/** Everything that is routed on the internet; mapped, translated and local forms of IPv6 lie outside. */
const global = new BlockList();
global.addSubnet('2000::', 3, 'ipv6');

/** True for an address of the public internet; false for every other text. */
export function isPublicAddress(address: string): boolean {
  if (isIPv6(address)) return global.check(address, 'ipv6') && !special.check(address, 'ipv6');
  return isIP(address) === 4 && !special.check(address, 'ipv4');
}

/** `hostname`: of a URL. An address that is no name is looked up by nobody, so it is looked at here. */
export async function assertPublicHost(hostname: string): Promise<void> {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) === 0) await promisify(publicLookup)(host, {});
  else if (!isPublicAddress(host)) throw new PrivateAddressError();
}

/** As `dns.lookup`, but fails for names that have any address which is not public: the one that is checked is used. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    if (error) return callback(error, '', 0);
    const [first] = found;
    if (!first || !found.every(({ address }) => isPublicAddress(address)))
      return callback(new PrivateAddressError(), '', 0);
    return options.all ? callback(null, found) : callback(null, first.address, first.family);
  });
};
