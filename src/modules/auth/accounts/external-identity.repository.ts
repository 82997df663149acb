import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';

/** The identity of a user in another system. */
export interface ExternalIdentity {
  /** `google`, `ldap`, … */
  provider: string;
  /** Never empty; compared exactly. */
  subject: string;
}

/** Links between accounts and identities of other systems: `user.oauth`, `{<provider>: {sub}}`. */
@Injectable()
export class ExternalIdentityRepository {
  constructor(private readonly database: Database) {}

  async findUserId({ provider, subject }: ExternalIdentity): Promise<string | null> {
    const [row] = await this.database.query<{ id: string }>(
      `SELECT id FROM "user" WHERE oauth @> jsonb_build_object($1::text, jsonb_build_object('sub', $2::text))`,
      [provider, subject],
    );
    return row?.id ?? null;
  }

  /** Serialises concurrent first sign-ins of the identity until the end of the transaction. */
  async lock({ provider, subject }: ExternalIdentity): Promise<void> {
    await this.database.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`${provider}:${subject}`]);
  }

  /** Changes the subject of a linked identity. @returns the account; null when the old subject is not linked. */
  async relink({ provider, subject }: ExternalIdentity, newSubject: string): Promise<string | null> {
    const [row] = await this.database.query<{ id: string }>(
      `WITH relinked AS (
         UPDATE "user"
         SET oauth = oauth || jsonb_build_object($1::text, jsonb_build_object('sub', $3::text))
         WHERE oauth @> jsonb_build_object($1::text, jsonb_build_object('sub', $2::text))
         RETURNING id)
       SELECT id FROM relinked`,
      [provider, subject, newSubject],
    );
    return row?.id ?? null;
  }

  /** @returns false when the account is linked to another subject of the provider. */
  async link(userId: string, { provider, subject }: ExternalIdentity): Promise<boolean> {
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
