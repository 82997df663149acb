import { Injectable } from '@nestjs/common';
import { pageWindow } from '../../../common/paging/page';
import { toManagedUserResponse, toUserInfoResponse, type UserInfoListResponse } from '../../users/users.dto';
import { UserDirectoryRepository, type DirectorySearch } from './user-directory.repository';
import type { UserDirectoryQuery, UserDirectoryResponse } from './user-directory.dto';

const PAGE_SIZE = 30;

/** Lists and searches accounts with their groups. */
@Injectable()
export class UserDirectoryService {
  constructor(private readonly directory: UserDirectoryRepository) {}

  async list(query: UserDirectoryQuery): Promise<UserDirectoryResponse> {
    const [users, total] = await this.directory.search(toSearch(query));
    const groupIds = await this.directory.groupIdsOf(users.map(({ id }) => id));
    return {
      users: users.map((user) => ({ ...toManagedUserResponse(user), group_ids: groupIds.get(user.id) ?? [] })),
      total,
    };
  }

  async search(query: UserDirectoryQuery): Promise<UserInfoListResponse> {
    const [users, total] = await this.directory.searchBriefs(toSearch(query));
    return { users: users.map(toUserInfoResponse), total };
  }
}

const toSearch = ({ query, order_by, direction, page }: UserDirectoryQuery): DirectorySearch => ({
  text: query,
  orderBy: order_by,
  isAscending: direction === 'asc',
  window: pageWindow(page ?? 1, PAGE_SIZE),
});
