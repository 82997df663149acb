import { Injectable } from '@nestjs/common';
import { getFollowing } from '../../../../platform/http-client/follow-redirects';
import { HttpClient } from '../../../../platform/http-client/http-client';
import type { OutgoingResponse } from '../../../../platform/http-client/outgoing-response';
import { WebLoaderSettings } from '../web-loader.settings';
import { UrlPolicyService } from './url-policy.service';

/** `User-Agent` of page requests; its name is matched by the groups of robots.txt. */
export const AGENT = 'confab';
const HEADERS = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'accept-language': 'en-US,en;q=0.5',
  'accept-encoding': 'gzip, br',
  'user-agent': `Mozilla/5.0 (compatible; ${AGENT})`,
};

/** Requests to untrusted URLs: each hop is checked by name and by the address of its connection. */
@Injectable()
export class PageRequestsService {
  constructor(
    private readonly http: HttpClient,
    private readonly policy: UrlPolicyService,
    private readonly settings: WebLoaderSettings,
  ) {}

  /** @param check further refusal of a hop. */
  get(
    url: URL,
    signal: AbortSignal,
    check: (hop: URL) => Promise<void> | void = () => undefined,
  ): Promise<{ url: URL; response: OutgoingResponse }> {
    const isTlsVerified = this.settings.enable_web_loader_ssl_verification ? undefined : false;
    const request = { headers: HEADERS, isAllowed: this.policy.isAddressAllowed, isTlsVerified, signal };
    return getFollowing(this.http, url, request, (hop) => {
      this.policy.assertAllowed(hop);
      return check(hop);
    });
  }
}
