import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';
import { Env } from '../env/env';
import { ClusterBus, OnAnnouncement, OnReconnect } from '../events/cluster-bus';
import { SocketChannels, type ToNodes } from './socket-channels';
import { SocketSessionService } from './socket-session.service';
import { isSocketId, sessionRoom, userRoom, type RealtimeServer } from './socket-state';

/** The socket of a call is not connected. */
export class SocketGoneError extends Error {
  constructor() {
    super('The browser is no longer connected');
  }
}

/** The socket is connected but did not respond in time. */
export class SocketTimeoutError extends Error {
  constructor() {
    super('The browser did not respond in time');
  }
}

/** A socket and the user that it must belong to. */
export interface SocketOfUser {
  socketId: string;
  userId: string;
}

/** Topic of the announcements to other nodes about the sockets of a user or session. */
const ORDERS = 'realtime:sockets';
type Order =
  | { kind: 'renew'; userId: string }
  | { kind: 'recheck'; room: string }
  | { kind: 'disconnect'; room: string; except: string | null };

/** Milliseconds for other nodes to report whether they have a socket. */
const LOOKUP_TIMEOUT = 2000;

/**
 * Sends events to sockets. Rooms span all nodes through the cluster adapter: a user's socket may be on another process.
 */
@Injectable()
export class RealtimeService {
  private server: RealtimeServer | undefined;
  private channels: SocketChannels | undefined;
  private readonly gone = new EventEmitter().setMaxListeners(0);
  private readonly topics = new EventEmitter().setMaxListeners(0);

  constructor(
    private readonly env: Env,
    private readonly sessions: SocketSessionService,
    private readonly cluster: ClusterBus,
  ) {}

  /** Called once, by the gateway that owns the server. */
  attach(server: RealtimeServer): void {
    this.server = server;
    this.channels = new SocketChannels(server, this.toNodes);
    server.on('nodeMessage', (topic, message) => void this.topics.emit(topic, message));
    server.on('socketGone', (socketId) => void this.gone.emit(socketId));
  }

  /** To every socket of the user, except those in the room `except`. */
  toUser(userId: string, event: string, payload: unknown, except?: string): void {
    this.toRoom(userRoom(userId), event, payload, except);
  }

  /** To every socket in the room, except the socket or room named. */
  toRoom(room: string, event: string, payload: unknown, except?: string): void {
    const target = this.server?.to(room);
    (except === undefined ? target : target?.except(except))?.emit(event, payload);
  }

  /**
   * Sends to one socket of the user, on any node, and waits for its acknowledgement: returns its first argument, or
   * null.
   * @throws SocketGoneError at once when the user has no such socket or it disconnects, SocketTimeoutError after
   * `timeoutMs`.
   */
  async call({ socketId, userId }: SocketOfUser, event: string, payload: unknown, timeoutMs: number): Promise<unknown> {
    const { server } = this;
    if (!server || (await this.userOf(socketId)) !== userId) throw new SocketGoneError();
    const local = server.sockets.sockets.get(socketId);
    return new Promise((resolve, reject) => {
      const leave = () => settle(new SocketGoneError());
      const timer = setTimeout(() => settle(new SocketTimeoutError()), timeoutMs);
      const settle = (error: Error | null, answer?: unknown) => {
        clearTimeout(timer);
        this.gone.off(socketId, leave);
        if (error) reject(error);
        else resolve(answer ?? null);
      };
      this.gone.once(socketId, leave);
      if (local) local.emit(event, payload, (answer: unknown) => settle(null, answer));
      else this.callRemote(server.to(socketId).timeout(timeoutMs), event, payload, settle);
    });
  }

  /** Other nodes report how many sockets they sent it to: zero means that the socket is disconnected. */
  private callRemote(
    target: ReturnType<ReturnType<RealtimeServer['to']>['timeout']>,
    event: string,
    payload: unknown,
    settle: (error: Error | null, answer?: unknown) => void,
  ): void {
    target.emit(event, payload, (error: unknown, answers?: unknown) => {
      if (error) return settle(new SocketTimeoutError());
      if (!Array.isArray(answers) || answers.length === 0) return settle(new SocketGoneError());
      settle(null, answers[0]);
    });
  }

