import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import { BadRequestError } from '../../../common/errors/app-error';
import { Transaction } from '../../../platform/database/transaction';
import { FoldersService } from '../../folders/folders.service';
import { ChatRecordsService, titleOf } from '../chat-records.service';
import { explode } from '../history/history.codec';
import { assertMessageCount } from '../history/tree';
import { isSameJson } from '../history/json-compare';
import { ChatImagesService } from '../images/chat-images.service';
import { ChatTagsService, tagIdsIn } from '../tags/chat-tags.service';
import type { ImportChatRequest } from './chat-imports.dto';
import { ChatImportsRepository } from './chat-imports.repository';

/** An item to import; converted items of other products also have the name of a project. */
export interface ImportItem extends ImportChatRequest {
  project?: string;
  /** Names of tags. */
  tags?: string[];
}

export interface Imported {
  id: string;
  /** False when the same content had been imported before. */
  isNew: boolean;
}

/** Imports single chats, each in its own transaction: a failure does not affect the others. */
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
   * Creates a chat under a new id, unless the principal has one that was imported from the same content or that is
   * equal; then returns that chat. @throws BadRequestError, ValidationError for too many messages.
   */
  async import(principal: Principal, item: ImportItem): Promise<Imported> {
    if (item.meta === null) throw new BadRequestError();
    assertMessageCount(item.chat);
    const hash = digestOf(item);
    const known = await this.imports.findChatId(principal.id, hash);
    if (known !== null) return { id: known, isNew: false };
    const moved = { ...item, chat: await this.images.moveOut(principal.id, item.chat) };
    return this.transaction.run(async () => {
      await this.imports.lock(principal.id, hash);
      const imported = await this.imports.findChatId(principal.id, hash);
      if (imported !== null) return { id: imported, isNew: false };
      const own = await this.findSame(principal, moved);
      const id = own ?? (await this.create(principal, moved));
      await this.imports.insert({ userId: principal.id, hash, chatId: id });
      return { id, isNew: own === null };
    });
  }

  /** A chat of the principal whose export equals the item. */
  private async findSame(principal: Principal, { chat, created_at }: ImportChatRequest): Promise<string | null> {
    if (!created_at || (Object.hasOwn(chat, 'title') && typeof chat.title !== 'string')) return null;
    const like = { title: titleOf(chat), createdAt: created_at, currentId: explode(chat).currentId };
    for (const id of await this.imports.findSimilar(principal.id, like)) {
      const { chat: own } = await this.records.getAny(id);
      if (isSameJson(own, chat)) return id;
    }
    return null;
  }

  private async create(principal: Principal, item: ImportItem): Promise<string> {
    const projectId = item.project === undefined ? null : await this.folders.ensure(principal, item.project);
    const meta = item.meta ?? {};
    const tags = await this.tags.ensure(principal.id, tagNamesOf(item, projectId !== null));
    const { id } = await this.records.add(principal.id, item.chat, {
      ...columnsOf(item),
      meta: tags.length > 0 || meta.tags !== undefined ? { ...meta, tags } : meta,
      folderId: projectId ?? (await this.folderOf(principal, item)),
    });
    return id;
  }

  /** Ignores folders of other users and systems: exports contain their ids. */
  private async folderOf(principal: Principal, { folder_id: id }: ImportChatRequest): Promise<string | null> {
    return id && (await this.folders.isOwned(principal.id, id)) ? id : null;
  }
}

/** Without folders, a project becomes a tag. */
const tagNamesOf = ({ meta, tags = [], project }: ImportItem, hasFolder: boolean): string[] => [
  ...tagIdsIn(meta ?? {}),
  ...tags,
  ...(project === undefined || hasFolder ? [] : [project]),
];

const columnsOf = ({ pinned, archived, created_at, updated_at }: ImportItem) => ({
  pinned: pinned ?? false,
  archived: archived ?? false,
  ...(created_at && { createdAt: created_at }),
  ...(updated_at && { updatedAt: updated_at }),
});

/** Covers the client's object and the creation time. */
const digestOf = ({ chat, created_at }: ImportChatRequest): string =>
  createHash('sha256')
    .update(JSON.stringify([chat, created_at ?? 0]))
    .digest('base64url');
