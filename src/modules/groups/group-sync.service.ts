import { Injectable } from '@nestjs/common';
import { timeOrderedId } from '../../common/util/time-ordered-id';
import { Transaction } from '../../platform/database/transaction';
import { GroupsRepository } from './groups.repository';

/** How missing groups are created. */
export interface GroupCreation {
  ownerId: string;
  description: string;
}

export interface GroupSync {
  /** Names of the user's groups in the other system. */
  names: readonly string[];
  /** Ids of groups whose memberships are not changed. */
  untouchedIds?: readonly string[];
  /** As `untouchedIds`, by name; such groups are not created either. */
  isUntouched?: (name: string) => boolean;
  /** Without it, names without a group are ignored. */
  creation?: GroupCreation;
}

/** Synchronises memberships with another system. */
@Injectable()
export class GroupSyncService {
  constructor(
    private readonly groups: GroupsRepository,
    private readonly transaction: Transaction,
  ) {}

  /** Makes the user a member of the groups with these names and of no others. */
  async sync(
    userId: string,
    { names, untouchedIds = [], isUntouched = () => false, creation }: GroupSync,
  ): Promise<void> {
    const wanted = [...new Set(names)].filter((name) => !isUntouched(name));
    await this.transaction.run(async () => {
      if (creation) await this.createMissing(wanted, creation);
      const known = await this.groups.findForSync(userId, wanted);
      const touched = known.filter(({ id, name }) => !untouchedIds.includes(id) && !isUntouched(name));
      for (const { id, name, isMember } of touched) {
        const isWanted = wanted.includes(name);
        if (isWanted && !isMember) await this.groups.addMembers(id, [userId]);
        if (!isWanted && isMember) await this.groups.removeMembers(id, [userId]);
      }
    });
  }

  private async createMissing(
    names: readonly string[],
    { ownerId: userId, description }: GroupCreation,
  ): Promise<void> {
    if ((await this.groups.findMissing(names)).length === 0) return;
    await this.groups.lockNames();
    for (const name of await this.groups.findMissing(names))
      await this.groups.insert({ id: timeOrderedId(), userId, name, description, permissions: null, data: null });
  }
}
