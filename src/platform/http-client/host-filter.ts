import { isIP, isIPv6 } from 'node:net';

/** One entry of a list of hosts. */
interface HostPattern {
  /** As URLs have it: lower case, punycode, IPv4 in decimal, IPv6 without brackets. */
  host: string;
  /** Empty: every port. */
  port: string;
  isAddress: boolean;
}

export interface HostFilter {
  /** Empty: every host that is not blocked. */
  allowed: readonly HostPattern[];
  blocked: readonly HostPattern[];
}

/** The host of a URL as patterns have it: without brackets and the dot of a complete name. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');

/** Entries that begin with `!` block, others allow. Each is a host, with a port or without; a URL stands for its host. */
export function toHostFilter(entries: readonly string[]): HostFilter {
  const allowed: HostPattern[] = [];
  const blocked: HostPattern[] = [];
  for (const entry of entries) {
    const isBlock = entry.trim().startsWith('!');
    const pattern = toPattern(isBlock ? entry.trim().slice(1) : entry);
    if (pattern) (isBlock ? blocked : allowed).push(pattern);
  }
  return { allowed, blocked };
}

function toPattern(entry: string): HostPattern | undefined {
  const text = entry.trim().replace(/^(?:\*?\.)/, '');
  const url = text.includes('://') ? text : `http://${isIPv6(text) ? `[${text}]` : text}`;
  if (text === '' || !URL.canParse(url)) return undefined;
  const parsed = new URL(url);
  const host = hostOf(parsed);
  return { host, port: parsed.port, isAddress: isIP(host) !== 0 };
}

/** Names match by whole labels: `example.org` is itself and its subdomains, never `badexample.org`. */
const matchesHost = (pattern: HostPattern, host: string): boolean =>
  host === pattern.host || (!pattern.isAddress && host.endsWith(`.${pattern.host}`));

/** @param addresses that the host of the URL is known to have. */
export function isHostAllowed(url: URL, filter: HostFilter, addresses: readonly string[] = []): boolean {
  const hosts = [hostOf(url), ...addresses];
  const matches = (pattern: HostPattern) =>
    (pattern.port === '' || pattern.port === url.port) && hosts.some((host) => matchesHost(pattern, host));
  return (filter.allowed.length === 0 || filter.allowed.some(matches)) && !filter.blocked.some(matches);
}

/** Whether the addresses of a host matter to the filter. */
export const hasAddresses = ({ allowed, blocked }: HostFilter): boolean =>
  [...allowed, ...blocked].some(({ isAddress }) => isAddress);
