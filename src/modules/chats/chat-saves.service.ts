import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { AccessProhibitedError, PreconditionFailedError } from '../../common/errors/app-error';
import { admits, JsonAnswer } from '../../common/http/answers/json-answer';
import { isJsonObject, type JsonObject } from '../../common/util/json';
import { nowSeconds } from '../../common/util/time';
import { Transaction } from '../../platform/database/transaction';
import type { Chat } from './chat.entity';
import { ChatRecordsService, titleOf } from './chat-records.service';
import { toChatResponse, type ChatResponse } from './chats.dto';
import { ChatsRepository } from './chats.repository';
import { ChatTreesService } from './history/chat-trees.service';
import { assertMessageCount } from './history/tree';
import { assemble, explode, toCopies, type Copy, type ExplodedChat } from './history/history.codec';
import { isSameJson } from './history/json-compare';
import { ChatImagesService } from './images/chat-images.service';

/** Keys of automatic saves of clients around a reply, which never have a title. */
const AUTOMATIC_KEYS = ['models', 'params', 'files'];

type Parts = Pick<Chat, 'header' | 'isTree' | 'currentId' | 'copies'>;

interface Merged {
  parts: Parts;
  /** All messages, when tree and list were posted: the response needs no further query. */
  messages?: ReadonlyMap<string, unknown>;
}

/** Saves a whole or partial `chat` object of a client. */
@Injectable()
export class ChatSavesService {
  constructor(
    private readonly chats: ChatsRepository,
    private readonly trees: ChatTreesService,
    private readonly records: ChatRecordsService,
    private readonly images: ChatImagesService,
    private readonly transaction: Transaction,
  ) {}

  /**
   * Replaces the posted top-level keys. The message tree is merged rather than replaced, and only changed rows are
   * written. Saves of one chat are serialised. `ifMatch` names the version to change, see `JsonAnswer`; saves increment
   * the version, writes of the server do not.
   * @throws AccessProhibitedError for an unknown or another user's chat; BadRequestError when the title is not a
   * string; ValidationError for too many messages; PreconditionFailedError when the chat no longer has that version.
   */
  async save(
    principal: Principal,
    id: string,
    posted: JsonObject,
    ifMatch?: string,
  ): Promise<JsonAnswer<ChatResponse>> {
    assertMessageCount(posted);
    const content = await this.images.moveOut(principal.id, posted);
    const { chat, messages } = await this.transaction.run(() => this.store(principal, id, content, ifMatch));
    const response = messages
      ? toChatResponse(chat, assemble({ ...chat, messages, saved: new Map() }))
      : await this.records.getAny(id);
    return new JsonAnswer(response, { version: chat.revision });
  }

  private async store(principal: Principal, id: string, posted: JsonObject, ifMatch?: string) {
    const chat = await this.chats.lockOwned(principal, id, () => new AccessProhibitedError());
    if (!admits(ifMatch, chat.revision)) throw new PreconditionFailedError('The chat has changed in the meantime');
    const title = titleOf(posted, Object.hasOwn(chat.header, 'title') ? chat.title : undefined);
    const { parts, messages } = await this.merge(chat, posted, explode(posted));
    const change = { ...parts, title, revision: chat.revision + 1, updatedAt: nowSeconds() };
    await this.chats.update(id, changedIn(chat, change));
    return { chat: { ...chat, ...change }, messages };
  }

  private merge(chat: Chat, posted: JsonObject, change: ExplodedChat): Promise<Merged> {
    return change.isTree ? this.mergeTree(chat, posted, change) : this.mergeHeader(chat, posted, change);
  }

  private async mergeTree(chat: Chat, posted: JsonObject, change: ExplodedChat): Promise<Merged> {
    const hasList = Object.hasOwn(posted, 'messages');
    const tree = { messages: change.messages, currentId: change.currentId, isAutomatic: isAutomatic(posted) };
    const { currentId, removed, messages } = await this.trees.merge(chat, tree, !hasList);
    const header = { ...chat.header, ...change.header };
    if (currentId !== null) header.history = { ...(header.history as JsonObject), currentId: null };
    const copies = hasList ? change.copies : withoutRemoved(chat.copies, removed);
    const parts = { header, isTree: true, currentId, copies };
    return hasList ? { parts, messages } : { parts };
  }

  /** A posted `history` that is not a tree does not replace a tree. */
  private async mergeHeader(chat: Chat, posted: JsonObject, change: ExplodedChat): Promise<Merged> {
    const { currentId, isTree } = chat;
    const header = { ...chat.header, ...change.header };
    if (isTree) header.history = chat.header.history;
    const copies = Object.hasOwn(posted, 'messages') ? await this.copiesOf(chat, posted.messages, change) : chat.copies;
    return { parts: { header, isTree, currentId, copies } };
  }

  /** A list `messages` posted without a tree refers to the stored messages. */
  private async copiesOf(chat: Chat, list: unknown, change: ExplodedChat): Promise<Copy[] | null> {
    if (!chat.isTree || !Array.isArray(list)) return change.copies;
    await this.trees.dropSaved(chat.id);
    return toCopies(list, await this.trees.findSome(chat.id, list.flatMap(idOf)));
  }
}

/** Only the changed columns: PostgreSQL rewrites a column that is set, even to the same value. */
function changedIn(chat: Chat, change: Partial<Chat>): Partial<Chat> {
  const entries = Object.entries(change).filter(([key, value]) => !isSameJson(chat[key as keyof Chat], value));
  return Object.fromEntries(entries);
}

const isAutomatic = (posted: JsonObject): boolean =>
  !Object.hasOwn(posted, 'title') && AUTOMATIC_KEYS.every((key) => Object.hasOwn(posted, key));

/** Replaces references to removed messages by the messages themselves. */
const withoutRemoved = (copies: Copy[] | null, removed: ReadonlyMap<string, Copy>): Copy[] | null =>
  copies?.map((copy) => (typeof copy === 'string' ? (removed.get(copy) ?? copy) : copy)) ?? null;

const idOf = (copy: unknown): string[] => (isJsonObject(copy) && typeof copy.id === 'string' ? [copy.id] : []);
