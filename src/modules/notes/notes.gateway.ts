import { ConnectedSocket, MessageBody, SubscribeMessage } from '@nestjs/websockets';
import { CurrentPrincipal, RequireFeature } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { asString, isJsonObject } from '../../common/util/json';
import { SocketGateway } from '../../platform/realtime/socket-gateway.decorator';
import { RoomAccess, SocketRoomsService } from '../../platform/realtime/socket-rooms.service';
import type { RealtimeSocket } from '../../platform/realtime/socket-state';
import { NOTE_ROOM } from './notes.notifier';
import { NotesService } from './notes.service';

@SocketGateway()
@RequireFeature('notes')
export class NotesGateway {
  constructor(
    private readonly notes: NotesService,
    private readonly rooms: SocketRoomsService,
  ) {}

  @SubscribeMessage('join-note')
  async join(
    @ConnectedSocket() socket: RealtimeSocket,
    @CurrentPrincipal() principal: Principal,
    @MessageBody() body: unknown,
  ): Promise<void> {
    const id = isJsonObject(body) ? asString(body.note_id) : undefined;
    if (id !== undefined) await this.rooms.join(socket, principal, NOTE_ROOM, id);
  }

  @RoomAccess(NOTE_ROOM)
  mayRead(principal: Principal, id: string): Promise<boolean> {
    return this.notes.may(principal, 'read', id);
  }
}
