import { compile } from 'proxy-addr';

/** Whether an address is on the list. */
export type PeerList = (address: string) => boolean;

/**
 * A comma-separated list of addresses, networks (`10.0.0.0/8`) and the names `loopback`, `linklocal` and `uniquelocal`.
 * An empty list matches every address. @throws TypeError for any other entry.
 */
export function parsePeerList(text: string): PeerList {
  const entries = text.split(',').map((entry) => entry.trim());
  const named = entries.filter((entry) => entry !== '');
  if (named.length === 0) return () => true;
  const isListed = compile(named);
  return (address) => address !== '' && isListed(address, 0);
}
