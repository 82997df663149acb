import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { AccessProhibitedError } from '../../common/errors/app-error';
import type { AnswerStream } from '../../common/http/answer-stream';
import { jsonList, type JsonText } from '../../common/http/json-list';
import { FoldersService } from '../folders/folders.service';
import { ChatImageTextsService } from './chat-image-texts.service';
import { ChatExportsRepository, type ExportScope } from './chat-exports.repository';
import { ChatPacksService } from './chat-packs.service';
import { toJsonPieces } from './chats.dto';
import { ChatsSettings } from './chats.settings';

/** Whole chats, many of them: read a few at a time and no faster than the client takes them. */
@Injectable()
export class ChatExportsService {
  constructor(
    private readonly chats: ChatExportsRepository,
    private readonly packs: ChatPacksService,
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

  private async stream(scope: ExportScope, accept: string | undefined): Promise<AnswerStream> {
    return jsonList(this.load(await this.chats.findIds(scope), scope.userId), accept);
  }

  /** With the images inside. */
  private async *load(ids: readonly string[], userId: string | null): AsyncGenerator<JsonText> {
    for await (const chats of this.packs.read(ids)) {
      const inline = await this.images.inliner(
        chats.map(({ id }) => id),
        userId,
      );
      for (const chat of chats) yield inline(toJsonPieces(chat));
    }
  }
}
