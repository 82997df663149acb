import type { IncomingHttpHeaders } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import type { JsonObject } from '../../../src/common/util/json';
import { FakeServer, type Answer, type Handler, type RecordedRequest } from './fake-server';

/** One `execute_request`, and the channel it came on. */
export interface Cell {
  code: string;
  kernel: string;
  /** Of the WebSocket handshake. */
  headers: IncomingHttpHeaders;
  /** The request as it was received. */
  message: JsonObject & { header: JsonObject };
  socket: WebSocket;
  /** Sends a message on the channel, as a response to the request. */
  say(type: string, content: JsonObject): void;
  /** Says that the cell has ended. */
  end(): void;
}

/** A Jupyter server: kernels over HTTP, channels over WebSocket. Cells print their code unless `onCell` is set. */
export class FakeJupyterServer extends FakeServer {
  handler: Handler | undefined;
  onCell = echo;
  /** Handshakes of channels are refused. */
  hasChannels = true;
  /** Kernels that were started and not deleted. */
  readonly kernels = new Set<string>();
  private started = 0;
  private readonly sockets = new WebSocketServer({ noServer: true });

  static start(): Promise<FakeJupyterServer> {
    return new FakeJupyterServer('/base').listen(0);
  }

  reset(): void {
    this.handler = undefined;
    this.hasChannels = true;
    this.requests.length = 0;
    this.onCell = echo;
  }

  override async close(): Promise<void> {
    for (const socket of this.sockets.clients) socket.terminate();
    await super.close();
  }

  protected override listen(port: number): Promise<this> {
    this.server.on('upgrade', (request, socket, head) => {
      const kernel = /\/api\/kernels\/([^/]+)\/channels/.exec(request.url ?? '')?.[1] ?? '';
      if (!this.hasChannels || !this.kernels.has(kernel)) return socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
      this.sockets.handleUpgrade(request, socket, head, (channel) => {
        channel.on('error', () => undefined);
        channel.on('message', (data: Buffer) => this.onCell(cellOf(channel, kernel, request.headers, data.toString())));
      });
    });
    return super.listen(port);
  }

  protected answer(request: RecordedRequest): Answer | Promise<Answer> {
    return this.handler?.(request) ?? this.kernelsAnswer(request);
  }

  /** What a server without authentication answers. */
  kernelsAnswer({ method, path }: RecordedRequest): Answer {
    const [, kernel] = /^\/api\/kernels\/([^/?]+)/.exec(path) ?? [];
    if (kernel !== undefined && method === 'DELETE')
      return this.kernels.delete(kernel) ? { status: 204, text: '' } : { status: 404, json: {} };
    if (!path.startsWith('/api/kernels') || method !== 'POST') return { status: 404, json: {} };
    const id = `kernel-${++this.started}`;
    this.kernels.add(id);
    return { status: 201, json: { id, name: 'python3' } };
  }
}

function echo(cell: Cell): void {
  cell.say('stream', { name: 'stdout', text: cell.code });
  cell.end();
}

function cellOf(socket: WebSocket, kernel: string, headers: IncomingHttpHeaders, text: string): Cell {
  const message = JSON.parse(text) as Cell['message'];
  const { code } = message.content as { code: string };
  const say = (type: string, content: JsonObject) =>
    socket.send(
      JSON.stringify({ header: { msg_type: type }, parent_header: message.header, content, channel: 'iopub' }),
    );
  const end = () => say('status', { execution_state: 'idle' });
  return { code, kernel, headers, message, socket, say, end };
}
