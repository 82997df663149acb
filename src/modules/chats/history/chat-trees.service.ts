import { Injectable } from '@nestjs/common';
import { BadRequestError } from '../../../common/errors/app-error';
import type { JsonObject } from '../../../common/util/json';
import type { Chat } from '../chat.entity';
import { ChatMessagesRepository, type MessageBody } from './chat-messages.repository';
import { assemble, type RawCopy } from './history.codec';
import { newRow, toMessage, type MessageRow, type Origin } from './message-row';
import { differingIds, planSave, type SavePlan } from './save-plan';
import type { PostedTree } from './tree';

/** Longest key of `history.messages` in characters; keys are part of an index. */
const MAX_MESSAGE_ID = 512;

/** Rows hashed and written per statement; the event loop runs other work in between. */
const ROWS_AT_ONCE = 1000;

/** Loads and stores the message trees of chats. */
@Injectable()
export class ChatTreesService {
  constructor(private readonly messages: ChatMessagesRepository) {}

  /** The client's `chat` object. */
  async load(chat: Chat): Promise<JsonObject> {
    const bodies = chat.isTree ? await this.messages.findBodies(chat.id) : [];
    return assembleStored(chat, bodies);
  }

  /** The existing messages among `ids`, by id. */
  async findSome(chatId: string, ids: readonly string[]): Promise<Map<string, unknown>> {
    return toMessages(ids.length === 0 ? [] : await this.messages.findSome(chatId, ids));
  }

  /** Stores the messages of a new chat. @throws BadRequestError for an id that is too long. */
  async insert(chatId: string, messages: ReadonlyMap<string, unknown>): Promise<void> {
    assertIds(messages.keys());
    const origin: Origin = { revision: 1, unseen: null };
    let rows: MessageRow[] = [];
    let position = 0;
    for (const [id, message] of messages) {
      rows.push(newRow(id, message, position++, origin));
      if (rows.length < ROWS_AT_ONCE) continue;
      await this.messages.write(chatId, rows);
      rows = [];
    }
    await this.messages.write(chatId, rows);
  }

  /**
   * Merges a posted tree into the stored one and writes the rows that changed. Call it in the transaction that holds the
   * lock of the chat. `keepsCopies`: the list `messages` was not posted and continues to show the same entries.
   * @throws BadRequestError for an id that is too long.
   */
  async merge(chat: Chat, posted: PostedTree, keepsCopies: boolean): Promise<SavePlan> {
    assertIds(posted.messages.keys());
    const index = await this.messages.findIndex(chat.id);
    const differing = differingIds(index, posted);
    const rows = differing.length === 0 ? [] : await this.messages.lock(chat.id, differing);
    const snapshot = { currentId: chat.currentId, revision: chat.revision + 1, index, rows };
    const plan = planSave(snapshot, posted, keepsCopies);
    await this.messages.delete(chat.id, [...plan.removed.keys()]);
    await this.messages.write(chat.id, plan.rows);
    await this.messages.move(chat.id, plan.moved);
    await this.messages.dropSaved(chat.id, plan.forgotten);
    return plan;
  }

  /** Drops the saved versions: a new list `messages` shows the messages as currently stored. */
  async dropSaved(chatId: string): Promise<void> {
    const index = await this.messages.findIndex(chatId);
    await this.messages.dropSaved(
      chatId,
      index.filter(({ hasSaved }) => hasSaved).map(({ id }) => id),
    );
  }
}

/** The client's `chat` object, given all messages of the chat in key order. */
export const assembleStored = (chat: Chat, bodies: readonly MessageBody[]): JsonObject =>
  assemble({ ...chat, messages: toMessages(bodies), saved: toSaved(bodies) });

/** Messages by id, in the order of the bodies. */
export const toMessages = (bodies: readonly MessageBody[]): Map<string, unknown> =>
  new Map(bodies.map((body) => [body.id, toMessage(body)]));

/** The versions that the list `messages` still shows of changed messages, by id. */
export function toSaved(bodies: readonly MessageBody[]): Map<string, RawCopy> {
  const saved = new Map<string, RawCopy>();
  for (const body of bodies) if (body.saved) saved.set(body.id, body.saved);
  return saved;
}

function assertIds(ids: Iterable<string>): void {
  for (const id of ids) if (id.length > MAX_MESSAGE_ID) throw new BadRequestError();
}
