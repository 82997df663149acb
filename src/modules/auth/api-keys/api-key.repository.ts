import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { nowSeconds } from '../../../common/util/time';
import { Database } from '../../../platform/database/database';
import { ApiKey } from './api-key.entity';

/** The columns that owners change. */
export type ApiKeyChange = Partial<Pick<ApiKey, 'name' | 'scopes' | 'requestsPerMinute' | 'expiresAt'>>;
type NewKey = Pick<ApiKey, 'id' | 'userId' | 'fingerprint' | 'hint'> & ApiKeyChange & { sealed?: string };

@Injectable()
export class ApiKeyRepository {
  constructor(private readonly database: Database) {}

  /** Replaces a key of the same id, including its last use. */
  async put(key: NewKey): Promise<void> {
    const fresh = { expiresAt: null, lastUsedAt: null, createdAt: nowSeconds(), ...key };
    await this.keys.upsert(fresh, ['id']);
  }

  find(id: string): Promise<ApiKey | null> {
    return this.keys.findOneBy({ id });
  }

  /** The default key first, then the oldest. */
  findAllOf(userId: string): Promise<ApiKey[]> {
    return this.keys.find({
      where: { userId },
      order: { sealed: { direction: 'ASC', nulls: 'LAST' }, createdAt: 'ASC', name: 'ASC' },
    });
  }

  findNamed(userId: string, id: string): Promise<ApiKey | null> {
    return this.keys.findOneBy({ userId, id, sealed: IsNull() });
  }

  countNamedOf(userId: string): Promise<number> {
    return this.keys.countBy({ userId, sealed: IsNull() });
  }

  /** False when the user has no such key. */
  async updateNamed(userId: string, id: string, change: ApiKeyChange): Promise<boolean> {
    const { affected } = await this.keys.update({ userId, id, sealed: IsNull() }, change);
    return affected === 1;
  }

  async setUsed(id: string): Promise<void> {
    await this.keys.update(id, { lastUsedAt: nowSeconds() });
  }

  /** False when the user has no such key. */
  async delete(userId: string, id: string): Promise<boolean> {
    const { affected } = await this.keys.delete({ userId, id });
    return affected === 1;
  }

  private get keys() {
    return this.database.repository(ApiKey);
  }
}
