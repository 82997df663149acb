import { STATUS_CODES } from 'node:http';
import { asString, isJsonObject } from '../../../common/util/json';
import { isHostAllowed, toHostFilter, type HostFilter } from '../../../platform/http-client/host-filter';
import type { HttpClient, OutgoingRequest } from '../../../platform/http-client/http-client';
import { OutgoingError } from '../../../platform/http-client/outgoing-error';
import type { OutgoingResponse } from '../../../platform/http-client/outgoing-response';
import { isNoMetadataAddress, isPublicAddress } from '../../../platform/http-client/public-address';
import type { SandboxSettings } from '../sandbox.settings';
import { FrameError, parseJson } from './frames';
import { HostError, type HostReply } from './exchange';

type Method = NonNullable<OutgoingRequest['method']>;
type Headers = [name: string, value: string][];

interface FetchRequest {
  url: URL;
  method: Method;
  headers: Headers;
  body: Buffer;
  /** Milliseconds. */
  timeout: number;
  isFollowing: boolean;
  isStreamed: boolean;
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS']);
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MAX_HOPS = 30;
const MAX_URL = 65_536;
const MAX_HEADERS = 100;
const MAX_HEADER_BYTES = 32_768;
const MAX_OPEN_STREAMS = 128;

/** Set by the connection, or a way to speak to something other than the host of the URL. */
const FORBIDDEN_HEADERS: ReadonlySet<string> = new Set([
  ...['host', 'connection', 'content-length', 'transfer-encoding', 'upgrade', 'keep-alive', 'te', 'trailer', 'expect'],
  ...['accept-encoding', 'proxy-authorization', 'proxy-connection', 'http2-settings'],
]);
/** Not sent to another origin than that of the first URL. */
const CREDENTIALS: ReadonlySet<string> = new Set(['authorization', 'cookie']);

/**
 * HTTP of one call: the requests of its code, made by the server under its address policy, to the hosts that the source
 * may reach, with nothing of the server's own.
 */
export class HttpBridge {
  private readonly filter: HostFilter;
  private readonly isClosedToAll: boolean;
  private readonly streams = new Map<number, AsyncGenerator<Uint8Array, void>>();
  private readonly controller = new AbortController();
  private requests = 0;
  private received = 0;
  private numbers = 0;

  constructor(
    private readonly http: HttpClient,
    private readonly settings: SandboxSettings,
    allowedHosts: readonly string[] | undefined,
  ) {
    this.isClosedToAll = allowedHosts?.length === 0;
    this.filter = toHostFilter((allowedHosts ?? settings.allowed_hosts).filter((host) => host !== '*'));
  }

  /** @throws HostError for what is refused or fails; FrameError for what is no request. */
  async fetch(text: Buffer, body: Buffer): Promise<HostReply> {
    const request = toRequest(parseJson(text), body, this.settings.http_seconds * 1000);
    if (++this.requests > this.settings.http_max_requests) throw new HostError('quota', 'Too many HTTP requests');
    if (body.length > this.settings.http_max_size) throw new HostError('too-large', 'The request body is too large');
    try {
      return await this.send(request);
    } catch (error) {
      throw error instanceof OutgoingError ? new HostError(error.failure, error.message) : error;
    }
  }

  /** The next bytes of a streamed response. */
  async read(id: unknown): Promise<HostReply> {
    const stream = this.streams.get(Number(id));
    if (!stream) throw new HostError('closed', 'The response is closed');
    try {
      const { done, value } = await stream.next();
      if (done === true) this.streams.delete(Number(id));
      this.count(value?.length ?? 0);
      return { bytes: value ?? undefined, head: { isEnd: done === true } };
    } catch (error) {
      throw error instanceof OutgoingError ? new HostError(error.failure, error.message) : error;
    }
  }

  close(id: unknown): HostReply {
    void this.streams.get(Number(id))?.return(undefined);
    this.streams.delete(Number(id));
    return {};
  }

  /** Ends all requests: the call is over. */
  end(): void {
    this.controller.abort(new HostError('closed', 'The call is over'));
    this.streams.clear();
  }

  private async send(request: FetchRequest): Promise<HostReply> {
    const history: { status: number; url: string; headers: Headers }[] = [];
    const deadline = Date.now() + request.timeout;
    let next = request;
    for (;;) {
      const response = await this.sendOnce(next, deadline);
      const location = REDIRECTS.has(response.status) ? response.header('location') : undefined;
      if (!request.isFollowing || location === undefined) return this.reply(next, response, history);
      response.discard();
      history.push({ status: response.status, url: next.url.href, headers: response.headerPairs });
      if (history.length > MAX_HOPS || !URL.canParse(location, next.url.href))
        throw new HostError('redirects', 'Too many redirects');
      next = redirected(next, response.status, new URL(location, next.url));
    }
  }