  /**
   * Calls `onFrame` for each event named `channel` from this socket, on any node, until the returned function is
   * called. `onDisconnect` is called once when the socket disconnects.
   */
  listen(socketId: string, channel: string, onFrame: (frame: unknown) => void, onDisconnect: () => void): () => void {
    const stop = this.channels?.listen(socketId, channel, onFrame);
    this.gone.once(socketId, onDisconnect);
    return () => {
      stop?.();
      this.gone.off(socketId, onDisconnect);
    };
  }

  /** The user of a connected, authenticated socket; null also when the other nodes do not respond in time. */
  async userOf(socketId: string): Promise<string | null> {
    const local = this.server?.sockets.sockets.get(socketId);
    if (local) return local.data.userId ?? null;
    if (!isSocketId(socketId)) return null;
    const remote = this.server?.in(socketId).timeout(LOOKUP_TIMEOUT).fetchSockets();
    const [found] = (await remote?.catch(() => [])) ?? [];
    return found?.data.userId ?? null;
  }

  /** The sockets in the room; only those of this node while the other nodes do not respond. */
  async socketIdsIn(room: string): Promise<string[]> {
    const remote = this.server?.in(room).timeout(LOOKUP_TIMEOUT).fetchSockets();
    const sockets = await remote?.catch(() => this.server?.local.in(room).fetchSockets());
    return (sockets ?? []).map(({ id }) => id);
  }

  /** Re-authenticates the user's sockets on all nodes, so that a new role takes effect at once. */
  renewUser(userId: string): Promise<void> {
    return this.order({ kind: 'renew', userId });
  }

  /** Re-authenticates the sockets in the room on all nodes: those that lost access leave it. */
  recheckRoom(room: string): Promise<void> {
    return this.order({ kind: 'recheck', room });
  }

  /** Closes the sockets of the user on all nodes, except those of the session `keptJti`. */
  disconnectUser(userId: string, keptJti: string | null = null): Promise<void> {
    return this.order({ kind: 'disconnect', room: userRoom(userId), except: keptJti && sessionRoom(keptJti) });
  }

  /** Closes the sockets of the session on all nodes. */
  disconnectSession(jti: string): Promise<void> {
    return this.order({ kind: 'disconnect', room: sessionRoom(jti), except: null });
  }

  /** True when `tellNodes` reaches other nodes. */
  get hasNodes(): boolean {
    return this.env.redis.sockets !== undefined;
  }

  /**
   * Sends JSON to all other nodes, over Redis: messages of one node arrive in order, and are lost while Redis is
   * unavailable.
   */
  tellNodes(topic: string, message: unknown): void {
    this.toNodes('nodeMessage', topic, message);
  }

  /** Calls `listener` with each message of the topic from other nodes. */
  onNodes(topic: string, listener: (message: unknown) => void): void {
    this.topics.on(topic, listener);
  }

  @OnAnnouncement(ORDERS)
  async onOrder(message: unknown): Promise<void> {
    const { node, ...order } = message as Order & { node: number };
    if (node !== this.cluster.nodeId) await this.apply(order);
  }

  /** Announcements may have been missed. */
  @OnReconnect()
  async renewAll(): Promise<void> {
    if (this.server) await this.sessions.renewAll(this.server);
  }

  /** Over PostgreSQL: sessions end there, and sockets must not outlive them while Redis is unavailable. */
  private async order(order: Order): Promise<void> {
    await this.apply(order);
    await this.cluster.publish(ORDERS, { ...order, node: this.cluster.nodeId });
  }

  private async apply(order: Order): Promise<void> {
    if (!this.server) return;
    if (order.kind === 'renew') return this.sessions.renewUser(this.server, order.userId);
    if (order.kind === 'recheck') return this.sessions.renewRoom(this.server, order.room);
    const sockets = this.server.local.in(order.room);
    (order.except === null ? sockets : sockets.except(order.except)).disconnectSockets(true);
  }

  /** Tells all nodes that the socket disconnected, so that calls to it end at once. */
  announceGone(socketId: string): void {
    this.gone.emit(socketId);
    this.toNodes('socketGone', socketId);
  }

  /** Sends to the other nodes, if there are any. */
  private readonly toNodes: ToNodes = (event, ...parameters) => {
    if (this.env.redis.sockets) this.server?.serverSideEmit(event, ...parameters);
  };
}
