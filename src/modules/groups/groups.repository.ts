import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { JsonObject } from '../../common/util/json';
import { nowSeconds } from '../../common/util/time';
import { Database } from '../../platform/database/database';
import { Group, GroupMember } from './group.entity';
import type { CountedGroup } from './groups.dto';

type GroupChange = Partial<Pick<Group, 'name' | 'description' | 'permissions' | 'data'>>;

/** Advisory lock of transactions that create groups by name: names are not unique. */
const NAMES_LOCK = 0x6e616d65;

@Injectable()
export class GroupsRepository {
  constructor(private readonly database: Database) {}

  /** Most recently changed first; all groups, or those of the member `memberId`. */
  async findCounted({ memberId, ids }: { memberId?: string; ids?: string[] } = {}): Promise<CountedGroup[]> {
    const query = this.database.repository(Group).createQueryBuilder('group');
    query.orderBy('group.updatedAt', 'DESC').addOrderBy('group.id', 'DESC');
    if (ids) query.andWhere({ id: In(ids) });
    if (memberId)
      query.andWhere('EXISTS (SELECT 1 FROM group_member m WHERE m.group_id = group.id AND m.user_id = :memberId)', {
        memberId,
      });
    const groups = await query.getMany();
    const counts = await this.countMembers(groups.map(({ id }) => id));
    return groups.map((group) => Object.assign(group, { memberCount: counts.get(group.id) ?? 0 }));
  }

  async findWithCount(id: string): Promise<CountedGroup | null> {
    return (await this.findCounted({ ids: [id] }))[0] ?? null;
  }

  /** The permission overlays of these groups; groups without one are skipped. */
  async findPermissions(ids: readonly string[]): Promise<JsonObject[]> {
    const rows = await this.database.query<{ permissions: JsonObject }>(
      'SELECT permissions FROM "group" WHERE id = ANY($1) AND permissions IS NOT NULL',
      [ids],
    );
    return rows.map(({ permissions }) => permissions);
  }

  async findPermissionsOfUser(userId: string): Promise<JsonObject[]> {
    const rows = await this.database.query<{ permissions: JsonObject }>(
      `SELECT g.permissions FROM "group" g JOIN group_member m ON m.group_id = g.id
       WHERE m.user_id = $1 AND g.permissions IS NOT NULL`,
      [userId],
    );
    return rows.map(({ permissions }) => permissions);
  }

  async memberIds(id: string): Promise<string[]> {
    const members = await this.database
      .repository(GroupMember)
      .find({ where: { groupId: id }, order: { createdAt: 'ASC', userId: 'ASC' } });
    return members.map(({ userId }) => userId);
  }

  async insert(group: Omit<Group, 'meta' | 'createdAt' | 'updatedAt'>): Promise<void> {
    const now = nowSeconds();
    await this.database.repository(Group).insert({ ...group, meta: null, createdAt: now, updatedAt: now } as object);
  }

  /** @returns false for an unknown group. */
  async update(id: string, change: GroupChange): Promise<boolean> {
    const values = { ...change, updatedAt: nowSeconds() } as object;
    const { affected } = await this.database.repository(Group).update(id, values);
    return affected === 1;
  }

  async delete(id: string): Promise<void> {
    await this.database.repository(Group).delete(id);
  }

  /** Skips unknown users and existing members. */
  async addMembers(id: string, userIds: readonly string[]): Promise<void> {
    await this.database.query(
      `INSERT INTO group_member (group_id, user_id, created_at)
       SELECT $1, u.id, $3 FROM "user" u WHERE u.id = ANY($2) ON CONFLICT DO NOTHING`,
      [id, userIds, nowSeconds()],
    );
  }

  async removeMembers(id: string, userIds: readonly string[]): Promise<void> {
    await this.database.repository(GroupMember).delete({ groupId: id, userId: In([...userIds]) });
  }

  /** Also sets `updated_at` of the groups. */
  async deleteMemberships(userId: string): Promise<void> {
    await this.database.query(
      `WITH deleted AS (DELETE FROM group_member WHERE user_id = $1 RETURNING group_id)
       UPDATE "group" SET updated_at = $2 WHERE id IN (SELECT group_id FROM deleted)`,
      [userId, nowSeconds()],
    );
  }

  /** The groups of the user and the groups with these names. */
  findForSync(userId: string, names: readonly string[]): Promise<{ id: string; name: string; isMember: boolean }[]> {
    return this.database.query(
      `SELECT g.id, g.name, m.user_id IS NOT NULL AS "isMember"
       FROM "group" g LEFT JOIN group_member m ON m.group_id = g.id AND m.user_id = $1
       WHERE m.user_id IS NOT NULL OR g.name = ANY($2)
       ORDER BY g.id`,
      [userId, names],
    );
  }

  /** The names without a group. */
  async findMissing(names: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ name: string }>(
      `SELECT wanted.name FROM unnest($1::text[]) AS wanted (name)
       WHERE NOT EXISTS (SELECT 1 FROM "group" g WHERE g.name = wanted.name)`,
      [names],
    );
    return rows.map(({ name }) => name);
  }

  /** Serialises transactions that create groups by name. */
  async lockNames(): Promise<void> {
    await this.database.query('SELECT pg_advisory_xact_lock($1)', [NAMES_LOCK]);
  }

  private async countMembers(ids: string[]): Promise<Map<string, number>> {
    if (ids.length === 0) return new Map();
    const rows = await this.database.query<{ id: string; count: number }>(
      'SELECT group_id AS id, count(*)::int AS count FROM group_member WHERE group_id = ANY($1) GROUP BY group_id',
      [ids],
    );
    return new Map(rows.map(({ id, count }) => [id, count]));
  }
}