  private async sendOnce({ url, method, headers, body }: FetchRequest, deadline: number): Promise<OutgoingResponse> {
    if (this.isClosedToAll || !isHostAllowed(url, this.filter))
      throw new HostError('forbidden', `The host ${url.hostname.slice(0, 200)} is not allowed`);
    const timeout = deadline - Date.now();
    if (timeout <= 0) throw new OutgoingError('timeout', url.origin);
    return this.http.send(url.href, {
      ...{ method, headers: joined(headers), timeout, signal: this.controller.signal },
      ...(body.length > 0 && { body }),
      isAllowed: this.settings.enable_local_http ? isNoMetadataAddress : isPublicAddress,
    });
  }

  private async reply(request: FetchRequest, response: OutgoingResponse, history: unknown[]): Promise<HostReply> {
    const { status } = response;
    // The body is decoded already.
    const headers = response.headerPairs.filter(([name]) => name !== 'content-encoding');
    const meta = { ...{ status, headers, history, reason: STATUS_CODES[status] ?? '' }, url: request.url.href };
    if (request.isStreamed && request.method !== 'HEAD') {
      if (this.streams.size >= MAX_OPEN_STREAMS) throw new HostError('quota', 'Too many open responses');
      const stream = ++this.numbers;
      this.streams.set(stream, response.stream());
      return { text: JSON.stringify({ ...meta, stream }) };
    }
    const bytes = await response.bytes(this.settings.http_max_size);
    this.count(bytes.length);
    return { text: JSON.stringify(meta), bytes };
  }

  /** All responses of a call together may be five of the largest. */
  private count(bytes: number): void {
    this.received += bytes;
    if (this.received > this.settings.http_max_size * 5)
      throw new HostError('quota', 'Too much was received over HTTP');
  }
}

/** @throws FrameError for values that the library inside does not send; HostError for what code inside may get wrong. */
function toRequest(value: unknown, body: Buffer, maxTimeout: number): FetchRequest {
  if (!isJsonObject(value)) throw new FrameError('malformed');
  return {
    ...{ url: toUrl(value.url), method: toMethod(value.method), headers: toHeaders(value.headers), body },
    timeout: Math.min(toMilliseconds(value.timeout) ?? maxTimeout, maxTimeout),
    isFollowing: value.follow !== false,
    isStreamed: value.stream === true,
  };
}

function toUrl(value: unknown): URL {
  const url = asString(value) ?? '';
  if (url.length > MAX_URL || !URL.canParse(url)) throw new HostError('request', `Invalid URL ${url.slice(0, 200)}`);
  return new URL(url);
}

function toMethod(value: unknown): Method {
  const method = (asString(value) ?? 'GET').toUpperCase();
  if (!METHODS.has(method)) throw new HostError('request', `The method ${method.slice(0, 20)} is not supported`);
  return method as Method;
}

const toMilliseconds = (seconds: unknown): number | undefined =>
  typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : undefined;

function toHeaders(value: unknown): Headers {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new FrameError('malformed');
  const headers = value.map((entry): [string, string] => {
    const [name, text] = Array.isArray(entry) ? (entry as unknown[]) : [];
    if (typeof name !== 'string' || typeof text !== 'string') throw new FrameError('malformed');
    return [name.toLowerCase(), text];
  });
  const size = headers.reduce((sum, [name, text]) => sum + name.length + text.length, 0);
  if (headers.length > MAX_HEADERS || size > MAX_HEADER_BYTES)
    throw new HostError('request', 'The headers are too large');
  return headers.filter(([name]) => !FORBIDDEN_HEADERS.has(name));
}

/** Values of the same name in one line. */
function joined(headers: Headers): Record<string, string> {
  const record = new Map<string, string>();
  for (const [name, value] of headers) {
    const known = record.get(name);
    record.set(name, known === undefined ? value : `${known}${name === 'cookie' ? '; ' : ', '}${value}`);
  }
  return Object.fromEntries(record);
}

/** As `requests` follows: other methods than HEAD become GET where browsers do so, credentials stay with their origin. */
function redirected(request: FetchRequest, status: number, url: URL): FetchRequest {
  const isPlain = request.method === 'GET' || request.method === 'HEAD';
  const becomesGet = !isPlain && (status === 303 || (status !== 307 && status !== 308 && request.method === 'POST'));
  const isSameOrigin = url.origin === request.url.origin;
  const headers = request.headers.filter(
    ([name]) => (isSameOrigin || !CREDENTIALS.has(name)) && !(becomesGet && name.startsWith('content-')),
  );
  return {
    ...{ ...request, url, headers },
    ...(becomesGet && { method: 'GET' as const, body: Buffer.alloc(0) }),
  };
}
