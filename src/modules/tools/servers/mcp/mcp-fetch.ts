import { linkSignal, type LinkedSignal } from '../../../../platform/http-client/linked-signal';
import type { HttpClient, OutgoingRequest } from '../../../../platform/http-client/http-client';
import { OutgoingError } from '../../../../platform/http-client/outgoing-error';
import type { OutgoingResponse } from '../../../../platform/http-client/outgoing-response';
import { tryParseJson } from '../../../../common/json/parse-json';
import { isJsonObject, type JsonObject } from '../../../../common/util/json';

/** Milliseconds for a notification, and for ending a session. */
const SHORT_TIMEOUT = 5_000;
/** Headers that belong to the protocol: settings do not override them. */
const PROTOCOL_HEADERS = ['accept', 'content-type', 'mcp-session-id', 'mcp-protocol-version', 'last-event-id'];
/** Statuses whose responses have no body. */
const EMPTY = new Set([204, 205, 304]);

export interface McpFetchOptions {
  /** Credentials, read for each request: tokens are renewed while a session lasts. */
  headers(): Promise<Record<string, string>>;
  /** Called with the credentials of a request that the server refused with 401; true: others are sent now. */
  renew(refused: Record<string, string>): Promise<boolean>;
  isTlsVerified: boolean;
  /** Milliseconds for one message and its response; 0: no limit. */
  timeout: number;
  /** Bytes of one message, and of all that one request gets in a stream. */
  maxBytes: number;
}

/** What the transport of the SDK passes to `fetch`. */
export interface McpRequest {
  method?: string;
  headers?: RequestInit['headers'];
  body?: unknown;
  signal?: AbortSignal | null;
}

/**
 * `fetch` for the transport of the SDK, through the outgoing HTTP client. It bounds sizes and times, closes the connection
 * of a cancelled request, and ends a request whose stream breaks off: by itself the SDK would wait for its timeout.
 */
export class McpFetch {
  /** Requests without a complete response, by their id. */
  private readonly running = new Map<unknown, LinkedSignal>();

  constructor(
    private readonly http: HttpClient,
    private readonly options: McpFetchOptions,
  ) {}

  readonly fetch = async (url: string | URL, request: McpRequest = {}): Promise<Response> => {
    const message = typeof request.body === 'string' ? tryParseJson(request.body) : undefined;
    const id = isJsonObject(message) && 'method' in message ? message.id : undefined;
    try {
      return await this.send(String(url), request, id);
    } finally {
      const cancelled = cancelledId(message);
      if (cancelled !== undefined) this.running.get(cancelled)?.abort(new Error('The request was cancelled'));
    }
  };

  /** `id`: of a request, which has a response. */
  private async send(
    url: string,
    { method = 'GET', headers, body, signal }: McpRequest,
    id: unknown,
  ): Promise<Response> {
    const link = this.link(url, method, signal ?? undefined, id);
    const sent: OutgoingRequest = {
      method: method as 'GET' | 'POST' | 'DELETE',
      headers: Object.fromEntries(new Headers(headers)),
      body: typeof body === 'string' ? body : undefined,
      signal: link.signal,
      isTlsVerified: this.options.isTlsVerified,
    };
    try {
      const response = await this.exchange(url, sent);
      response.onClose(() => this.release(id, link));
      return toResponse(response, this.options.maxBytes, id);
    } catch (error) {
      this.release(id, link);
      throw error;
    }
  }

  private async exchange(url: string, request: OutgoingRequest): Promise<OutgoingResponse> {
    const send = (credentials: Record<string, string>) =>
      this.http.send(url, { ...request, headers: { ...request.headers, ...credentials } });
    const credentials = await this.credentials();
    const response = await send(credentials);
    if (response.status !== 401 || !(await this.options.renew(credentials))) return response;
    response.discard();
    return send(await this.credentials());
  }

  /** A stream of the server lasts as long as the session. */
  private link(url: string, method: string, signal: AbortSignal | undefined, id: unknown): LinkedSignal {
    const timeout = id === undefined ? SHORT_TIMEOUT : this.options.timeout;
    const onTimeout = () => new OutgoingError('timeout', new URL(url).origin);
    const link = linkSignal(signal, method === 'GET' ? 0 : timeout, onTimeout);
    if (id !== undefined) this.running.set(id, link);
    return link;
  }

  private release(id: unknown, link: LinkedSignal): void {
    link.release();
    if (this.running.get(id) === link) this.running.delete(id);
  }

  private async credentials(): Promise<Record<string, string>> {
    const entries = Object.entries(await this.options.headers());
    return Object.fromEntries(entries.filter(([name]) => !PROTOCOL_HEADERS.includes(name)));
  }
}

const cancelledId = (message: unknown): unknown =>
  isJsonObject(message) && message.method === 'notifications/cancelled' && isJsonObject(message.params)
    ? message.params.requestId
    : undefined;

function toResponse(response: OutgoingResponse, maxBytes: number, id: unknown): Response {
  const { status } = response;
  const headers = response.allHeaders;
  // The body arrives decoded.
  for (const name of ['content-encoding', 'content-length', 'transfer-encoding']) delete headers[name];
  if (EMPTY.has(status)) {
    response.discard();
    return new Response(null, { status, headers });
  }
  const isEvents = /^text\/event-stream\b/i.test(headers['content-type'] ?? '') && response.isSuccess;
  const bytes = isEvents ? events(response, maxBytes, id) : bounded(response, maxBytes);
  return new Response(ReadableStream.from(bytes), { status, headers });
}

async function* bounded(response: OutgoingResponse, maxBytes: number): AsyncGenerator<Uint8Array, void> {
  let size = 0;
  for await (const part of response.stream()) {
    size += part.byteLength;
    if (size > maxBytes) throw new Error(`The MCP server sent more than ${maxBytes} bytes`);
    yield part;
  }
}

/**
 * A stream of events. Where it ends without an event id, by which the SDK could resume it, an error response to the
 * request follows: no response will come any more. After the real response, the SDK ignores it.
 */
async function* events(response: OutgoingResponse, maxBytes: number, id: unknown): AsyncGenerator<Uint8Array, void> {
  let isResumable = false;
  let tail = '\n';
  let problem = 'The connection was closed before the response';
  try {
    for await (const part of bounded(response, maxBytes)) {
      const text = tail + Buffer.from(part).toString('latin1');
      isResumable ||= text.includes('\nid:') || text.includes('\rid:');
      tail = text.slice(-3);
      yield part;
    }
  } catch (error) {
    if (isResumable || id === undefined) throw error;
    problem = error instanceof Error ? error.message : problem;
  }
  if (isResumable || id === undefined) return;
  const failure: JsonObject = { jsonrpc: '2.0', id, error: { code: -32000, message: problem } };
  yield Buffer.from(`\n\ndata: ${JSON.stringify(failure)}\n\n`);
}
