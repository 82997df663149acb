import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { AccessProhibitedError } from '../../common/errors/app-error';
import type { AnswerStream } from '../../common/http/answer-stream';
import { jsonList, type JsonText } from '../../common/http/json-list';
import { FoldersService } from '../folders/folders.service';
import { ChatImageTextsService } from './chat-image-texts.service';
import { ChatExportsRepository, type ExportScope } from './chat-exports.repository';
import { packed } from './export-packs';
import { assembleStored } from './chat-trees.service';
import { toChatResponse, toSharedChatResponse, type ChatResponse } from './chats.dto';
import { ChatsSettings } from './chats.settings';
import { SharedChatsRepository } from './shared-chats.repository';

/** Whole chats, many of them: read a few at a time and no faster than the client takes them. */
@Injectable()
export class ChatExportsService {
  constructor(
    private readonly chats: ChatExportsRepository,
    private readonly shared: SharedChatsRepository,
    private readonly folders: FoldersService,
    private readonly images: ChatImageTextsService,
    private readonly settings: ChatsSettings,
  ) {}

  /** All of the caller's, archived ones too. */
  own(caller: Principal, accept?: string): Promise<AnswerStream> {
    return this.stream({ userId: caller.id }, accept);
  }

  ownArchived(caller: Principal, accept?: string): Promise<AnswerStream> {
    return this.stream({ userId: caller.id, isArchivedOnly: true }, accept);
  }

  /** What shows in the folder and in those that lie in it; nothing for somebody else's. */
  async inFolder(caller: Principal, folderId: string, accept?: string): Promise<AnswerStream> {
    return this.stream({ userId: caller.id, folderIds: await this.folders.subtree(caller.id, folderId) }, accept);
  }

  /** Of everybody, shared snapshots too. @throws AccessProhibitedError where that is switched off. */
  async everybodys(accept?: string): Promise<AnswerStream> {
    if (!this.settings.enable_admin_export) throw new AccessProhibitedError();
    return jsonList(this.load(await this.chats.findEverybodysIds(), null), accept);
  }

  /** The JSON of these chats in their order, some at a time, without those that are gone by now; images by URL. */
  async *texts(ids: readonly string[]): AsyncGenerator<string[]> {
    for await (const pack of packed(ids, (page) => this.chats.findSizes(page)))
      yield (await this.loadPack(pack)).map((chat) => JSON.stringify(chat));
  }

  private async stream(scope: ExportScope, accept: string | undefined): Promise<AnswerStream> {
    return jsonList(this.load(await this.chats.findIds(scope), scope.userId), accept);
  }

  private async *load(ids: readonly string[], userId: string | null): AsyncGenerator<JsonText> {
    for await (const texts of this.texts(ids)) yield* this.images.inline(texts, userId);
  }

  /** In the order of the ids, without those that are gone by now. */
  private async loadPack(ids: readonly string[]): Promise<ChatResponse[]> {
    const chats = await this.chats.findAll(ids);
    const bodies = new Map(chats.map(({ id }) => [id, [] as Awaited<ReturnType<ChatExportsRepository['findBodies']>>]));
    for (const body of await this.chats.findBodies(ids)) bodies.get(body.chatId)?.push(body);
    const shared = chats.length < ids.length ? await this.shared.findAll(ids) : [];
    const found = [
      ...chats.map((chat) => toChatResponse(chat, assembleStored(chat, bodies.get(chat.id) ?? []))),
      ...shared.map(toSharedChatResponse),
    ];
    const byId = new Map(found.map((chat) => [chat.id, chat]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  }
}
