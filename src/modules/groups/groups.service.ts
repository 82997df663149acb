import { Injectable } from '@nestjs/common';
import { isAdmin, type Principal } from '../../common/auth/principal';
import { BadRequestError, RowNotFoundError } from '../../common/errors/app-error';
import { errorDetail } from '../../common/errors/details';
import { timeOrderedId } from '../../common/util/time-ordered-id';
import { Transaction } from '../../platform/database/transaction';
import { AccessService } from '../access/access.service';
import { UsersService } from '../users/users.service';
import { toUserInfoResponse, type UserInfoResponse } from '../users/users.dto';
import { GroupsRepository } from './groups.repository';
import {
  isShareable,
  toGroupResponse,
  toGroupWithCountResponse,
  type GroupExportResponse,
  type GroupRequest,
  type GroupResponse,
  type GroupWithCountResponse,
} from './groups.dto';

@Injectable()
export class GroupsService {
  constructor(
    private readonly groups: GroupsRepository,
    private readonly users: UsersService,
    private readonly access: AccessService,
    private readonly transaction: Transaction,
  ) {}

  /** Administrators see all groups, others their own. */
  async list(principal: Principal, share: boolean | undefined): Promise<GroupWithCountResponse[]> {
    const groups = await this.groups.findCounted(isAdmin(principal) ? {} : { memberId: principal.id });
    const wanted = share === undefined ? groups : groups.filter((group) => isShareable(group) === share);
    return wanted.map(toGroupWithCountResponse);
  }

  async listOf(userId: string): Promise<GroupResponse[]> {
    return (await this.groups.findCounted({ memberId: userId })).map(toGroupResponse);
  }

  /** @throws RowNotFoundError */
  async get(id: string): Promise<GroupWithCountResponse> {
    const group = await this.groups.findWithCount(id);
    if (!group) throw new RowNotFoundError();
    return toGroupWithCountResponse(group);
  }

  async export(id: string): Promise<GroupExportResponse> {
    return { ...(await this.get(id)), user_ids: await this.groups.memberIds(id) };
  }

  async create({ id: userId }: Principal, request: GroupRequest): Promise<GroupWithCountResponse> {
    const id = timeOrderedId();
    const { name, description, permissions = null, data = null } = request;
    await this.groups.insert({ id, userId, name, description, permissions, data });
    return this.get(id);
  }

  /** Null and absent objects are unchanged. */
  async update(id: string, request: GroupRequest): Promise<GroupWithCountResponse> {
    const { name, description, permissions, data } = request;
    const change = { name, description, permissions: permissions ?? undefined, data: data ?? undefined };
    if (!(await this.groups.update(id, change))) throw new BadRequestError(errorDetail('Error updating group'));
    return this.get(id);
  }

  /** Idempotent: also true for an unknown id. */
  async delete(id: string): Promise<boolean> {
    await this.transaction.run(async () => {
      await this.access.removePrincipal('group', id);
      await this.groups.delete(id);
    });
    return true;
  }

  async listMembers(id: string): Promise<UserInfoResponse[]> {
    const members = await this.users.listByIds(await this.groups.memberIds(id));
    return members.map(toUserInfoResponse);
  }

  /** Skips unknown users and existing members. */
  async addMembers(id: string, userIds: readonly string[]): Promise<GroupWithCountResponse> {
    return this.transaction.run(async () => {
      if (!(await this.groups.update(id, {}))) throw new BadRequestError(errorDetail('Error adding users to group'));
      await this.groups.addMembers(id, userIds);
      return this.get(id);
    });
  }

  async removeMembers(id: string, userIds: readonly string[]): Promise<GroupWithCountResponse> {
    return this.transaction.run(async () => {
      if (!(await this.groups.findWithCount(id)))
        throw new BadRequestError(errorDetail('Error removing users from group'));
      if (userIds.length > 0) {
        await this.groups.update(id, {});
        await this.groups.removeMembers(id, userIds);
      }
      return this.get(id);
    });
  }

  /** Call it before the account is deleted, so that its groups are marked as changed. */
  async leaveAll(userId: string): Promise<void> {
    await this.groups.deleteMemberships(userId);
  }

  /** A new account joins the default group; a group that does not exist is ignored. */
  async join(id: string, userId: string): Promise<void> {
    if (id !== '' && (await this.groups.update(id, {}))) await this.groups.addMembers(id, [userId]);
  }
}
