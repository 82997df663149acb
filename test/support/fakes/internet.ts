import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { SELF_SIGNED } from './self-signed';

export interface InternetRequest {
  method: string;
  scheme: 'http' | 'https';
  host: string;
  path: string;
  query: Record<string, string>;
  headers: IncomingHttpHeaders;
  /** Parsed where it is JSON. */
  body: unknown;
}

export interface InternetAnswer {
  status?: number;
  headers?: Record<string, string>;
  json?: unknown;
  text?: string | Buffer;
  type?: string;
  /** Writes the response in a way of its own, or never. */
  respond?: (response: ServerResponse) => void;
}

/**
 * Every host of the internet, reached through a proxy that ends TLS with a certificate of its own: give its `variables`
 * to the client under test.
 */
export class Internet {
  readonly requests: InternetRequest[] = [];
  /** Script it per test. */
  handler: (request: InternetRequest) => InternetAnswer | Promise<InternetAnswer> | 'never' = () => ({ status: 404 });

  private readonly proxy: Server = createServer((request, response) => this.accept('http', request, response));
  private readonly tls = createTlsServer(SELF_SIGNED, (request, response) => this.accept('https', request, response));
  private readonly tunnels = new Set<Socket>();

  private constructor() {
    this.proxy.on('connect', (_: IncomingMessage, socket: Socket) => {
      this.tunnels.add(socket.on('error', () => undefined));
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      this.tls.emit('connection', socket);
    });
  }

  static async start(): Promise<Internet> {
    const internet = new Internet();
    internet.proxy.listen(0, '127.0.0.1');
    await once(internet.proxy, 'listening');
    return internet;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.proxy.address() as AddressInfo).port}`;
  }

  get variables(): Record<string, string> {
    return { HTTP_PROXY: this.url, HTTPS_PROXY: this.url, AIOHTTP_CLIENT_SESSION_SSL: 'False' };
  }

  reset(): void {
    this.requests.length = 0;
    this.handler = () => ({ status: 404 });
  }

  async close(): Promise<void> {
    for (const socket of this.tunnels) socket.destroy();
    this.proxy.closeAllConnections();
    await new Promise((resolve) => this.proxy.close(resolve));
  }

  private accept(scheme: 'http' | 'https', incoming: IncomingMessage, response: ServerResponse): void {
    this.respond(scheme, incoming, response).catch(() => response.destroy());
  }

  private async respond(scheme: 'http' | 'https', incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const url = new URL(incoming.url ?? '/', `${scheme}://${incoming.headers.host}`);
    const request: InternetRequest = {
      method: incoming.method ?? '',
      scheme,
      host: url.host,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: incoming.headers,
      body: parsed(Buffer.concat(parts).toString()),
    };
    this.requests.push(request);
    const answer = await this.handler(request);
    if (answer !== 'never') send(answer, response);
  }
}

function send({ status = 200, headers, json, text, type, respond }: InternetAnswer, response: ServerResponse): void {
  if (respond) return respond(response);
  const contentType = type ?? (json === undefined ? 'text/html' : 'application/json');
  response.writeHead(status, { ...(contentType !== '' && { 'content-type': contentType }), ...headers });
  response.end(text ?? JSON.stringify(json) ?? '');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
