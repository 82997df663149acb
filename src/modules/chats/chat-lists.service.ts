import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { AccessProhibitedError, BadRequestError } from '../../common/errors/app-error';
import { pageWindow } from '../../common/paging/page';
import { ChatListsRepository, type OverviewFilter } from './chat-lists.repository';
import { tagIdOf } from './chat-tags.service';
import { toChatTitleResponse, type ChatOverviewQuery, type ChatTitleResponse, type ListChatsQuery } from './chats.dto';
import { ChatsSettings } from './chats.settings';

export const CHATS_PAGE_SIZE = 60;

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

/** Lists of chats by what their rows say; by their texts: `ChatSearchService`. */
@Injectable()
export class ChatListsService {
  constructor(
    private readonly lists: ChatListsRepository,
    private readonly settings: ChatsSettings,
  ) {}

  /** What the sidebar shows: neither archived, nor pinned, nor in a folder, unless asked for. Newest first. */
  async list(caller: Principal, query: ListChatsQuery): Promise<ChatTitleResponse[]> {
    const filter = { isWithPinned: query.include_pinned ?? false, isWithFoldered: query.include_folders ?? false };
    const titles = await this.lists.findSidebar(caller.id, filter, pageWindow(query.page, CHATS_PAGE_SIZE));
    return titles.map(toChatTitleResponse);
  }

  /** Pinned chats, those in folders too, but no archived ones. Newest first. */
  async listPinned(caller: Principal): Promise<ChatTitleResponse[]> {
    return (await this.lists.findPinned(caller.id)).map(toChatTitleResponse);
  }

  /** @throws BadRequestError for an order that does not exist. */
  listArchived(caller: Principal, query: ChatOverviewQuery): Promise<ChatTitleResponse[]> {
    return this.overview(caller.id, query, true);
  }

  /**
   * For administrators: all chats of somebody.
   * @throws AccessProhibitedError when they may not access chats, BadRequestError for an order that does not exist.
   */
  async listOfUser(userId: string, query: ChatOverviewQuery): Promise<ChatTitleResponse[]> {
    if (!this.settings.enable_admin_chat_access) throw new AccessProhibitedError();
    return this.overview(userId, query);
  }

  /** Chats with the tag of that name, archived ones too. */
  async listTagged(caller: Principal, tagName: string): Promise<ChatTitleResponse[]> {
    return (await this.lists.findTagged(caller.id, tagIdOf(tagName))).map(toChatTitleResponse);
  }

  private async overview(userId: string, query: ChatOverviewQuery, isArchived?: boolean): Promise<ChatTitleResponse[]> {
    const filter = { isArchived, title: query.query, ...orderOf(query) };
    const titles = await this.lists.findOverview(userId, filter, pageWindow(query.page ?? 1, CHATS_PAGE_SIZE));
    return titles.map(toChatTitleResponse);
  }
}

/** Column and direction say something only together. */
function orderOf({ order_by, direction }: ChatOverviewQuery): Order {
  if (!order_by || !direction) return NEWEST_FIRST;
  const order = { order: ORDERS.get(order_by), direction: DIRECTIONS.get(direction.toLowerCase()) };
  if (!order.order || !order.direction) throw new BadRequestError();
  return order as Order;
}
