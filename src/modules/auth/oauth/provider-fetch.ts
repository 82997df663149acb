import type { HttpClient } from '../../../platform/http-client/http-client';

/** Bytes of any answer of a provider. */
const MAX_ANSWER = 1024 * 1024;

/** What `openid-client` passes to its `customFetch`. */
export interface FetchOptions {
  method: string;
  headers: Record<string, string>;
  body?: URLSearchParams | string | null;
  signal?: AbortSignal;
}

/** The `fetch` of the OpenID Connect library: through the one way out, which follows no redirects. */
export const providerFetch =
  (http: HttpClient, timeout: number) =>
  async (url: string, { method, headers, body, signal }: FetchOptions): Promise<Response> => {
    const answer = await http.send(url, {
      method: method === 'POST' ? 'POST' : 'GET',
      headers,
      body: body?.toString(),
      signal,
      timeout,
    });
    const bytes = await answer.bytes(MAX_ANSWER);
    const type = answer.header('content-type');
    return new Response(bytes.length > 0 ? new Uint8Array(bytes) : null, {
      status: answer.status,
      headers: type === undefined ? {} : { 'content-type': type },
    });
  };
