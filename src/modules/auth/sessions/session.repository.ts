import { Injectable } from '@nestjs/common';
import type { KeyScope } from '../../../common/auth/key-scope';
import type { Role } from '../../../common/auth/principal';
import { batched } from '../../../common/util/batched';
import { nowSeconds } from '../../../common/util/time';
import { Database } from '../../../platform/database/database';
import { RevokedToken } from './revoked-token.entity';

/** The account of a credential, read together with it in one statement. */
export interface AccountRow {
  id: string;
  role: Role;
  name: string;
  email: string;
  token_version: number;
  kept_session: string | null;
  is_active: boolean;
  group_ids: string[];
}

/** Account columns are null when the account does not exist. */
export type TokenRow = (AccountRow | { id: null }) & { is_revoked: boolean };
export interface KeyRow extends AccountRow {
  key_id: string;
  expires_at: string | null;
  last_used_at: string | null;
  scopes: KeyScope[] | null;
  requests_per_minute: number | null;
}

const ACCOUNT = `
  u.id, u.role, u.name, u.email, u.token_version, u.kept_session, COALESCE(c.is_active, true) AS is_active,
  ARRAY(SELECT m.group_id FROM group_member m WHERE m.user_id = u.id) AS group_ids`;

interface TokenKey {
  userId: string;
  jti: string;
}

@Injectable()
export class SessionRepository {
  private readonly findTogether = batched((tokens: TokenKey[]) => this.findByTokens(tokens));

  constructor(private readonly database: Database) {}

  /** Lookups of concurrent requests are batched into one statement. */
  findByToken(userId: string, jti: string): Promise<TokenRow> {
    return this.findTogether({ userId, jti });
  }

  private findByTokens(tokens: readonly TokenKey[]): Promise<TokenRow[]> {
    return this.database.queryPrepared<TokenRow>(
      'session-by-token',
      `SELECT EXISTS (SELECT 1 FROM revoked_token r WHERE r.jti = asked.jti) AS is_revoked, ${ACCOUNT}
       FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (id, jti, n)
       LEFT JOIN "user" u ON u.id = asked.id
       LEFT JOIN credential c ON c.user_id = u.id
       ORDER BY asked.n`,
      [tokens.map(({ userId }) => userId), tokens.map(({ jti }) => jti)],
    );
  }

  async findByKey(fingerprint: string): Promise<KeyRow | null> {
    const [row] = await this.database.query<KeyRow>(
      `SELECT k.id AS key_id, k.expires_at, k.last_used_at, k.scopes, k.requests_per_minute, ${ACCOUNT}
       FROM api_key k
       JOIN "user" u ON u.id = k.user_id
       LEFT JOIN credential c ON c.user_id = u.id
       WHERE k.fingerprint = $1`,
      [fingerprint],
    );
    return row ?? null;
  }

  async revoke(jti: string, expiresAt: number | null): Promise<void> {
    const insert = this.database.repository(RevokedToken).createQueryBuilder().insert();
    await insert.values({ jti, expiresAt }).orIgnore().execute();
  }

  /** Expired tokens are refused by their expiry, so their rows are not needed. */
  async deleteExpired(): Promise<void> {
    const query = this.database.repository(RevokedToken).createQueryBuilder().delete();
    await query.where('expires_at < :now', { now: nowSeconds() }).execute();
  }
}
