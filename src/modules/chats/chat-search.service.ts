import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { pageWindow, type PageWindow } from '../../common/paging/page';
import { CHATS_PAGE_SIZE } from './chat-lists.service';
import { FoldersService } from '../folders/folders.service';
import { ChatSearchIndexService } from './chat-search-index.service';
import { toFoundChatResponse, type FoundChatResponse, type SearchChatsQuery } from './chat-search.dto';
import { ChatSearchRepository, type SearchFilter } from './chat-search.repository';
import type { ChatTitle } from './chats.types';
import { parseSearch, type SearchQuery } from './search/search-query';

/** More places than that are no longer picked one by one: then so many chats have the text that looking is faster. */
const MAX_PLACES = 2000;

/** Finds chats of a person by their titles, all their messages, and what is known of them. */
@Injectable()
export class ChatSearchService {
  constructor(
    private readonly repository: ChatSearchRepository,
    private readonly index: ChatSearchIndexService,
    private readonly folders: FoldersService,
  ) {}

  /** Newest first. The grammar of the text is that of `parseSearch`. */
  async search(caller: Principal, { text, page }: SearchChatsQuery): Promise<FoundChatResponse[]> {
    const query = parseSearch(text);
    const filter = await this.filterOf(caller.id, query);
    const window = pageWindow(page ?? 1, CHATS_PAGE_SIZE);
    if (query.needle === '') {
      const titles = await this.repository.findFiltered(caller.id, filter, window);
      return titles.map((title) => toFoundChatResponse(title));
    }
    const titles = await this.find(caller.id, filter, query.needle, window);
    const matches = await this.repository.findMatches(
      titles.map(({ id }) => id),
      query.needle,
    );
    const byChat = new Map(matches.map((match) => [match.chatId, match]));
    return titles.map((title) => toFoundChatResponse(title, query.needle, byChat.get(title.id)));
  }

  private async find(userId: string, filter: SearchFilter, needle: string, window: PageWindow): Promise<ChatTitle[]> {
    await this.index.updateFor(userId);
    const index = this.index.indexFor(needle);
    // Few characters are in most chats, and then their places are too many to be picked.
    const frequent = index === 'pairs' && (await this.repository.findInNewest(userId, filter, needle, window));
    if (frequent) return frequent;
    const ids = index && (await this.repository.findByIndex(userId, needle, index, MAX_PLACES));
    return ids
      ? this.repository.findAmong(userId, filter, ids, window)
      : this.repository.findByLooking(userId, filter, needle, window);
  }

  /** A name that no folder has finds nothing. */
  private async filterOf(userId: string, query: SearchQuery): Promise<SearchFilter> {
    const { needle: _, folderNames, ...filter } = query;
    const folderIds = folderNames.length > 0 ? await this.folders.idsNamed(userId, folderNames) : null;
    return { ...filter, folderIds };
  }
}
