import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import { AccessProhibitedError, BadRequestError } from '../../../common/errors/app-error';
import { pageWindow } from '../../../common/paging/page';
import {
  CHATS_PAGE_SIZE,
  toChatTitleResponse,
  toFolderChatResponse,
  type ChatOverviewQuery,
  type ChatTitleResponse,
  type FolderChatResponse,
  type ListChatsQuery,
} from '../chats.dto';
import { ChatsSettings } from '../chats.settings';
import { tagIdOf } from '../tags/chat-tags.service';
import { ChatListsRepository, type OverviewFilter } from './chat-lists.repository';

const FOLDER_PAGE_SIZE = 10;

type Order = Pick<OverviewFilter, 'order' | 'direction'>;

const ORDERS = new Map<string, OverviewFilter['order']>([
  ['title', 'title'],
  ['created_at', 'createdAt'],
  ['updated_at', 'updatedAt'],
]);
const DIRECTIONS = new Map<string, OverviewFilter['direction']>([
  ['asc', 'ASC'],
  ['desc', 'DESC'],
]);
const NEWEST_FIRST: Order = { order: 'updatedAt', direction: 'DESC' };

/** Lists chats by their columns; `ChatSearchService` finds them by text. */
@Injectable()
export class ChatListsService {
  constructor(
    private readonly lists: ChatListsRepository,
    private readonly settings: ChatsSettings,
  ) {}

  /** The sidebar: chats that are not archived nor, unless requested, pinned or in a folder. Newest first. */
  async list(principal: Principal, query: ListChatsQuery): Promise<ChatTitleResponse[]> {
    const filter = { isWithPinned: query.include_pinned ?? false, isWithFoldered: query.include_folders ?? false };
    const titles = await this.lists.findSidebar(principal.id, filter, pageWindow(query.page, CHATS_PAGE_SIZE));
    return titles.map(toChatTitleResponse);
  }

  /** Pinned chats, in folders or not, without archived ones. Newest first. */
  async listPinned(principal: Principal): Promise<ChatTitleResponse[]> {
    return (await this.lists.findPinned(principal.id)).map(toChatTitleResponse);
  }

  /** Chats directly in a folder, newest first; empty for another user's folder. */
  async listFolder(principal: Principal, folderId: string, page = 1): Promise<FolderChatResponse[]> {
    const window = pageWindow(page, FOLDER_PAGE_SIZE);
    return (await this.lists.findInFolder(principal.id, folderId, window)).map(toFolderChatResponse);
  }

  /** @throws BadRequestError for an unknown order. */
  listArchived(principal: Principal, query: ChatOverviewQuery): Promise<ChatTitleResponse[]> {
    return this.overview(principal.id, query, true);
  }

  /**
   * All chats of a user, for administrators.
   * @throws AccessProhibitedError when administrators may not access chats; BadRequestError for an unknown order.
   */
  async listOfUser(userId: string, query: ChatOverviewQuery): Promise<ChatTitleResponse[]> {
    if (!this.settings.enable_admin_chat_access) throw new AccessProhibitedError();
    return this.overview(userId, query);
  }

  /** Chats with the tag of that name, archived ones included. Newest first. */
  async listTagged(principal: Principal, tagName: string): Promise<ChatTitleResponse[]> {
    return (await this.lists.findTagged(principal.id, tagIdOf(tagName))).map(toChatTitleResponse);
  }

  private async overview(userId: string, query: ChatOverviewQuery, isArchived?: boolean): Promise<ChatTitleResponse[]> {
    const filter = { isArchived, title: query.query, ...orderOf(query) };
    const titles = await this.lists.findOverview(userId, filter, pageWindow(query.page ?? 1, CHATS_PAGE_SIZE));
    return titles.map(toChatTitleResponse);
  }
}

/** Column and direction apply only together. */
function orderOf({ order_by, direction }: ChatOverviewQuery): Order {
  if (!order_by || !direction) return NEWEST_FIRST;
  const order = { order: ORDERS.get(order_by), direction: DIRECTIONS.get(direction.toLowerCase()) };
  if (!order.order || !order.direction) throw new BadRequestError();
  return order as Order;
}
