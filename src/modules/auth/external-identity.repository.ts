import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database';

/** Who somebody is in another system. */
export interface ExternalKey {
  /** `google`, `ldap`, … */
  provider: string;
  /** Never empty; compared exactly. */
  subject: string;
}

/** Accounts by what other systems call them: `user.oauth`, `{<provider>: {sub}}`. */
@Injectable()
export class ExternalIdentityRepository {
  constructor(private readonly database: Database) {}

  async findUserId({ provider, subject }: ExternalKey): Promise<string | null> {
    const [row] = await this.database.query<{ id: string }>(
      `SELECT id FROM "user" WHERE oauth @> jsonb_build_object($1::text, jsonb_build_object('sub', $2::text))`,
      [provider, subject],
    );
    return row?.id ?? null;
  }

  /** Until the end of the transaction, nobody else decides whose the identity is. */
  async lock({ provider, subject }: ExternalKey): Promise<void> {
    await this.database.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`${provider}:${subject}`]);
  }

  /** @returns false when the account belongs to another subject of the provider. */
  async link(userId: string, { provider, subject }: ExternalKey): Promise<boolean> {
    const rows = await this.database.query(
      `WITH linked AS (
         UPDATE "user"
         SET oauth = COALESCE(oauth, '{}') || jsonb_build_object($2::text, jsonb_build_object('sub', $3::text))
         WHERE id = $1 AND COALESCE(oauth -> $2::text ->> 'sub', $3::text) = $3::text
         RETURNING id)
       SELECT id FROM linked`,
      [userId, provider, subject],
    );
    return rows.length === 1;
  }
}
