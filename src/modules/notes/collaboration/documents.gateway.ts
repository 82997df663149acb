import { ConnectedSocket, MessageBody, SubscribeMessage, type OnGatewayDisconnect } from '@nestjs/websockets';
import { CurrentPrincipal, RequireFeature } from '../../../common/auth/access-rules';
import type { Principal } from '../../../common/auth/principal';
import { ForbiddenError } from '../../../common/errors/app-error';
import { RealtimeService } from '../../../platform/realtime/realtime.service';
import { SocketGateway } from '../../../platform/realtime/socket-gateway.decorator';
import { RoomAccess, roomOf, SocketRoomsService } from '../../../platform/realtime/socket-rooms.service';
import type { RealtimeSocket } from '../../../platform/realtime/socket-state';
import { DOCUMENT_ROOM } from '../notes.notifier';
import { NotesService } from '../notes.service';
import { awarenessOf, colorOf, contentOf, documentIdOf, noteIdOf, updateOf } from './document-events';
import { DocumentsService } from './documents.service';

/** Documents that one socket may have open. */
const MAX_OPEN = 50;

/**
 * Editing of notes by several users. Readers see the text and the cursors; updates need write access, which is checked
 * with each one. Names and ids are those of the account, not those that were sent.
 */
@SocketGateway()
@RequireFeature('notes')
export class DocumentsGateway implements OnGatewayDisconnect {
  /** The user and the open notes of each socket. */
  private readonly open = new WeakMap<RealtimeSocket, Map<string, string>>();

  constructor(
    private readonly notes: NotesService,
    private readonly documents: DocumentsService,
    private readonly rooms: SocketRoomsService,
    private readonly realtime: RealtimeService,
  ) {}

  @RoomAccess(DOCUMENT_ROOM)
  mayRead(principal: Principal, id: string): Promise<boolean> {
    return this.notes.may(principal, 'read', id);
  }

  @SubscribeMessage('ydoc:document:join')
  async join(
    @ConnectedSocket() socket: RealtimeSocket,
    @CurrentPrincipal() principal: Principal,
    @MessageBody() body: unknown,
  ): Promise<void> {
    const id = noteIdOf(body);
    if (id === undefined) return void socket.emit('error', { message: 'Failed to join document' });
    const open = this.open.get(socket) ?? new Map<string, string>();
    if (open.size >= MAX_OPEN && !open.has(id)) throw new ForbiddenError();
    await this.rooms.join(socket, principal, DOCUMENT_ROOM, id);
    this.open.set(socket, open.set(id, principal.id));
    await this.sendState(socket, id);
    const user = { user_id: principal.id, user_name: principal.name, user_color: colorOf(body) };
    this.relay(socket, id, 'ydoc:user:joined', user);
  }

  @SubscribeMessage('ydoc:document:state')
  async state(@ConnectedSocket() socket: RealtimeSocket, @MessageBody() body: unknown): Promise<void> {
    await this.sendState(socket, joined(socket, body));
  }

  @SubscribeMessage('ydoc:document:update')
  async update(
    @ConnectedSocket() socket: RealtimeSocket,
    @CurrentPrincipal() principal: Principal,
    @MessageBody() body: unknown,
  ): Promise<void> {
    const id = joined(socket, body);
    const update = updateOf(body);
    if (!update || !(await this.notes.may(principal, 'write', id))) throw new ForbiddenError();
    await this.documents.append(id, update.bytes);
    const sent = { user_id: principal.id, update: update.raw, socket_id: socket.id };
    this.relay(socket, id, 'ydoc:document:update', sent);
    const content = contentOf(body);
    if (content) this.documents.saveLater(id, content);
  }

  @SubscribeMessage('ydoc:awareness:update')
  awareness(
    @ConnectedSocket() socket: RealtimeSocket,
    @CurrentPrincipal() principal: Principal,
    @MessageBody() body: unknown,
  ): void {
    const id = joined(socket, body);
    const awareness = awarenessOf(body);
    if (!awareness) throw new ForbiddenError();
    this.relay(socket, id, 'ydoc:awareness:update', { user_id: principal.id, update: awareness.raw });
  }

  @SubscribeMessage('ydoc:document:leave')
  async leave(@ConnectedSocket() socket: RealtimeSocket, @MessageBody() body: unknown): Promise<void> {
    const id = noteIdOf(body);
    if (id === undefined) return;
    await this.rooms.leave(socket, DOCUMENT_ROOM, id);
    await this.left(socket, id);
  }

  async handleDisconnect(socket: RealtimeSocket): Promise<void> {
    await Promise.all([...(this.open.get(socket)?.keys() ?? [])].map((id) => this.left(socket, id)));
  }

  /** Tells the others, and saves what waits. A no-op for a document that the socket has not open. */
  private async left(socket: RealtimeSocket, id: string): Promise<void> {
    const open = this.open.get(socket);
    const userId = open?.get(id);
    if (!open?.delete(id)) return;
    this.relay(socket, id, 'ydoc:user:left', { user_id: userId });
    await this.documents.flush(id);
  }

  private async sendState(socket: RealtimeSocket, id: string): Promise<void> {
    const state = await this.documents.state(id);
    const sessions = await this.realtime.socketIdsIn(roomOf(DOCUMENT_ROOM, id));
    socket.emit('ydoc:document:state', { document_id: documentIdOf(id), state: Array.from(state), sessions });
  }

  private relay(socket: RealtimeSocket, id: string, event: string, payload: object): void {
    const room = roomOf(DOCUMENT_ROOM, id);
    this.realtime.toRoom(room, event, { document_id: documentIdOf(id), ...payload }, socket.id);
  }
}

/** The note of the payload, if the socket has joined its document. @throws ForbiddenError */
function joined(socket: RealtimeSocket, body: unknown): string {
  const id = noteIdOf(body);
  if (id === undefined || !socket.rooms.has(roomOf(DOCUMENT_ROOM, id))) throw new ForbiddenError();
  return id;
}
