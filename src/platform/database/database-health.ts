import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Database } from './database';

/** Health checks: the database responds, and has the tables of this version. */
@Injectable()
export class DatabaseHealth {
  constructor(
    private readonly database: Database,
    private readonly dataSource: DataSource,
  ) {}

  async ping(): Promise<boolean> {
    await this.database.query('SELECT 1');
    return true;
  }

  async isMigrated(): Promise<boolean> {
    const [row] = await this.database.query<{ done: number }>('SELECT count(*)::int AS done FROM migrations');
    return (row?.done ?? 0) >= this.dataSource.migrations.length;
  }
}
