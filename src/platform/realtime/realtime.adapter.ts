import type { IncomingMessage } from 'node:http';
import { Logger, type INestApplication } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { MessageMappingProperties } from '@nestjs/websockets';
import type { Express } from 'express';
import proxyAddress from 'proxy-addr';
import { firstValueFrom, isObservable, type Observable } from 'rxjs';
import type { ServerOptions } from 'socket.io';
import { Env } from '../env/env';
import { clusterAdapter } from './cluster-adapter';
import { RealtimeSettings } from './realtime.settings';
import { EventBudget, limitBacklog } from './socket-limits';
import { isChannelOf } from './socket-channels';
import type { RealtimeServer, RealtimeSocket } from './socket-state';
import { refuseBadHandshake } from './handshake-refusals';

type TrustProxy = Parameters<typeof proxyAddress>[1];

const PATH = '/ws/socket.io';
/** Largest frame in bytes; sockets that send a larger one are closed. */
const MAX_FRAME = 1_000_000;

/** Milliseconds for sockets to close on shutdown. */
const CLOSE_WITHIN = 1000;

/** The part of Engine.IO's transport that its types omit; undefined for polling. */
interface WebSocketTransport {
  socket?: { terminate(): void };
}

/** Socket.IO configured by the contract: path, transports, limits, acknowledgements; with Redis for several nodes. */
export class RealtimeAdapter extends IoAdapter {
  protected override readonly logger = new Logger(RealtimeAdapter.name);
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

  /** Every handled event is acknowledged, with the result or empty. */
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

  /**
   * Clients get a short time to receive pending data; one that does not read would delay the shutdown by half a minute.
   */
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
      // Both forms are served: the path is matched as a prefix.
      addTrailingSlash: false,
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
    const onError = (error: Error) => this.logger.warn(`Redis: ${error.message}`);
    const { adapter, end } = clusterAdapter(redis.sockets, `${redisKeyPrefix}:socket.io`, onError);
    this.endRedis = end;
    return { adapter };
  }

  /** The client's address behind trusted proxies, as Express resolves it. */
  private addressOf(request: IncomingMessage): string {
    return proxyAddress(request, this.trust);
  }

  private logConnection(socket: RealtimeSocket): void {
    this.logger.log(`Socket ${socket.id}: connected from ${socket.handshake.address}`);
    socket.on('disconnect', (reason) => this.logger.log(`Socket ${socket.id}: ${reason}`));
  }

  private limitEvents(socket: RealtimeSocket): void {
    const budget = new EventBudget(this.settings.max_events_per_second, Date.now());
    socket.use(([event], next) => {
      const now = Date.now();
      if (isChannelOf(socket, String(event), now) || budget.spend(now)) next();
      else socket.disconnect(true);
    });
  }
}

async function resultOf(source: unknown): Promise<unknown> {
  return isObservable(source) ? firstValueFrom(source, { defaultValue: undefined }) : source;
}
