import type { HttpClient, OutgoingRequest } from '../../../platform/http-client/http-client';

/** Bytes of a response. */
const MAX_RESPONSE = 1024 * 1024;

/** The options that `openid-client` and `jose` pass to a custom fetch. */
export interface FetchOptions {
  method: string;
  headers: Record<string, string>;
  body?: URLSearchParams | string | null;
  signal?: AbortSignal;
}

/** Which addresses a URL may lead to, and how certificates are verified; default: as `HttpClient` does. */
type RouteOf = (url: string) => Promise<Pick<OutgoingRequest, 'isPublicOnly' | 'isAllowed' | 'isTlsVerified'>>;

/** `fetch` for the protocol libraries, through the outgoing HTTP client; it follows no redirects. */
export const providerFetch =
  (http: HttpClient, timeout: number, routeOf: RouteOf = () => Promise.resolve({})) =>
  async (url: string, { method, headers, body, signal }: FetchOptions): Promise<Response> => {
    const answer = await http.send(url, {
      ...(await routeOf(url)),
      method: method === 'POST' ? 'POST' : 'GET',
      headers,
      body: body?.toString(),
      signal,
      timeout,
    });
    const bytes = await answer.bytes(MAX_RESPONSE);
    const type = answer.header('content-type');
    return new Response(bytes.length > 0 ? new Uint8Array(bytes) : null, {
      status: answer.status,
      headers: type === undefined ? {} : { 'content-type': type },
    });
  };
