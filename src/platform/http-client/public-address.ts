import { lookup } from 'node:dns';
import { promisify } from 'node:util';
import { BlockList, isIP, isIPv6, type LookupFunction } from 'node:net';
import { embeddedAddresses } from './embedded-addresses';

/** An address that a URL from an untrusted source must not lead to. */
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

/** Metadata services of clouds return credentials: link-local ones, and those of Alibaba, Oracle, Azure. */
const METADATA_V4 = [
  ['169.254.0.0', 16],
  ['100.100.100.200', 32],
  ['192.0.0.192', 32],
  ['168.63.129.16', 32],
] as const;

/** The same over IPv6: link-local, AWS, Google, Scaleway. */
const METADATA_V6 = [
  ['fe80::', 10],
  ['fd00:ec2::', 32],
  ['fd20:ce::254', 128],
  ['fd00:42::42', 128],
] as const;

type Networks = readonly (readonly [network: string, prefix: number])[];

function listOf(v4: Networks, v6: Networks): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of v4) list.addSubnet(network, prefix, 'ipv4');
  for (const [network, prefix] of v6) list.addSubnet(network, prefix, 'ipv6');
  return list;
}

const special = listOf(SPECIAL_V4, SPECIAL_V6);
const metadata = listOf(METADATA_V4, METADATA_V6);

/** Everything that is routed on the internet; mapped, translated and local forms of IPv6 lie outside. */
const global = listOf([], [['2000::', 3]]);

/** Which addresses a URL from an untrusted source may lead to. */
export type AddressRule = (address: string) => boolean;

/** True for an address of the public internet; false for every other text. */
export function isPublicAddress(address: string): boolean {
  if (isIPv6(address))
    return (
      global.check(address, 'ipv6') &&
      !isIn(special, address) &&
      !isIn(metadata, address) &&
      embeddedAddresses(address).every(isPublicAddress)
    );
  return isIP(address) === 4 && !isIn(special, address) && !isIn(metadata, address);
}

/** True for every address but those of metadata services, in whatever form of IPv6 they are written. */
export const isNoMetadataAddress = (address: string): boolean =>
  isIP(address) !== 0 && ![address, ...embeddedAddresses(address)].some((each) => isIn(metadata, each));

const isIn = (list: BlockList, address: string): boolean => list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');

/**
 * @param hostname of a URL. IP addresses are checked here, since they are not resolved by DNS.
 * @throws PrivateAddressError for an address that the rule refuses, and as DNS does.
 */
export async function assertHost(hostname: string, isAllowed: AddressRule): Promise<void> {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) === 0) await promisify(guardedLookup(isAllowed))(host, {});
  else if (!isAllowed(host)) throw new PrivateAddressError();
}

/** As `dns.lookup`, but fails for names that have any address which the rule refuses: the one that is checked is used. */
export const guardedLookup =
  (isAllowed: AddressRule): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '', 0);
      const [first] = found;
      if (!first || !found.every(({ address }) => isAllowed(address)))
        return callback(new PrivateAddressError(), '', 0);
      return options.all ? callback(null, found) : callback(null, first.address, first.family);
    });
  };
