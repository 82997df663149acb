import { compile } from 'proxy-addr';

/** Whether an address is one of a list. */
export type PeerList = (address: string) => boolean;

/**
 * A list of addresses, networks (`10.0.0.0/8`) and the names `loopback`, `linklocal` and `uniquelocal`, comma
 * separated; an empty one has every address. @throws TypeError for an entry that is none of these.
 */
export function parsePeerList(text: string): PeerList {
  const entries = text.split(',').map((entry) => entry.trim());
  const named = entries.filter((entry) => entry !== '');
  if (named.length === 0) return () => true;
  const isListed = compile(named);
  return (address) => address !== '' && isListed(address, 0);
}
