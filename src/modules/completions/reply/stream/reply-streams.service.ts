import { Injectable } from '@nestjs/common';
import { NotFoundError, TooManyRequestsError } from '../../../../common/errors/app-error';
import type { Principal } from '../../../../common/auth/principal';
import { AsyncQueue } from '../../../../common/util/async-queue';
import { isJsonObject } from '../../../../common/util/json';
import { sleep } from '../../../../common/util/time';
import { ChatsService } from '../../../chats/chats.service';
import type { CompletionContext } from '../../../pipeline/completion-context';
import { CompletionTasksRepository } from '../completion-tasks.repository';
import { isTemporary } from '../../completion-request';
import { ReplyRelayService } from './reply-relay.service';
import { keyOf, type ReplyAddress, type ReplyPosition } from './reply-address';
import { DONE, isLast, ReplyStream, snapshotOf, stateOf, type StreamItem } from './reply-stream';

/** Readers of one user on one node. */
const MAX_FOLLOWERS = 100;
const RETRY_AFTER = 5;
/** Milliseconds between two looks at the stored message of a reply that runs elsewhere. */
const POLL_INTERVAL = 1000;

/** The events of a reply for one reader. */
export interface Following {
  /** `finished`: the stored message is all there is. */
  status: 'running' | 'finished';
  taskId?: string;
  /** A snapshot or the missed events, then live ones; ends with the reply or the signal. It has to be read. */
  items: AsyncIterable<StreamItem>;
}

/** The running replies that clients can follow and resume: in memory, also of other nodes, or as stored. */
@Injectable()
export class ReplyStreamsService {
  private readonly streams = new Map<string, ReplyStream>();
  private readonly followers = new Map<string, number>();

  constructor(
    private readonly tasks: CompletionTasksRepository,
    private readonly chats: ChatsService,
    private readonly relay: ReplyRelayService,
  ) {
    relay.serve((key) => this.streams.get(key));
  }

  /** Opens the stream of a reply that begins. Close it when the reply has ended. */
  open({ principal, request }: CompletionContext, taskId: string): ReplyStream {
    const { chatId = '', messageId = '' } = request;
    const stream = new ReplyStream(principal.id, taskId);
    this.streams.set(keyOf({ userId: principal.id, chatId, messageId }), stream);
    return stream;
  }

  close({ principal, request }: CompletionContext, stream: ReplyStream): void {
    const { chatId = '', messageId = '' } = request;
    const key = keyOf({ userId: principal.id, chatId, messageId });
    if (this.streams.get(key) === stream) this.streams.delete(key);
    stream.end();
  }

  /**
   * Follows the reply that is written to a message of the principal.
   * @throws NotFoundError for an unknown message and for one of another user, TooManyRequestsError for too many readers.
   */
  async follow(
    principal: Principal,
    { chatId, messageId }: Omit<ReplyAddress, 'userId'>,
    position: ReplyPosition | undefined,
    signal: AbortSignal,
  ): Promise<Following> {
    const address = { userId: principal.id, chatId, messageId };
    const stream = this.streams.get(keyOf(address));
    if (stream) {
      await stream.ready;
      const items = this.counted(address, () => stream.follow(position, signal));
      return { status: 'running', taskId: stream.taskId, items };
    }
    if (isTemporary(chatId)) throw new NotFoundError();
    await this.chats.getOwned(principal, chatId, { refusal: () => new NotFoundError() });
    const taskId = await this.tasks.findWriting(address);
    const item = await this.storedItem(address);
    if (taskId === null) return { status: 'finished', items: finished(item) };
    return { status: 'running', taskId, items: this.counted(address, () => this.remote(address, position, signal)) };
  }

  /** A reply of another node: its events, or what is stored if that node cannot be asked. */
  private async *remote(
    address: ReplyAddress,
    position: ReplyPosition | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<StreamItem> {
    const hasEnded = yield* this.relay.follow(keyOf(address), position, signal);
    if (!hasEnded) yield* this.poll(address, signal);
  }

  /** The stored message, whenever it has changed. */
  private async *poll(address: ReplyAddress, signal: AbortSignal): AsyncGenerator<StreamItem> {
    for (let last = ''; !signal.aborted; await sleep(POLL_INTERVAL, signal)) {
      const isRunning = (await this.tasks.findWriting(address)) !== null;
      const item = await this.storedItem(address);
      const text = JSON.stringify(item);
      if (text !== last) yield item;
      last = text;
      if (!isRunning) return void (yield { data: DONE });
    }
  }

  private async storedItem({ chatId, messageId }: ReplyAddress): Promise<StreamItem> {
    const message = await this.chats.findMessage(chatId, messageId);
    if (!isJsonObject(message)) throw new NotFoundError();
    return { data: snapshotOf(stateOf(message)) };
  }

  /** @throws TooManyRequestsError beyond the limit of the user. */
  private counted({ userId }: ReplyAddress, open: () => AsyncIterable<StreamItem>): AsyncIterable<StreamItem> {
    const count = this.followers.get(userId) ?? 0;
    if (count >= MAX_FOLLOWERS) throw new TooManyRequestsError(RETRY_AFTER);
    this.followers.set(userId, count + 1);
    return this.released(userId, open());
  }

  private async *released(userId: string, items: AsyncIterable<StreamItem>): AsyncGenerator<StreamItem> {
    try {
      for await (const item of items) {
        yield item;
        if (isLast(item.data)) return;
      }
    } finally {
      const count = (this.followers.get(userId) ?? 1) - 1;
      if (count > 0) this.followers.set(userId, count);
      else this.followers.delete(userId);
    }
  }
}

function finished(item: StreamItem): AsyncIterable<StreamItem> {
  const items = new AsyncQueue<StreamItem>();
  items.push(item);
  items.push({ data: DONE });
  items.end();
  return items;
}
