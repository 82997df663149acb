import { Injectable } from '@nestjs/common';
import { BadRequestError } from '../../common/errors/app-error';
import type { JsonObject } from '../../common/util/json';
import type { Chat } from './chat.entity';
import { ChatMessagesRepository, type MessageBody } from './chat-messages.repository';
import { assemble, type RawCopy } from './history/history.codec';
import { newRow, type Origin } from './history/message-row';
import { toMessage } from './history/message.codec';
import { differingIds, planSave, type SavePlan } from './history/save-plan';
import type { PostedTree } from './history/stored-message';

/** Longest key of `history.messages`; keys are part of an index. */
const MAX_MESSAGE_ID = 512;

/** Messages between the client's JSON and the rows. */
@Injectable()
export class ChatTreesService {
  constructor(private readonly messages: ChatMessagesRepository) {}

  /** The client's `chat` object. */
  async load(chat: Chat): Promise<JsonObject> {
    const bodies = chat.isTree ? await this.messages.findBodies(chat.id) : [];
    return assembleStored(chat, bodies);
  }

  /** Messages by id, those of `ids` that exist. */
  async some(chatId: string, ids: readonly string[]): Promise<Map<string, unknown>> {
    return toMessages(ids.length === 0 ? [] : await this.messages.findSome(chatId, ids));
  }

  /** The first messages of a chat. @throws BadRequestError for an impossible id. */
  async insert(chatId: string, messages: ReadonlyMap<string, unknown>): Promise<void> {
    assertIds(messages.keys());
    const origin: Origin = { revision: 1, unseen: null };
    const rows = [...messages].map(([id, message], position) => newRow(id, message, position, origin));
    await this.messages.write(chatId, rows);
  }

  /**
   * Lays a posted tree over the stored one, in the transaction that holds the lock of the chat, and writes the rows that
   * changed, in one statement. With `keepsCopies` the list `messages` is not posted, and goes on to show what it showed.
   * @throws BadRequestError for an impossible id.
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
    await this.messages.forgetSaved(chat.id, plan.forgotten);
    return plan;
  }

  /** For a new list `messages`: it shows the stored messages as they are now. */
  async forgetCopies(chatId: string): Promise<void> {
    const index = await this.messages.findIndex(chatId);
    await this.messages.forgetSaved(
      chatId,
      index.filter(({ hasSaved }) => hasSaved).map(({ id }) => id),
    );
  }
}

/** The client's `chat` object, given all messages of the chat in key order. */
export const assembleStored = (chat: Chat, bodies: readonly MessageBody[]): JsonObject =>
  assemble({ ...chat, messages: toMessages(bodies), saved: toSaved(bodies) });

/** Bodies by id, in their order. */
export const toMessages = (bodies: readonly MessageBody[]): Map<string, unknown> =>
  new Map(bodies.map((body) => [body.id, toMessage(body)]));

/** By id, what the list `messages` still shows of messages that have changed. */
export function toSaved(bodies: readonly MessageBody[]): Map<string, RawCopy> {
  const saved = new Map<string, RawCopy>();
  for (const body of bodies) if (body.saved) saved.set(body.id, body.saved);
  return saved;
}

function assertIds(ids: Iterable<string>): void {
  for (const id of ids) if (id.length > MAX_MESSAGE_ID) throw new BadRequestError();
}
