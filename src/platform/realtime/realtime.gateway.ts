import { Logger } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  SubscribeMessage,
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  type OnGatewayInit,
} from '@nestjs/websockets';
import { CurrentPrincipal, Public } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { isJsonObject } from '../../common/util/json';
import { RealtimeService } from './realtime.service';
import { SocketGateway } from './socket-gateway.decorator';
import { SocketSessionService } from './socket-session.service';
import type { RealtimeServer, RealtimeSocket } from './socket-state';
import { AnonymousSocketsService } from './anonymous-sockets.service';

interface UserJoinAnswer {
  id: string;
  name: string;
}

/**
 * Owns the Socket.IO server. A connection without a valid token stays open (the sign-in page has one, and sends
 * `user-join` after the sign-in) but joins no room and receives nothing.
 */
@SocketGateway()
export class RealtimeGateway implements OnGatewayInit, OnGatewayConnection, OnGatewayDisconnect {
  private readonly logger = new Logger(RealtimeGateway.name);

  constructor(
    private readonly realtime: RealtimeService,
    private readonly sessions: SocketSessionService,
    private readonly anonymousSockets: AnonymousSocketsService,
  ) {}

  afterInit(server: RealtimeServer): void {
    this.realtime.attach(server);
  }

  /**
   * Nest does not catch errors of this method. A socket that cannot be authenticated is closed; the client reconnects.
   */
  async handleConnection(socket: RealtimeSocket): Promise<void> {
    try {
      const principal = await this.sessions.signIn(socket, (socket.handshake.auth as { token?: unknown }).token);
      if (!principal && !this.anonymousSockets.admit(socket)) socket.disconnect(true);
    } catch (error) {
      this.logger.error({ err: error }, 'Cannot authenticate a socket');
      socket.disconnect(true);
    }
  }

  handleDisconnect(socket: RealtimeSocket): void {
    this.realtime.announceGone(socket.id);
  }

  @Public()
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
  heartbeat(@CurrentPrincipal() { id }: Principal): void {
    this.sessions.touch(id);
  }
}
