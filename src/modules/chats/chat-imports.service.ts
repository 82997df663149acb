import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { AppError, BadRequestError } from '../../common/errors/app-error';
import { toErrorText } from '../../common/errors/to-error-answer';
import { Transaction } from '../../platform/database/transaction';
import { FoldersService } from '../folders/folders.service';
import { ChatImagesService } from './chat-images.service';
import type { ImportChatRequest } from './chat-imports.dto';
import { ChatImportsRepository } from './chat-imports.repository';
import { ChatRecordsService } from './chat-records.service';
import { ChatTagsService, tagIdsIn } from './chat-tags.service';
import { titleOf } from './chat-title';
import { explode } from './history/history.codec';
import { isSameJson } from './history/same-json';

export interface Imported {
  id: string;
  /** False when the same had been imported before. */
  isNew: boolean;
}

/** Chats from elsewhere, each in a transaction of its own: one that cannot be imported does not stop the others. */
@Injectable()
export class ChatImportsService {
  constructor(
    private readonly imports: ChatImportsRepository,
    private readonly records: ChatRecordsService,
    private readonly tags: ChatTagsService,
    private readonly folders: FoldersService,
    private readonly images: ChatImagesService,
    private readonly transaction: Transaction,
  ) {}

  /**
   * Always under a new id, unless the caller has a chat that came from the same content, or one with just this content:
   * then it is that one, as it is now. @throws BadRequestError
   */
  async import(caller: Principal, item: ImportChatRequest): Promise<Imported> {
    if (item.meta === null) throw new BadRequestError();
    const hash = digestOf(item);
    const known = await this.imports.findChatId(caller.id, hash);
    if (known !== null) return { id: known, isNew: false };
    const moved = { ...item, chat: await this.images.moveOut(caller.id, item.chat) };
    return this.transaction.run(async () => {
      await this.imports.lock(caller.id, hash);
      const imported = await this.imports.findChatId(caller.id, hash);
      if (imported !== null) return { id: imported, isNew: false };
      const own = await this.findSame(caller, moved);
      const id = own ?? (await this.create(caller, moved));
      await this.imports.insert({ userId: caller.id, hash, chatId: id });
      return { id, isNew: own === null };
    });
  }

  /** A chat of the caller that an export would show as this item. */
  private async findSame(caller: Principal, { chat, created_at }: ImportChatRequest): Promise<string | null> {
    if (!created_at || (Object.hasOwn(chat, 'title') && typeof chat.title !== 'string')) return null;
    const { currentId } = explode(chat);
    for (const id of await this.imports.findAlike(caller.id, {
      title: titleOf(chat),
      createdAt: created_at,
      currentId,
    })) {
      const { chat: own } = await this.records.getAny(id);
      if (isSameJson(own, chat)) return id;
    }
    return null;
  }

  private async create(caller: Principal, item: ImportChatRequest): Promise<string> {
    const meta = item.meta ?? {};
    const columns = { meta, pinned: item.pinned ?? false, folderId: await this.folderOf(caller, item) };
    const { id } = await this.records.add(caller.id, item.chat, { ...columns, ...timesOf(item) });
    await this.tags.ensure(caller.id, tagIdsIn(meta));
    return id;
  }

  /** None for one that is not the caller's: exports of other systems and people name theirs. */
  private async folderOf(caller: Principal, { folder_id: id }: ImportChatRequest): Promise<string | null> {
    return id && (await this.folders.isOwned(caller.id, id)) ? id : null;
  }
}

const timesOf = ({ created_at, updated_at }: ImportChatRequest) => ({
  ...(created_at && { createdAt: created_at }),
  ...(updated_at && { updatedAt: updated_at }),
});

/** Of what makes the content: the client's object, and when the chat was begun. */
const digestOf = ({ chat, created_at }: ImportChatRequest): string =>
  createHash('sha256')
    .update(JSON.stringify([chat, created_at ?? 0]))
    .digest('base64url');

/** @throws the error itself when nobody foresaw it. */
export function refusalText(error: unknown): string {
  if (error instanceof AppError) return toErrorText(error);
  throw error;
}
