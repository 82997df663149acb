import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/transaction';
import { GroupNamesRepository } from './group-names.repository';
import { GroupsRepository } from './groups.repository';

/** How groups that do not exist are made. */
export interface GroupCreation {
  ownerId: string;
  description: string;
}

export interface GroupSync {
  /** The groups that the user is in, as another system names them. */
  names: readonly string[];
  /** Ids of groups that are neither joined nor left. */
  untouchedIds?: readonly string[];
  /** As `untouchedIds`, by name; such groups are not made either. */
  isUntouched?: (name: string) => boolean;
  /** Without it, names that no group has are ignored. */
  creation?: GroupCreation;
}

/** Memberships that follow another system. */
@Injectable()
export class GroupSyncService {
  constructor(
    private readonly names: GroupNamesRepository,
    private readonly groups: GroupsRepository,
    private readonly transaction: Transaction,
  ) {}

  /** Afterwards the user is in all groups of these names and in no other. */
  async sync(
    userId: string,
    { names, untouchedIds = [], isUntouched = () => false, creation }: GroupSync,
  ): Promise<void> {
    const wanted = [...new Set(names)].filter((name) => !isUntouched(name));
    await this.transaction.run(async () => {
      if (creation) await this.createMissing(wanted, creation);
      const known = await this.names.findForSync(userId, wanted);
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
    if ((await this.names.findMissing(names)).length === 0) return;
    await this.names.lock();
    for (const name of await this.names.findMissing(names))
      await this.groups.insert({ id: randomUUID(), userId, name, description, permissions: null, data: null });
  }
}
