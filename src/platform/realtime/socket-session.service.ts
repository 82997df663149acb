import { Injectable, Logger } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { VERIFIED_ROLES, type Principal } from '../../common/auth/principal';
import { RealtimeSettings } from './realtime.settings';
import { SOCKET_AUTHENTICATOR, type SocketAuthenticator, type SocketHandshake } from './socket-authenticator';
import { SocketRoomsService } from './socket-rooms.service';
import { pendingRoom, sessionRoom, userRoom, type RealtimeServer, type RealtimeSocket } from './socket-state';

/** Longest timer delay in milliseconds. */
const MAX_DELAY = 2 ** 31 - 1;

/** Binds sockets to users, and manages the rooms of users and sessions. */
@Injectable()
export class SocketSessionService {
  /** Sign-ins of one socket run sequentially, so that the last token wins. */
  private readonly running = new WeakMap<RealtimeSocket, Promise<unknown>>();
  /** The last valid token of each socket. */
  private readonly tokens = new WeakMap<RealtimeSocket, unknown>();
  private readonly logger = new Logger(SocketSessionService.name);
  private authenticator: SocketAuthenticator | undefined;

  constructor(
    private readonly modules: ModuleRef,
    private readonly settings: RealtimeSettings,
    private readonly rooms: SocketRoomsService,
  ) {}

  /** Joins the rooms of the token's user, after leaving those of another user. Null for an invalid token. */
  signIn(socket: RealtimeSocket, token: unknown): Promise<Principal | null> {
    const previous = this.running.get(socket) ?? Promise.resolve();
    const next = previous.catch(() => undefined).then(() => this.authenticate(socket, token));
    this.running.set(socket, next);
    return next;
  }

  /** Re-authenticates all sockets of this node that have a token. */
  async renewAll({ sockets: { sockets } }: RealtimeServer): Promise<void> {
    for (const socket of [...sockets.values()]) if (this.tokens.has(socket)) await this.renew(socket);
  }

  /** Re-authenticates this node's sockets of the user, including those of a pending account. */
  async renewUser(server: RealtimeServer, userId: string): Promise<void> {
    await Promise.all([userRoom(userId), pendingRoom(userId)].map((room) => this.renewRoom(server, room)));
  }

  /** Re-authenticates this node's sockets in the room. */
  async renewRoom({ sockets: { adapter, sockets } }: RealtimeServer, room: string): Promise<void> {
    const ids = [...(adapter.rooms.get(room) ?? [])];
    await Promise.all(ids.map((id) => this.renew(sockets.get(id))));
  }

  /** The current principal of the socket's last valid token; null when it is no longer valid. */
  async principalOf(socket: RealtimeSocket): Promise<Principal | null> {
    return this.tokens.has(socket) ? this.port().authenticate(this.tokens.get(socket), handshakeOf(socket)) : null;
  }

  /** Updates the last activity of the user. */
  touch(userId: string): void {
    this.port().touch(userId);
  }

  private async authenticate(socket: RealtimeSocket, token: unknown): Promise<Principal | null> {
    const handshake = handshakeOf(socket);
    const principal = await this.port().authenticate(token, handshake);
    if (!principal || !socket.connected) return null;
    this.tokens.set(socket, token);
    await this.join(socket, principal);
    // A revocation or approval between the check and the join did not find this socket in its rooms.
    const current = await this.port().authenticate(token, handshake);
    if (!current) {
      socket.disconnect(true);
      return null;
    }
    if (isVerified(current) && !isVerified(principal)) await this.join(socket, current);
    return isVerified(current) ? current : null;
  }

  /** A socket whose token is no longer valid, or that cannot be authenticated, is closed; the client reconnects. */
  private async renew(socket: RealtimeSocket | undefined): Promise<void> {
    if (!socket) return;
    try {
      const principal = await this.signIn(socket, this.tokens.get(socket));
      if (principal) await this.rooms.recheck(socket, principal);
      else if (socket.data.userId !== undefined) socket.disconnect(true);
    } catch (error) {
      this.logger.error({ err: error }, 'Cannot renew the session of a socket');
      socket.disconnect(true);
    }
  }

  private async join(socket: RealtimeSocket, principal: Principal): Promise<void> {
    const { id, credential } = principal;
    if (!isVerified(principal)) return socket.join(pendingRoom(id));
    const { userId, jti } = socket.data;
    if (userId === id && credential.kind === 'jwt' && credential.jti === jti) return;
    await this.leave(socket, userId === id ? [sessionRoom(jti ?? ''), pendingRoom(id)] : [...socket.rooms]);
    socket.data = { userId: id };
    await socket.join(userRoom(id));
    if (this.isOverLimit(socket, id)) return void socket.disconnect(true);
    if (credential.kind !== 'jwt') return;
    socket.data.jti = credential.jti;
    await socket.join(sessionRoom(credential.jti));
    if (credential.expiresAt !== null) this.disconnectAt(socket, credential.jti, credential.expiresAt);
  }

  private async leave(socket: RealtimeSocket, rooms: string[]): Promise<void> {
    for (const room of rooms) if (room !== socket.id) await socket.leave(room);
  }

  private isOverLimit(socket: RealtimeSocket, userId: string): boolean {
    const { size = 0 } = socket.nsp.adapter.rooms.get(userRoom(userId)) ?? {};
    return size > this.settings.max_connections_per_user;
  }

  /** Tokens that expire after more than 24 days are checked on the next connection. */
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

const isVerified = ({ role }: Principal): boolean => VERIFIED_ROLES.includes(role);

const handshakeOf = ({ request }: RealtimeSocket): SocketHandshake => ({
  headers: request.headers,
  peer: request.socket.remoteAddress ?? '',
});
