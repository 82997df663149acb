import type { IncomingMessage } from 'node:http';
import { Logger, type INestApplication } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { MessageMappingProperties } from '@nestjs/websockets';
import type { Express } from 'express';
import proxyAddress from 'proxy-addr';
import { firstValueFrom, isObservable, type Observable } from 'rxjs';
import { createAdapter } from '@socket.io/redis-streams-adapter';
import type { ServerOptions } from 'socket.io';
import { Env } from '../env/env';
import { endTogether, openRedis } from '../redis/redis-client';
import { EventBudget } from './event-budget';
import { RealtimeSettings } from './realtime.settings';
import { limitBacklog } from './socket-backlog';
import type { RealtimeServer, RealtimeSocket } from './socket-state';
import { refuseBadHandshake } from './handshake-refusals';

type TrustProxy = Parameters<typeof proxyAddress>[1];

const PATH = '/ws/socket.io';
/** Bytes of the largest frame; a socket that sends a larger one is closed. */
const MAX_FRAME = 1_000_000;

/** Milliseconds that sockets have to close when the server does. */
const CLOSE_WITHIN = 1000;

/** The part of Engine.IO's transport that its types keep back; polling has no socket. */
interface WebSocketTransport {
  socket?: { terminate(): void };
}

/** Socket.IO as the contract has it: path, transports, limits, acknowledgements; with Redis, all nodes are one server. */
export class RealtimeAdapter extends IoAdapter {
  private readonly logger = new Logger(RealtimeAdapter.name);
  private readonly env: Env;
  private readonly settings: RealtimeSettings;
  private readonly trust: TrustProxy;
  private endRedis: (() => void) | undefined;

  constructor(app: INestApplication) {
    super(app);
    this.env = app.get(Env);
    this.settings = app.get(RealtimeSettings, { strict: false });
    this.trust = (app.getHttpAdapter().getInstance() as Express).get('trust proxy fn') as TrustProxy;
  }

  override createIOServer(port: number): RealtimeServer {
    const server = super.createIOServer(port, this.options()) as RealtimeServer;
    server.engine.use(refuseBadHandshake(this.env.isWebsocketEnabled));
    server.on('connection', (socket) => {
      Object.assign(socket.handshake, { address: this.addressOf(socket.request) });
      limitBacklog(socket);
      this.limitEvents(socket);
      if (this.env.isSocketLogEnabled) this.logConnection(socket);
    });
    return server;
  }

  /** Every handled event is acknowledged: with the result, or with nothing. */
  override bindMessageHandlers(
    socket: RealtimeSocket,
    handlers: MessageMappingProperties[],
    transform: (data: unknown) => Observable<unknown>,
  ): void {
    for (const { message, callback } of handlers)
      socket.on(String(message), (...parameters: unknown[]) => {
        const last = parameters.at(-1);
        const acknowledge = typeof last === 'function' ? (last as (...values: unknown[]) => void) : undefined;
        const data = acknowledge && parameters.length === 1 ? undefined : parameters[0];
        void resultOf(transform(callback(data))).then((value) =>
          value === undefined || value === null ? acknowledge?.() : acknowledge?.(value),
        );
      });
  }

  /** Clients get a moment to take what they are still sent; one that reads nothing would hold up the end for half a minute. */
  override async close(server: RealtimeServer): Promise<void> {
    const connections = [...server.sockets.sockets.values()].map(({ conn }) => conn.transport as WebSocketTransport);
    const timer = setTimeout(() => connections.forEach(({ socket }) => socket?.terminate()), CLOSE_WITHIN);
    await super.close(server);
    clearTimeout(timer);
  }

  override async dispose(): Promise<void> {
    this.endRedis?.();
  }

  private options(): ServerOptions {
    const { isWebsocketEnabled, socketPingInterval, socketPingTimeout, corsOrigins } = this.env;
    const isOpen = corsOrigins.includes('*');
    const options: Partial<ServerOptions> = {
      path: PATH,
      transports: isWebsocketEnabled ? ['websocket'] : ['polling'],
      allowUpgrades: false,
      serveClient: false,
      pingInterval: socketPingInterval,
      pingTimeout: socketPingTimeout,
      maxHttpBufferSize: MAX_FRAME,
      ...(corsOrigins.length > 0 && { cors: { origin: isOpen ? '*' : corsOrigins, credentials: !isOpen } }),
      ...this.clusterAdapter(),
    };
    return options as ServerOptions;
  }

  private clusterAdapter(): Partial<ServerOptions> {
    const { redis, redisKeyPrefix } = this.env;
    if (redis.sockets === undefined) return {};
    const client = openRedis(redis.sockets);
    this.endRedis = endTogether(client);
    client.on('error', (error: Error) => this.logger.warn(`Redis: ${error.message}`));
    const name = `${redisKeyPrefix}:socket.io`;
    return { adapter: createAdapter(client, { streamName: name, channelPrefix: name }) };
  }

  /** The client's own, behind proxies that are trusted: as Express has it for requests. */
  private addressOf(request: IncomingMessage): string {
    return proxyAddress(request, this.trust);
  }

  private logConnection(socket: RealtimeSocket): void {
    this.logger.log(`Socket ${socket.id}: connected from ${socket.handshake.address}`);
    socket.on('disconnect', (reason) => this.logger.log(`Socket ${socket.id}: ${reason}`));
  }

  private limitEvents(socket: RealtimeSocket): void {
    const budget = new EventBudget(this.settings.max_events_per_second, Date.now());
    socket.use((_, next) => (budget.spend(Date.now()) ? next() : void socket.disconnect(true)));
  }
}

async function resultOf(source: unknown): Promise<unknown> {
  return isObservable(source) ? firstValueFrom(source, { defaultValue: undefined }) : source;
}
