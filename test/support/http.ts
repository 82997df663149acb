import { get } from 'node:http';
import { assertDocumented } from './openapi';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the assertions of the tests check the form of bodies
export type Json = any;

export interface Answer<T = Json> {
  status: number;
  /** Parsed JSON, or the text when it is none; undefined without a body. */
  body: T;
  headers: Headers;
  /** All `Set-Cookie` headers. */
  cookies: string[];
}

export interface RequestOptions {
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/**
 * A client of the API under test: JSON in, JSON out, no exceptions for error answers. Rejects when an answer contradicts
 * `openapi.json`.
 */
export interface Api {
  get<T = Json>(path: string, options?: RequestOptions): Promise<Answer<T>>;
  post<T = Json>(path: string, body?: unknown, options?: RequestOptions): Promise<Answer<T>>;
  delete<T = Json>(path: string, body?: unknown, options?: RequestOptions): Promise<Answer<T>>;
  /** Any method; `body` is sent as it is when it is a string. */
  request<T = Json>(method: string, path: string, body?: unknown, options?: RequestOptions): Promise<Answer<T>>;
}

/** `url` of the running application; `token` (session token or API key) is sent as Bearer. */
export function api(url: string, token?: string): Api {
  const request: Api['request'] = async (method, path, body, options = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      redirect: 'manual',
      signal: options.signal,
      headers: {
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...options.headers,
      },
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    const { status, headers } = response;
    const parsed = parse(text);
    assertDocumented({ method, path, status, type: headers.get('content-type'), body: parsed });
    return { status, headers, cookies: headers.getSetCookie(), body: parsed };
  };
  return {
    request,
    get: (path, options) => request('GET', path, undefined, options),
    post: (path, body, options) => request('POST', path, body, options),
    delete: (path, body, options) => request('DELETE', path, body, options),
  };
}

function parse(text: string): Json {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Status and tag of a GET that tells which version the client has; `fetch` would ask for a fresh one. */
export function headersOf(url: string, { token }: { token: string }, tag?: string) {
  const headers = { Authorization: `Bearer ${token}`, ...(tag && { 'If-None-Match': tag }) };
  return new Promise<{ status?: number; etag?: string }>((resolve, reject) => {
    const request = get(url, { headers }, (response) => {
      response.resume().on('end', () => resolve({ status: response.statusCode, etag: response.headers.etag }));
    });
    request.on('error', reject);
  });
}
