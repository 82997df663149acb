import { Logger } from '@nestjs/common';
import { ConnectedSocket, MessageBody, SubscribeMessage } from '@nestjs/websockets';
import { CurrentPrincipal } from '../../../../common/auth/access-rules';
import type { Principal } from '../../../../common/auth/principal';
import { asString, isJsonObject, type JsonObject } from '../../../../common/util/json';
import { SocketGateway } from '../../../../platform/realtime/socket-gateway.decorator';
import type { RealtimeSocket } from '../../../../platform/realtime/socket-state';
import { followersRoom, MAX_ID_LENGTH, type ReplyAddress, type ReplyPosition } from './reply-address';
import type { StreamItem } from './reply-stream';
import { ReplyStreamsService } from './reply-streams.service';

interface ResumeAnswer {
  status: 'running' | 'finished';
  task_id: string | null;
}

/** The numbered events of running replies, for sockets that ask for them. */
@SocketGateway()
export class ReplyStreamsGateway {
  private readonly logger = new Logger(ReplyStreamsGateway.name);
  /** What each socket follows, by room. */
  private readonly following = new WeakMap<RealtimeSocket, Map<string, AbortController>>();

  constructor(private readonly streams: ReplyStreamsService) {}

  /** `chat:stream` events follow the acknowledgement, which is empty for unknown messages and for too many readers. */
  @SubscribeMessage('chat:resume')
  async resume(
    @ConnectedSocket() socket: RealtimeSocket,
    @CurrentPrincipal() principal: Principal,
    @MessageBody() body: unknown,
  ): Promise<ResumeAnswer | undefined> {
    const address = isJsonObject(body) ? addressIn(body, principal) : undefined;
    if (!address || !isJsonObject(body)) return undefined;
    const room = followersRoom(address);
    const end = this.begin(socket, room);
    try {
      const {
        status,
        taskId = null,
        items,
      } = await this.streams.follow(principal, address, positionIn(body), end.signal);
      await socket.join(room);
      setImmediate(() => {
        this.send(socket, address, items)
          .catch((error: unknown) => this.logger.error({ err: error }, 'Reply could not be sent on'))
          .finally(() => this.finish(socket, room, end));
      });
      return { status, task_id: taskId };
    } catch (error) {
      this.finish(socket, room, end);
      throw error;
    }
  }

  /** A later request for the same reply replaces the earlier one. */
  private begin(socket: RealtimeSocket, room: string): AbortController {
    const own = this.following.get(socket) ?? this.listOf(socket);
    own.get(room)?.abort();
    const end = new AbortController();
    own.set(room, end);
    return end;
  }

  private listOf(socket: RealtimeSocket): Map<string, AbortController> {
    const own = new Map<string, AbortController>();
    this.following.set(socket, own);
    socket.once('disconnect', () => own.forEach((end) => end.abort()));
    return own;
  }

  private finish(socket: RealtimeSocket, room: string, end: AbortController): void {
    const own = this.following.get(socket);
    if (own?.get(room) !== end) return;
    own.delete(room);
    void socket.leave(room);
  }

  private async send(socket: RealtimeSocket, address: ReplyAddress, items: AsyncIterable<StreamItem>): Promise<void> {
    for await (const { taskId, seq, data } of items) {
      // The socket may have signed in as another user.
      if (!socket.connected || socket.data.userId !== address.userId) return;
      const { chatId, messageId } = address;
      socket.emit('chat:stream', { chat_id: chatId, message_id: messageId, task_id: taskId, seq, data });
    }
  }
}

function addressIn(body: JsonObject, { id: userId }: Principal): ReplyAddress | undefined {
  const [chatId, messageId] = [asString(body.chat_id), asString(body.message_id)];
  if (!chatId || !messageId || chatId.length > MAX_ID_LENGTH || messageId.length > MAX_ID_LENGTH) return undefined;
  return { userId, chatId, messageId };
}

function positionIn({ task_id: taskId, seq }: JsonObject): ReplyPosition | undefined {
  return typeof taskId === 'string' && typeof seq === 'number' && Number.isSafeInteger(seq) && seq >= 0
    ? { taskId, seq }
    : undefined;
}
