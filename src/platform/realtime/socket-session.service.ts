import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { Principal } from '../../common/auth/principal';
import { RealtimeSettings } from './realtime.settings';
import { SOCKET_AUTHENTICATOR, type SocketAuthenticator, type SocketHandshake } from './socket-authenticator';
import { sessionRoom, userRoom, type RealtimeSocket } from './socket-state';

/** Longest delay that a timer takes, in milliseconds. */
const MAX_DELAY = 2 ** 31 - 1;

/** Binds sockets to users: who a socket belongs to decides which rooms it is in, and nothing else. */
@Injectable()
export class SocketSessionService {
  /** Sign-ins of one socket run one after the other, so that the last token wins. */
  private readonly running = new WeakMap<RealtimeSocket, Promise<unknown>>();
  private authenticator: SocketAuthenticator | undefined;

  constructor(
    private readonly modules: ModuleRef,
    private readonly settings: RealtimeSettings,
  ) {}

  /** Joins the rooms of the token's user, after leaving those of another one. Null: the token joins nothing. */
  signIn(socket: RealtimeSocket, token: unknown): Promise<Principal | null> {
    const previous = this.running.get(socket) ?? Promise.resolve();
    const next = previous.catch(() => undefined).then(() => this.authenticate(socket, token));
    this.running.set(socket, next);
    return next;
  }

  /** The user of the socket is there. */
  touch(socket: RealtimeSocket): void {
    if (socket.data.userId !== undefined) this.port().touch(socket.data.userId);
  }

  private async authenticate(socket: RealtimeSocket, token: unknown): Promise<Principal | null> {
    const handshake = handshakeOf(socket);
    const principal = await this.port().authenticate(token, handshake);
    if (!principal || !socket.connected) return null;
    await this.join(socket, principal);
    // Revoked between the check and the join: the disconnection of its rooms did not find this socket.
    if (await this.port().authenticate(token, handshake)) return principal;
    socket.disconnect(true);
    return null;
  }

  private async join(socket: RealtimeSocket, { id, credential }: Principal): Promise<void> {
    const { userId, jti } = socket.data;
    if (userId !== undefined && userId !== id) await socket.leave(userRoom(userId));
    if (jti !== undefined) await socket.leave(sessionRoom(jti));
    socket.data = { userId: id };
    await socket.join(userRoom(id));
    if (this.isOverLimit(socket, id)) return void socket.disconnect(true);
    if (credential.kind !== 'jwt') return;
    socket.data.jti = credential.jti;
    await socket.join(sessionRoom(credential.jti));
    if (credential.expiresAt !== null) this.disconnectAt(socket, credential.jti, credential.expiresAt);
  }

  private isOverLimit(socket: RealtimeSocket, userId: string): boolean {
    const { size = 0 } = socket.nsp.adapter.rooms.get(userRoom(userId)) ?? {};
    return size > this.settings.max_connections_per_user;
  }

  /** A token that expires in more than 24 days is left to the next connection. */
  private disconnectAt(socket: RealtimeSocket, jti: string, expiresAt: number): void {
    const delay = expiresAt * 1000 - Date.now();
    if (delay > MAX_DELAY) return;
    const timer = setTimeout(() => {
      if (socket.data.jti === jti) socket.disconnect(true);
    }, delay);
    timer.unref();
    socket.once('disconnect', () => clearTimeout(timer));
  }

  private port(): SocketAuthenticator {
    this.authenticator ??= this.modules.get<SocketAuthenticator>(SOCKET_AUTHENTICATOR, { strict: false });
    return this.authenticator;
  }
}

const handshakeOf = ({ request }: RealtimeSocket): SocketHandshake => ({
  headers: request.headers,
  peer: request.socket.remoteAddress ?? '',
});
