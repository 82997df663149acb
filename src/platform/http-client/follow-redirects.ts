import type { HttpClient, OutgoingRequest } from './http-client';
import { OutgoingError } from './outgoing-error';
import type { OutgoingResponse } from './outgoing-response';

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MAX_HOPS = 10;

type GetRequest = Omit<OutgoingRequest, 'method' | 'body' | 'timeout'>;

/**
 * Reads a URL with GET and follows redirects. Every hop is checked as the first URL: by the rules of `HttpClient` for
 * addresses, and by `check`, which throws to refuse it. Time limits are those of `signal`, over all hops.
 * @returns the last response, and the URL that it is from.
 * @throws OutgoingError `redirects` for an endless chain and for a target that is no HTTP URL.
 */
export async function getFollowing(
  http: HttpClient,
  start: URL,
  request: GetRequest,
  check: (url: URL) => void | Promise<void>,
): Promise<{ url: URL; response: OutgoingResponse }> {
  let url = start;
  for (let hops = 0; hops <= MAX_HOPS; hops++) {
    await check(url);
    const response = await http.send(url.href, request);
    const location = REDIRECTS.has(response.status) ? response.header('location') : undefined;
    if (location === undefined) return { url, response };
    response.discard();
    if (!URL.canParse(location, url.href)) throw new OutgoingError('redirects', url.origin);
    url = new URL(location, url);
  }
  throw new OutgoingError('redirects', start.origin);
}
