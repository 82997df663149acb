import { Injectable } from '@nestjs/common';
import { aborting } from '../../../../common/util/aborting';
import { memoLast } from '../../../../common/util/memo';
import { embeddedAddresses } from '../../../../platform/http-client/embedded-addresses';
import {
  assertHost,
  isNoMetadataAddress,
  isPublicAddress,
  type AddressRule,
} from '../../../../platform/http-client/public-address';
import { isHostAllowed, toHostFilter, type HostFilter } from '../../../../platform/http-client/host-filter';
import { InvalidPageUrlError } from '../web.errors';
import { WebLoaderSettings } from '../web-loader.settings';

/** Metadata services of clouds by name; their addresses are refused in every mode. */
const METADATA_HOSTS = [
  '!metadata.google.internal',
  '!metadata.goog',
  '!metadata.azure.com',
  '!instance-data.ec2.internal',
];

const MAX_LENGTH = 8192;

/** Decides which pages users may have fetched. */
@Injectable()
export class UrlPolicyService {
  constructor(private readonly settings: WebLoaderSettings) {}

  /** @throws InvalidPageUrlError for malformed and refused addresses. */
  parse(text: string): URL {
    const trimmed = text.trim();
    if (trimmed.length > MAX_LENGTH || !URL.canParse(trimmed)) throw new InvalidPageUrlError();
    const url = new URL(trimmed);
    this.assertAllowed(url);
    return url;
  }

  /** Checks the URL itself, for every hop; `isAddressAllowed` checks the address of the connection. */
  assertAllowed(url: URL): void {
    const isWeb = url.protocol === 'http:' || url.protocol === 'https:';
    // The URL becomes the source of the document: credentials in it would be stored and shown.
    const hasCredentials = url.username !== '' || url.password !== '';
    if (!isWeb || hasCredentials || !isHostAllowed(url, this.filter)) throw new InvalidPageUrlError();
  }

  /** For the connection to a page. */
  get isAddressAllowed(): AddressRule {
    return addressRuleOf(this.settings.enable_rag_local_web_fetch, this.filter);
  }

  /** Checks the addresses of a URL that another server fetches. @throws InvalidPageUrlError */
  async assertReachable(url: URL, signal: AbortSignal): Promise<void> {
    try {
      await aborting(signal, assertHost(url.hostname, this.isAddressAllowed));
    } catch {
      signal.throwIfAborted();
      throw new InvalidPageUrlError();
    }
  }

  private get filter(): HostFilter {
    return filterOf(this.settings.web_fetch_filter_list);
  }
}

const filterOf = memoLast((list: readonly string[]) => toHostFilter([...METADATA_HOSTS, ...list]));

/** The same function for the same settings: connections are pooled by it. */
const addressRuleOf = memoLast((isLocalAllowed: boolean, { blocked }: HostFilter): AddressRule => {
  const isAllowed = isLocalAllowed ? isNoMetadataAddress : isPublicAddress;
  const refused = new Set(blocked.filter(({ isAddress, port }) => isAddress && port === '').map(({ host }) => host));
  if (refused.size === 0) return isAllowed;
  return (address) => isAllowed(address) && ![address, ...embeddedAddresses(address)].some((each) => refused.has(each));
});
