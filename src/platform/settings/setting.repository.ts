import { Injectable } from '@nestjs/common';
import { nowSeconds } from '../../common/util/time';
import { Database } from '../database/database';
import { Setting } from './setting.entity';

@Injectable()
export class SettingRepository {
  constructor(private readonly database: Database) {}

  findAll(): Promise<Setting[]> {
    return this.database.repository(Setting).find();
  }

  findSection(section: string): Promise<Setting[]> {
    return this.database.repository(Setting).findBy({ section });
  }

  /** Serialised here, so that `null` is stored as JSON null instead of SQL NULL. */
  async put(section: string, key: string, value: unknown): Promise<void> {
    await this.database.query(
      `INSERT INTO setting (section, key, value, updated_at) VALUES ($1, $2, $3::jsonb, $4)
       ON CONFLICT (section, key) DO UPDATE SET value = EXCLUDED.value, updated_at = EXCLUDED.updated_at`,
      [section, key, JSON.stringify(value ?? null), nowSeconds()],
    );
  }

  async delete(section: string, key: string): Promise<void> {
    await this.database.repository(Setting).delete({ section, key });
  }

  async deleteAll(): Promise<void> {
    await this.database.repository(Setting).clear();
  }
}
