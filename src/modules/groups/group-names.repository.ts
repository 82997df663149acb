import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database';

/** Advisory lock of those who make groups by name: names are not unique. */
const NAMES_LOCK = 0x6e616d65;

/** Groups by name, as other systems know them. */
@Injectable()
export class GroupNamesRepository {
  constructor(private readonly database: Database) {}

  /** The groups of the user, and those of these names. */
  findForSync(userId: string, names: readonly string[]): Promise<{ id: string; name: string; isMember: boolean }[]> {
    return this.database.query(
      `SELECT g.id, g.name, m.user_id IS NOT NULL AS "isMember"
       FROM "group" g LEFT JOIN group_member m ON m.group_id = g.id AND m.user_id = $1
       WHERE m.user_id IS NOT NULL OR g.name = ANY($2)
       ORDER BY g.id`,
      [userId, names],
    );
  }

  /** Those of the names that no group has. */
  async findMissing(names: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ name: string }>(
      `SELECT asked.name FROM unnest($1::text[]) AS asked (name)
       WHERE NOT EXISTS (SELECT 1 FROM "group" g WHERE g.name = asked.name)`,
      [names],
    );
    return rows.map(({ name }) => name);
  }

  /** Until the end of the transaction, nobody else makes groups that are missing. */
  async lock(): Promise<void> {
    await this.database.query('SELECT pg_advisory_xact_lock($1)', [NAMES_LOCK]);
  }
}
