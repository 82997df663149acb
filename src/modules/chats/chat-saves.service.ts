import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { AccessProhibitedError, PreconditionFailedError } from '../../common/errors/app-error';
import { admits, Versioned } from '../../common/http/versioned';
import { isJsonObject, type JsonObject } from '../../common/util/json';
import { nowSeconds } from '../../common/util/time';
import { Transaction } from '../../platform/database/transaction';
import type { Chat } from './chat.entity';
import { ChatImagesService } from './chat-images.service';
import { ChatRecordsService } from './chat-records.service';
import { titleOf } from './chat-title';
import { ChatTreesService } from './chat-trees.service';
import { toChatResponse, type ChatResponse } from './chats.dto';
import { ChatsRepository } from './chats.repository';
import { assemble, explode, toCopies, type Copy, type ExplodedChat } from './history/history.codec';
import { isSameJson } from './history/same-json';

/** Keys that clients send with the saves which they make by themselves around a reply; a title is never among them. */
const AUTOMATIC_KEYS = ['models', 'params', 'files'];

type Parts = Pick<Chat, 'header' | 'isTree' | 'currentId' | 'copies'>;

interface Merged {
  parts: Parts;
  /** All messages, when tree and list were posted: nothing has to be read again to answer. */
  messages?: ReadonlyMap<string, unknown>;
}

/** Saves of a whole or partial client's object. */
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
   * Replaces the top-level keys that are posted; the tree of messages is merged, never replaced, and only rows that
   * changed are written. Saves of one chat run one after the other.
   * `ifMatch` names the version that the caller means to change, see `Versioned`; the number of the version grows with
   * each save, not with what the server writes into messages.
   * @throws AccessProhibitedError for a chat that is not the caller's or does not exist, BadRequestError for a title
   * that is no text, PreconditionFailedError when the chat is no longer that version.
   */
  async save(caller: Principal, id: string, posted: JsonObject, ifMatch?: string): Promise<Versioned<ChatResponse>> {
    const content = await this.images.moveOut(caller.id, posted);
    const { chat, messages } = await this.transaction.run(() => this.store(caller, id, content, ifMatch));
    const response = messages
      ? toChatResponse(chat, assemble({ ...chat, messages, saved: new Map() }))
      : await this.records.getAny(id);
    return new Versioned(response, chat.revision);
  }

  private async store(caller: Principal, id: string, posted: JsonObject, ifMatch?: string) {
    const chat = await this.chats.lock(id);
    if (chat?.userId !== caller.id) throw new AccessProhibitedError();
    if (!admits(ifMatch, chat.revision)) throw new PreconditionFailedError('The chat has changed in the meantime');
    const title = titleOf(posted, Object.hasOwn(chat.header, 'title') ? chat.title : undefined);
    const { parts, messages } = await this.merge(chat, posted, explode(posted));
    const change = { ...parts, title, revision: chat.revision + 1, updatedAt: nowSeconds() };
    await this.chats.update(id, changedIn(chat, change));
    return { chat: { ...chat, ...change }, messages };
  }

  private merge(chat: Chat, posted: JsonObject, change: ExplodedChat): Promise<Merged> {
    return change.isTree ? this.mergeTree(chat, posted, change) : this.mergeOther(chat, posted, change);
  }

  private async mergeTree(chat: Chat, posted: JsonObject, change: ExplodedChat): Promise<Merged> {
    const hasList = Object.hasOwn(posted, 'messages');
    const tree = { messages: change.messages, currentId: change.currentId, isAutomatic: isAutomatic(posted) };
    const { currentId, removed, messages } = await this.trees.merge(chat, tree, !hasList);
    const header = { ...chat.header, ...change.header };
    if (currentId !== null) header.history = { ...(header.history as JsonObject), currentId: null };
    const copies = hasList ? change.copies : writtenOut(chat.copies, removed);
    const parts = { header, isTree: true, currentId, copies };
    return hasList ? { parts, messages } : { parts };
  }

  /** A `history` that is no tree does not replace one. */
  private async mergeOther(chat: Chat, posted: JsonObject, change: ExplodedChat): Promise<Merged> {
    const { currentId, isTree } = chat;
    const header = { ...chat.header, ...change.header };
    if (isTree) header.history = chat.header.history;
    const copies = Object.hasOwn(posted, 'messages')
      ? await this.listAlone(chat, posted.messages, change)
      : chat.copies;
    return { parts: { header, isTree, currentId, copies } };
  }

  /** A list `messages` without a tree refers to the stored messages. */
  private async listAlone(chat: Chat, list: unknown, change: ExplodedChat): Promise<Copy[] | null> {
    if (!chat.isTree || !Array.isArray(list)) return change.copies;
    await this.trees.forgetCopies(chat.id);
    return toCopies(list, await this.trees.some(chat.id, list.flatMap(idOf)));
  }
}

/** Only what is different: a column that is set is written, however long and equal it is. */
function changedIn(chat: Chat, change: Partial<Chat>): Partial<Chat> {
  const entries = Object.entries(change).filter(([key, value]) => !isSameJson(chat[key as keyof Chat], value));
  return Object.fromEntries(entries);
}

const isAutomatic = (posted: JsonObject): boolean =>
  !Object.hasOwn(posted, 'title') && AUTOMATIC_KEYS.every((key) => Object.hasOwn(posted, key));

/** The list without references to messages that are gone. */
const writtenOut = (copies: Copy[] | null, removed: ReadonlyMap<string, Copy>): Copy[] | null =>
  copies?.map((copy) => (typeof copy === 'string' ? (removed.get(copy) ?? copy) : copy)) ?? null;

const idOf = (copy: unknown): string[] => (isJsonObject(copy) && typeof copy.id === 'string' ? [copy.id] : []);
