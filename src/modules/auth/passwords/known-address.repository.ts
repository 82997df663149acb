import { Injectable } from '@nestjs/common';
import { nowSeconds } from '../../../common/util/time';
import { Database } from '../../../platform/database/database';
import { KnownAddress } from './known-address.entity';

/** Longer than usual sessions. */
const RETENTION_SECONDS = 90 * 86_400;

@Injectable()
export class KnownAddressRepository {
  constructor(private readonly database: Database) {}

  async isKnown(email: string, fingerprint: string): Promise<boolean> {
    const rows = await this.database.query(
      `SELECT 1 FROM known_address k JOIN "user" u ON u.id = k.user_id
       WHERE lower(u.email) = $1 AND k.fingerprint = $2 AND k.used_at > $3`,
      [email, fingerprint, nowSeconds() - RETENTION_SECONDS],
    );
    return rows.length > 0;
  }

  async save(userId: string, fingerprint: string): Promise<void> {
    const known = this.database.repository(KnownAddress);
    await known.upsert({ userId, fingerprint, usedAt: nowSeconds() }, ['userId', 'fingerprint']);
  }

  async deleteOld(): Promise<void> {
    const query = this.database.repository(KnownAddress).createQueryBuilder().delete();
    await query.where('used_at <= :limit', { limit: nowSeconds() - RETENTION_SECONDS }).execute();
  }
}
