import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';
import { Env } from '../env/env';
import { SocketChannels, type ToNodes } from './socket-channels';
import { isSocketId, sessionRoom, userRoom, type RealtimeServer } from './socket-state';

/** The socket that a call was made to is not connected (any more). */
export class SocketGoneError extends Error {
  constructor() {
    super('The browser is not connected any more');
  }
}

/** The socket is connected and did not answer in time. */
export class SocketTimeoutError extends Error {
  constructor() {
    super('The browser did not answer in time');
  }
}

/**
 * Everything that the server says to sockets. Rooms reach all nodes through the cluster adapter: nothing here assumes
 * that a user's socket is on this process.
 */
@Injectable()
export class RealtimeService {
  private server: RealtimeServer | undefined;
  private channels: SocketChannels | undefined;
  private readonly gone = new EventEmitter().setMaxListeners(0);

  constructor(private readonly env: Env) {}

  /** Called once, by the gateway that owns the server. */
  attach(server: RealtimeServer): void {
    this.server = server;
    this.channels = new SocketChannels(server, this.toNodes);
    server.on('socketGone', (socketId) => void this.gone.emit(socketId));
  }

  /** To every socket of the user. */
  toUser(userId: string, event: string, payload: unknown): void {
    this.toRoom(userRoom(userId), event, payload);
  }

  /** To every socket in the room, except the one named. */
  toRoom(room: string, event: string, payload: unknown, exceptSocketId?: string): void {
    const target = this.server?.to(room);
    (exceptSocketId === undefined ? target : target?.except(exceptSocketId))?.emit(event, payload);
  }

  /**
   * Sends to one socket on any node and waits for its acknowledgement: the first argument of it, null when it has none.
   * @throws SocketGoneError at once when the socket is gone or goes, SocketTimeoutError after `timeoutMs`.
   */
  async call(socketId: string, event: string, payload: unknown, timeoutMs: number): Promise<unknown> {
    const { server } = this;
    if (!server || !isSocketId(socketId)) throw new SocketGoneError();
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

  /** Other nodes answer how many sockets they sent it to: none means that the socket is gone. */
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
   * Calls `onFrame` for each event named `channel` that this one socket sends, on any node, until the returned function
   * is called. `onGone` is called once when the socket goes.
   */
  listen(socketId: string, channel: string, onFrame: (frame: unknown) => void, onGone: () => void): () => void {
    const stop = this.channels?.listen(socketId, channel, onFrame);
    this.gone.once(socketId, onGone);
    return () => {
      stop?.();
      this.gone.off(socketId, onGone);
    };
  }

  /** The user whom a connected, authenticated socket belongs to. */
  async userOf(socketId: string): Promise<string | null> {
    const local = this.server?.sockets.sockets.get(socketId);
    if (local) return local.data.userId ?? null;
    if (!isSocketId(socketId)) return null;
    const [remote] = (await this.server?.in(socketId).fetchSockets()) ?? [];
    return remote?.data.userId ?? null;
  }

  /** Closes the sockets of the user on all nodes; with `jti` only those that this token authenticated. */
  async disconnectUser(userId: string, jti?: string): Promise<void> {
    this.server?.in(jti === undefined ? userRoom(userId) : sessionRoom(jti)).disconnectSockets(true);
    return Promise.resolve();
  }

  /** Every node learns that the socket is gone, so that calls to it end at once. */
  announceGone(socketId: string): void {
    this.gone.emit(socketId);
    this.toNodes('socketGone', socketId);
  }

  /** To the other nodes, if there can be any. */
  private readonly toNodes: ToNodes = (event, ...parameters) => {
    if (this.env.redis.sockets) this.server?.serverSideEmit(event, ...parameters);
  };
}
