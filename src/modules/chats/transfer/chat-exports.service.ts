import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import { AccessProhibitedError } from '../../../common/errors/app-error';
import type { StreamAnswer } from '../../../common/http/answers/stream-answer';
import { jsonList, type JsonText } from '../../../common/http/answers/json-list';
import { FoldersService } from '../../folders/folders.service';
import { toJsonPieces } from '../chats.dto';
import { ChatsSettings } from '../chats.settings';
import { ChatImageTextsService } from '../images/chat-image-texts.service';
import { ChatExportsRepository, type ExportScope } from './chat-exports.repository';
import { ChatReaderService } from './chat-reader.service';

/** Exports whole chats as streams: reads a few at a time, no faster than the client receives them. */
@Injectable()
export class ChatExportsService {
  constructor(
    private readonly chats: ChatExportsRepository,
    private readonly reader: ChatReaderService,
    private readonly folders: FoldersService,
    private readonly images: ChatImageTextsService,
    private readonly settings: ChatsSettings,
  ) {}

  /** All chats of the principal, archived ones included. */
  exportOwn(principal: Principal, accept?: string): Promise<StreamAnswer> {
    return this.stream({ userId: principal.id }, accept);
  }

  exportArchived(principal: Principal, accept?: string): Promise<StreamAnswer> {
    return this.stream({ userId: principal.id, isArchivedOnly: true }, accept);
  }

  /** Chats in the folder and its subfolders, neither pinned nor archived; empty for another user's folder. */
  async exportFolder(principal: Principal, folderId: string, accept?: string): Promise<StreamAnswer> {
    return this.stream({ userId: principal.id, folderIds: await this.folders.subtree(principal.id, folderId) }, accept);
  }

  /** Chats of all users and shared snapshots. @throws AccessProhibitedError when `enable_admin_export` is off. */
  async exportAll(accept?: string): Promise<StreamAnswer> {
    if (!this.settings.enable_admin_export) throw new AccessProhibitedError();
    return jsonList(this.load(await this.chats.findAllIds(), null), accept);
  }

  private async stream(scope: ExportScope, accept: string | undefined): Promise<StreamAnswer> {
    return jsonList(this.load(await this.chats.findIds(scope), scope.userId), accept);
  }

  /** With images inline. */
  private async *load(ids: readonly string[], userId: string | null): AsyncGenerator<JsonText> {
    for await (const chats of this.reader.read(ids)) {
      const inline = await this.images.inliner(
        chats.map(({ id }) => id),
        userId,
      );
      for (const chat of chats) yield inline(toJsonPieces(chat));
    }
  }
}
