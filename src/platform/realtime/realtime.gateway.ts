import { Logger, UseFilters } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  type OnGatewayInit,
} from '@nestjs/websockets';
import { isJsonObject } from '../../common/util/json';
import { RealtimeService } from './realtime.service';
import { SocketErrorFilter } from './socket-error.filter';
import { SocketSessionService } from './socket-session.service';
import type { RealtimeServer, RealtimeSocket } from './socket-state';
import { StrangerSocketsService } from './stranger-sockets.service';

interface UserJoinAnswer {
  id: string;
  name: string;
}

/**
 * Owns the Socket.IO server. A connection without a valid token is kept (the sign-in page has one, and sends `user-join`
 * after the sign-in) but is in no room and gets nothing.
 */
@WebSocketGateway()
@UseFilters(SocketErrorFilter)
export class RealtimeGateway implements OnGatewayInit, OnGatewayConnection, OnGatewayDisconnect {
  private readonly logger = new Logger(RealtimeGateway.name);

  constructor(
    private readonly realtime: RealtimeService,
    private readonly sessions: SocketSessionService,
    private readonly strangers: StrangerSocketsService,
  ) {}

  afterInit(server: RealtimeServer): void {
    this.realtime.attach(server);
  }

  /** Nobody handles what this throws: a socket that cannot be signed in now is closed, and comes back. */
  async handleConnection(socket: RealtimeSocket): Promise<void> {
    try {
      const principal = await this.sessions.signIn(socket, (socket.handshake.auth as { token?: unknown }).token);
      if (!principal && !this.strangers.admit(socket)) socket.disconnect(true);
    } catch (error) {
      this.logger.error({ err: error }, 'A socket could not be signed in');
      socket.disconnect(true);
    }
  }

  handleDisconnect(socket: RealtimeSocket): void {
    this.realtime.announceGone(socket.id);
  }

  @SubscribeMessage('user-join')
  async userJoin(
    @ConnectedSocket() socket: RealtimeSocket,
    @MessageBody() body: unknown,
  ): Promise<UserJoinAnswer | undefined> {
    const auth = isJsonObject(body) && isJsonObject(body.auth) ? body.auth : {};
    const principal = await this.sessions.signIn(socket, auth.token);
    return principal ? { id: principal.id, name: principal.name } : undefined;
  }

  @SubscribeMessage('heartbeat')
  heartbeat(@ConnectedSocket() socket: RealtimeSocket): void {
    this.sessions.touch(socket);
  }
}
