import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Pool } from 'pg';
import {
  DataSource,
  QueryFailedError,
  type EntityManager,
  type EntityTarget,
  type ObjectLiteral,
  type Repository,
} from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';

interface Running {
  manager: EntityManager;
  afterCommit: (() => void)[];
}

/**
 * Base of all `*.repository.ts` files. Uses the connection of the running `Transaction.run()`, otherwise the pool; no
 * method takes a manager as a parameter.
 */
@Injectable()
export class Database {
  private readonly running = new AsyncLocalStorage<Running>();

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  get manager(): EntityManager {
    return this.running.getStore()?.manager ?? this.dataSource.manager;
  }

  repository<T extends ObjectLiteral>(entity: EntityTarget<T>): Repository<T> {
    return this.manager.getRepository(entity);
  }

  /** Rows of a parameterised statement (`$1`, `$2`, …). For UPDATE and DELETE without RETURNING use the query builder. */
  async query<T>(sql: string, parameters: unknown[] = []): Promise<T[]> {
    return this.manager.query<T[]>(sql, parameters);
  }

  /**
   * As `query`, for fixed statements of frequent requests: planned once per connection, and bypasses TypeORM.
   * @param name identifies the prepared statement; each SQL text needs its own name.
   */
  async queryPrepared<T>(name: string, sql: string, parameters: unknown[]): Promise<T[]> {
    if (this.running.getStore()) return this.query<T>(sql, parameters);
    void this.dataSource.logger.logQuery(sql, parameters);
    const { rows } = await this.pool.query({ name, text: sql, values: parameters });
    return rows as T[];
  }

  /** Use `Transaction` in services. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    if (this.running.getStore()) return work();
    const afterCommit: (() => void)[] = [];
    const result = await this.dataSource.transaction((manager) => this.running.run({ manager, afterCommit }, work));
    afterCommit.forEach((callback) => callback());
    return result;
  }

  private get pool(): Pool {
    return (this.dataSource.driver as PostgresDriver).master as Pool;
  }

  /** Runs `callback` after the commit of the running transaction, or now when there is none. */
  afterCommit(callback: () => void): void {
    const store = this.running.getStore();
    if (store) store.afterCommit.push(callback);
    else callback();
  }
}

/** True when `error` is the violation of a unique constraint or index (of that name, if given). */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (!(error instanceof QueryFailedError)) return false;
  const cause = error.driverError as { code?: string; constraint?: string };
  return cause.code === '23505' && (constraint === undefined || cause.constraint === constraint);
}
