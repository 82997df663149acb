import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../../src/common/util/json';

/** An answer that comes at once. */
type WholeAnswer = { status?: number; headers?: Record<string, string> } & (
  { json: unknown } | { text: string; type?: string }
);

interface FileAnswer {
  status?: number;
  bytes: Buffer;
  headers?: Record<string, string>;
  endAfter?: number;
  isTaken?: () => Promise<void>;
}

/** What a fake server does with one request. */
export type Answer =
  | WholeAnswer
  /** A file; with `endAfter` the connection breaks after so many of its bytes, when `isTaken` resolves. */
  | FileAnswer
  /** Pieces are written one by one as they come; an iteration that throws breaks the connection. */
  | { status?: number; sse: Pieces }
  | { status?: number; ndjson: Pieces }
  /** No headers, ever. */
  | 'never';

type Pieces = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

export interface RecordedRequest {
  method: string;
  /** With the query string, below the base path. */
  path: string;
  headers: IncomingHttpHeaders;
  /** Undefined without a body, and for one that is no JSON. */
  body: JsonObject | undefined;
  bytes: Buffer;
  /** The client closed the connection before the answer was complete. */
  aborted: boolean;
  /** Resolves when the answer is complete or the connection is closed; see `aborted`. */
  closed: Promise<void>;
}

export type Handler = (request: RecordedRequest) => Answer | Promise<Answer>;

/** A local server that records what it receives: start one per test file, script it per test. */
export abstract class FakeServer {
  /** Everything received so far, oldest first. */
  readonly requests: RecordedRequest[] = [];
  protected readonly server: Server = createServer((request, response) => {
    this.handle(request, response).catch(() => response.destroy());
  });
  private waiting: { path: string | undefined; resolve: (request: RecordedRequest) => void }[] = [];

  /** `basePath` is left out of the paths of requests. */
  protected constructor(private readonly basePath: string) {}

  /** As a connection's base URL. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${this.basePath}`;
  }

  get lastRequest(): RecordedRequest | undefined {
    return this.requests.at(-1);
  }

  /** The newest POST request: model lists may be refreshed in the background at any time. */
  get lastPost(): RecordedRequest | undefined {
    return this.requests.findLast(({ method }) => method === 'POST');
  }

  /** Requests of one path, oldest first. */
  received(path: string): RecordedRequest[] {
    return this.requests.filter((request) => request.path === path);
  }

  /** Resolves with the next request that arrives after this call, of this path if one is given. */
  nextRequest(path?: string): Promise<RecordedRequest> {
    return new Promise((resolve) => this.waiting.push({ path, resolve }));
  }

  /** Breaks off every request that is not answered yet. */
  dropConnections(): void {
    this.server.closeAllConnections();
  }

  async close(): Promise<void> {
    this.dropConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  protected async listen(port: number): Promise<this> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  protected abstract answer(request: RecordedRequest): Answer | Promise<Answer>;

  private async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined);
    const request = await record(incoming, response, this.basePath);
    this.requests.push(request);
    this.tell(request);
    const answer = await this.answer(request);
    await send(answer, response);
  }

  private tell(request: RecordedRequest): void {
    const isFor = ({ path }: { path: string | undefined }) => path === undefined || path === request.path;
    const told = this.waiting.filter(isFor);
    this.waiting = this.waiting.filter((each) => !isFor(each));
    for (const { resolve } of told) resolve(request);
  }
}

async function record(incoming: IncomingMessage, response: ServerResponse, basePath: string): Promise<RecordedRequest> {
  const closed = new Promise<void>((resolve) => response.once('close', resolve));
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  const bytes = Buffer.concat(parts);
  const url = incoming.url ?? '';
  const request: RecordedRequest = {
    method: incoming.method ?? '',
    path: url.startsWith(basePath) ? url.slice(basePath.length) : url,
    headers: incoming.headers,
    body: parse(bytes.toString()),
    bytes,
    aborted: false,
    closed,
  };
  response.once('close', () => (request.aborted = !response.writableFinished));
  return request;
}

function parse(text: string): JsonObject | undefined {
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return undefined;
  }
}

async function send(answer: Answer, response: ServerResponse): Promise<void> {
  if (answer === 'never') return;
  const status = answer.status ?? 200;
  if ('sse' in answer) return stream(response, status, 'text/event-stream', answer.sse);
  if ('ndjson' in answer) return stream(response, status, 'application/x-ndjson', answer.ndjson);
  if ('bytes' in answer) return sendFile(answer, response);
  sendWhole(answer, response);
}

async function sendFile({ status = 200, bytes, headers, endAfter, isTaken }: FileAnswer, response: ServerResponse) {
  response.writeHead(status, {
    'Content-Type': 'application/octet-stream',
    'Content-Length': bytes.length,
    ...headers,
  });
  if (endAfter === undefined) return void response.end(bytes);
  await new Promise((resolve) => response.write(bytes.subarray(0, endAfter), resolve));
  await isTaken?.();
  response.destroy();
}

function sendWhole(answer: WholeAnswer, response: ServerResponse): void {
  const { status = 200, headers = {} } = answer;
  response.setHeaders(new Map(Object.entries(headers)));
  if ('json' in answer) end(response, status, 'application/json', JSON.stringify(answer.json));
  else end(response, status, answer.type ?? 'text/plain', answer.text);
}

async function stream(response: ServerResponse, status: number, type: string, pieces: Pieces): Promise<void> {
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-cache' });
  response.flushHeaders();
  for await (const piece of pieces) {
    if (response.destroyed) return;
    await new Promise((resolve) => response.write(piece, resolve));
  }
  response.end();
}

function end(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { ...(type && { 'Content-Type': type }), 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}
