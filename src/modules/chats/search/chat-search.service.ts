import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import { pageWindow, type PageWindow } from '../../../common/paging/page';
import { FoldersService } from '../../folders/folders.service';
import type { ChatTitle } from '../chat.entity';
import { CHATS_PAGE_SIZE } from '../chats.dto';
import { ChatSearchIndexService } from './chat-search-index.service';
import { toFoundChatResponse, type FoundChatResponse, type SearchChatsQuery } from './chat-search.dto';
import { ChatSearchRepository, type SearchFilter } from './chat-search.repository';
import { listMatch, type MessageMatch } from './list-match';
import { parseSearch, type SearchQuery } from './search-query';

/** Above this number of matches so many chats contain the text that scanning is faster than the index. */
const MAX_MATCHES = 2000;

/** Finds chats of a user by title, messages and filters. */
@Injectable()
export class ChatSearchService {
  constructor(
    private readonly repository: ChatSearchRepository,
    private readonly index: ChatSearchIndexService,
    private readonly folders: FoldersService,
  ) {}

  /** Newest first. `parseSearch` defines the syntax of the text. */
  async search(principal: Principal, { text, page }: SearchChatsQuery): Promise<FoundChatResponse[]> {
    const query = parseSearch(text);
    const filter = await this.filterOf(principal.id, query);
    const window = pageWindow(page ?? 1, CHATS_PAGE_SIZE);
    if (query.needle === '') {
      const titles = await this.repository.findFiltered(principal.id, filter, window);
      return titles.map((title) => toFoundChatResponse(title));
    }
    const titles = await this.find(principal.id, filter, query.needle, window);
    const matches = await this.matchesOf(titles, query.needle);
    return titles.map((title) => toFoundChatResponse(title, query.needle, matches.get(title.id)));
  }

  /** Where the chats contain the text besides their titles, by chat id. */
  private async matchesOf(titles: readonly ChatTitle[], needle: string): Promise<Map<string, MessageMatch>> {
    const ids = titles.map(({ id }) => id);
    const found = await this.repository.findMatches(ids, needle);
    const matches = new Map(found.map((match) => [match.chatId, match]));
    const others = ids.filter((id) => !matches.has(id));
    if (others.length === 0) return matches;
    for (const [id, copies] of await this.repository.findLists(others, needle)) {
      const match = listMatch(copies, needle);
      if (match) matches.set(id, { chatId: id, messageId: null, ...match });
    }
    return matches;
  }

  private async find(userId: string, filter: SearchFilter, needle: string, window: PageWindow): Promise<ChatTitle[]> {
    await this.index.updateFor(userId);
    const index = this.index.indexFor(needle);
    // Needles of one or two characters are usually in most chats.
    const frequent = index === 'pairs' && (await this.repository.findInNewest(userId, filter, needle, window));
    if (frequent) return frequent;
    const ids = index && (await this.repository.findByIndex(userId, needle, index, MAX_MATCHES));
    return ids
      ? this.repository.findAmong(userId, filter, ids, window)
      : this.repository.findByScan(userId, filter, needle, window);
  }

  /** An unknown folder name matches no chat. */
  private async filterOf(userId: string, query: SearchQuery): Promise<SearchFilter> {
    const { needle: _, folderNames, ...filter } = query;
    const folderIds = folderNames.length > 0 ? await this.folders.idsNamed(userId, folderNames) : null;
    return { ...filter, folderIds };
  }
}
