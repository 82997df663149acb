import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { pageWindow } from '../../common/paging/page';
import { nowSeconds } from '../../common/util/time';
import { Transaction } from '../../platform/database/transaction';
import { FoldersService } from '../folders/folders.service';
import { toFolderChatResponse, type FolderChatResponse } from './chat-folders.dto';
import { ChatFoldersRepository } from './chat-folders.repository';
import { ChatRecordsService } from './chat-records.service';
import type { ChatResponse } from './chats.dto';
import { ChatsRepository } from './chats.repository';
import { ForeignChatError } from './foreign-chat.error';

const PAGE_SIZE = 10;

/** What lies in a folder, and where a chat lies. */
@Injectable()
export class ChatFoldersService {
  constructor(
    private readonly chats: ChatsRepository,
    private readonly placed: ChatFoldersRepository,
    private readonly records: ChatRecordsService,
    private readonly folders: FoldersService,
    private readonly transaction: Transaction,
  ) {}

  /** What shows in this one folder, newest first; nothing for somebody else's. */
  async list(caller: Principal, folderId: string, page = 1): Promise<FolderChatResponse[]> {
    const titles = await this.placed.findTitles(caller.id, folderId, pageWindow(page, PAGE_SIZE));
    return titles.map(toFolderChatResponse);
  }

  /**
   * Into a folder or, with null, out of any. The chat is no longer pinned then: pinned chats show among the pinned.
   * @throws ForeignChatError for a chat that is not the caller's, BadRequestError for such a folder.
   */
  async move(caller: Principal, id: string, folderId: string | null): Promise<ChatResponse> {
    await this.transaction.run(async () => {
      const chat = await this.chats.lock(id);
      if (chat?.userId !== caller.id) throw new ForeignChatError();
      if (folderId !== null) await this.folders.assertOwned(caller.id, folderId);
      await this.chats.update(id, { folderId, pinned: false, updatedAt: nowSeconds() });
    });
    return this.records.getAny(id);
  }
}
