import { Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import { escapeLike, type PageWindow } from '../../../common/paging/page';
import { Database } from '../../../platform/database/database';
import { User } from '../../users/user.entity';
import { BRIEF_COLUMNS, type UserBrief } from '../../users/users.types';

/** Filter and order of accounts. */
export interface DirectorySearch {
  /** Part of the name or the address. */
  text?: string;
  /** A name of `SORT_COLUMNS`, or `group_id:<id>` for members of that group first. */
  orderBy?: string;
  isAscending: boolean;
  window: PageWindow;
}

const SORT_COLUMNS = new Map([
  ['name', 'user.name'],
  ['email', 'user.email'],
  ['created_at', 'user.createdAt'],
  ['last_active_at', 'user.lastActiveAt'],
  ['updated_at', 'user.updatedAt'],
  ['role', 'user.role'],
]);
const GROUP_ORDER = 'group_id:';

/** Loads accounts together with their groups, with a constant number of queries. */
@Injectable()
export class UserDirectoryRepository {
  constructor(private readonly database: Database) {}

  /** One page, and the number of matches on all pages. */
  search(search: DirectorySearch): Promise<[User[], number]> {
    return this.page(this.database.repository(User).createQueryBuilder('user'), search);
  }

  /** As `search`, with the columns of the short form only. */
  searchBriefs(search: DirectorySearch): Promise<[UserBrief[], number]> {
    const query = this.database.repository(User).createQueryBuilder('user');
    return this.page(query.select(BRIEF_COLUMNS.map((column) => `user.${column}`)), search);
  }

  async groupIdsOf(userIds: readonly string[]): Promise<Map<string, string[]>> {
    const rows = await this.database.query<{ user_id: string; group_ids: string[] }>(
      `SELECT user_id, array_agg(group_id ORDER BY created_at, group_id) AS group_ids
       FROM group_member WHERE user_id = ANY($1) GROUP BY user_id`,
      [userIds],
    );
    return new Map(rows.map((row) => [row.user_id, row.group_ids]));
  }

  private page(
    query: SelectQueryBuilder<User>,
    { text, orderBy, isAscending, window }: DirectorySearch,
  ): Promise<[User[], number]> {
    if (text)
      query.where('(user.name ILIKE :pattern OR user.email ILIKE :pattern)', { pattern: `%${escapeLike(text)}%` });
    this.order(query, orderBy, isAscending ? 'ASC' : 'DESC');
    if (window.limit !== null) query.limit(window.limit).offset(window.offset);
    return query.getManyAndCount();
  }

  private order(query: SelectQueryBuilder<User>, orderBy: string | undefined, direction: 'ASC' | 'DESC'): void {
    const column = SORT_COLUMNS.get(orderBy ?? '');
    if (column) query.orderBy(column, direction);
    else if (orderBy?.startsWith(GROUP_ORDER)) orderByMembership(query, orderBy.slice(GROUP_ORDER.length), direction);
    else query.orderBy('user.createdAt', 'DESC');
    // Ids sort by time, so ties are broken by insertion.
    query.addOrderBy('user.id', direction);
  }
}

function orderByMembership(query: SelectQueryBuilder<User>, groupId: string, direction: 'ASC' | 'DESC'): void {
  const isMember = 'EXISTS (SELECT 1 FROM group_member m WHERE m.user_id = user.id AND m.group_id = :groupId)';
  query.addSelect(isMember, 'is_member').setParameter('groupId', groupId);
  query.orderBy('is_member', direction).addOrderBy('user.name');
}
