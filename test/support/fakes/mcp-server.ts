import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server as McpServer } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport, type EventStore } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import {
  CallToolRequestSchema,
  ListToolsRequestSchema,
  ResultSchema,
  type CallToolResult,
  type JSONRPCMessage,
  type Tool,
} from '@modelcontextprotocol/sdk/types.js';

interface Call {
  signal: AbortSignal;
  /** Ends the stream of the call, which clients may resume. */
  closeStream(): void;
  /** Asks the client on the stream of the call. Rejects with its error. */
  ask(method: string, params: Record<string, unknown>): Promise<unknown>;
}
type Run = (args: Record<string, unknown>, call: Call) => CallToolResult | Promise<CallToolResult>;

/** A text as the result of a tool. */
export const text = (value: string): CallToolResult => ({ content: [{ type: 'text', text: value }] });

/** An MCP server made with the SDK, over streamable HTTP. Its tools are scripted by each test. */
export class FakeMcpServer {
  /** Method and JSON-RPC method of everything received, oldest first. */
  readonly received: { method: string; rpc: string | undefined; headers: IncomingHttpHeaders }[] = [];
  readonly tools = new Map<string, { description?: string; inputSchema: Tool['inputSchema']; run: Run }>();
  /** Tools of one page of the list. */
  pageSize = 100;
  /** New sessions have event ids, by which clients may resume a stream. */
  isResumable = false;
  /** Further documents by path, such as metadata, as JSON. */
  readonly documents = new Map<string, object>();
  /** `WWW-Authenticate` of refusals. */
  challenge = 'Bearer';
  /** Refuses requests with these statuses, before anything else. */
  refuse: (headers: IncomingHttpHeaders) => number | undefined = () => undefined;
  private readonly sessions = new Map<string, { transport: StreamableHTTPServerTransport; server: McpServer }>();
  private readonly http: Server = createServer((request, response) => void this.handle(request, response));

  static async start(): Promise<FakeMcpServer> {
    const fake = new FakeMcpServer();
    fake.http.listen(0, '127.0.0.1');
    await once(fake.http, 'listening');
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}/mcp`;
  }

  get sessionCount(): number {
    return this.sessions.size;
  }

  /** As received so far. */
  count(rpc: string): number {
    return this.received.filter((each) => each.rpc === rpc).length;
  }

  reset(): void {
    this.received.splice(0);
    this.tools.clear();
    this.pageSize = 100;
    this.isResumable = false;
    this.documents.clear();
    this.challenge = 'Bearer';
    this.refuse = () => undefined;
  }

  tool(
    name: string,
    run: Run = () => text(name),
    more: { description?: string; inputSchema?: Tool['inputSchema'] } = {},
  ): void {
    this.tools.set(name, { inputSchema: { type: 'object' }, ...more, run });
  }

  /** Sends `notifications/tools/list_changed` to every session that listens. */
  async announceChange(): Promise<void> {
    for (const { server } of this.sessions.values()) await server.sendToolListChanged();
  }

  /** As after a restart: no session is known any more. */
  forgetSessions(): void {
    this.sessions.clear();
  }

  dropConnections(): void {
    this.http.closeAllConnections();
  }

  async close(): Promise<void> {
    this.dropConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = parts.length > 0 ? (JSON.parse(Buffer.concat(parts).toString()) as { method?: string }) : undefined;
    this.received.push({ method: request.method ?? '', rpc: body?.method, headers: request.headers });
    if (this.answersItself(request, response)) return;
    const id = request.headers['mcp-session-id'];
    const known = typeof id === 'string' ? this.sessions.get(id) : undefined;
    if (id !== undefined && !known) return void response.writeHead(404).end();
    const { transport } = known ?? (await this.open());
    await transport.handleRequest(request, response, body);
  }

  /** True for documents, unknown paths and refusals. */
  private answersItself({ url = '', headers }: IncomingMessage, response: ServerResponse): boolean {
    const document = this.documents.get(url);
    const refusal = url === '/mcp' ? this.refuse(headers) : 404;
    if (document) response.setHeader('content-type', 'application/json').end(JSON.stringify(document));
    else if (refusal !== undefined) response.writeHead(refusal, { 'www-authenticate': this.challenge }).end();
    return document !== undefined || refusal !== undefined;
  }

  private async open() {
    const server = new McpServer({ name: 'fake', version: '1' }, { capabilities: { tools: { listChanged: true } } });
    server.setRequestHandler(ListToolsRequestSchema, ({ params }) => {
      const from = Number(params?.cursor ?? 0);
      const all = [...this.tools].map(([name, { run: _, ...tool }]) => ({ name, ...tool }));
      const next = from + this.pageSize;
      return { tools: all.slice(from, next), ...(next < all.length && { nextCursor: String(next) }) };
    });
    server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal, closeSSEStream, sendRequest }) => {
      const tool = this.tools.get(params.name);
      if (!tool) throw new Error(`No tool ${params.name}`);
      return tool.run(params.arguments ?? {}, {
        signal,
        closeStream: () => closeSSEStream?.(),
        ask: (method, given) => sendRequest({ method, params: given }, ResultSchema),
      });
    });
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      ...(this.isResumable && { eventStore: this.store() }),
      onsessioninitialized: (id) => void this.sessions.set(id, session),
      onsessionclosed: (id) => void this.sessions.delete(id),
    });
    const session = { transport, server };
    await server.connect(transport);
    return session;
  }

  private store(): EventStore {
    const stored: { id: string; stream: string; message: JSONRPCMessage }[] = [];
    return {
      storeEvent: (stream, message) => {
        const id = `${stream}_${stored.length}`;
        stored.push({ id, stream, message });
        return Promise.resolve(id);
      },
      replayEventsAfter: async (last, { send }) => {
        const from = stored.findIndex(({ id }) => id === last);
        const stream = stored[from]?.stream ?? '';
        for (const event of stored.slice(from + 1)) if (event.stream === stream) await send(event.id, event.message);
        return stream;
      },
    };
  }
}
