import { Injectable } from '@nestjs/common';
import { In, type ObjectLiteral, type QueryDeepPartialEntity, type SelectQueryBuilder } from 'typeorm';
import { RowNotFoundError } from '../../common/errors/app-error';
import { nowSeconds } from '../../common/util/time';
import { Database } from '../../platform/database/database';
import { ClusterBus, OnAnnouncement, OnReconnect } from '../../platform/events/cluster-bus';
import { StoredFunction, type FunctionType } from './function.entity';
import type { ActiveFunction, FunctionOverview } from './functions.types';

const CHANGED = 'functions:changed';

const OVERVIEW = [
  ...(['id', 'userId', 'name', 'type', 'meta', 'definition'] as const),
  ...(['version', 'isActive', 'isGlobal', 'createdAt', 'updatedAt'] as const),
];

/** The columns that updates change. */
export type FunctionChange = Partial<
  Pick<StoredFunction, 'name' | 'type' | 'content' | 'meta' | 'definition' | 'valves'>
>;

/** TypeORM's own type does not accept free-form JSON columns. */
type Columns = QueryDeepPartialEntity<StoredFunction>;

@Injectable()
export class FunctionsRepository {
  private active: Promise<readonly ActiveFunction[]> | undefined;

  constructor(
    private readonly database: Database,
    private readonly cluster: ClusterBus,
  ) {}

  find(id: string): Promise<StoredFunction | null> {
    return this.table.findOneBy({ id });
  }

  /** @throws RowNotFoundError */
  async get(id: string): Promise<StoredFunction> {
    const row = await this.find(id);
    if (!row) throw new RowNotFoundError();
    return row;
  }

  exists(id: string): Promise<boolean> {
    return this.table.existsBy({ id });
  }

  /** All functions without their sources, newest change first. */
  findOverviews(): Promise<FunctionOverview[]> {
    return newestFirst(this.select(OVERVIEW)).getMany();
  }

  /** All functions, newest change first. */
  findAll(): Promise<StoredFunction[]> {
    return newestFirst(this.table.createQueryBuilder('function')).getMany();
  }

  /**
   * Active functions of these types without their sources, in the order of their ids. In memory: every completion and
   * every model list reads them. A change is visible at once on the node that made it, and on others when its
   * announcement arrives. Callers must not modify the rows.
   */
  async findActive(types: readonly FunctionType[]): Promise<ActiveFunction[]> {
    const active = await (this.active ??= this.loadActive());
    return active.filter(({ type }) => types.includes(type));
  }

  @OnAnnouncement(CHANGED)
  onChange(): void {
    this.forget();
  }

  @OnReconnect()
  onReconnect(): void {
    this.forget();
  }

  /** The active ones of these functions. */
  findActiveByIds(ids: readonly string[]): Promise<StoredFunction[]> {
    return this.table.findBy({ id: In([...ids]), isActive: true });
  }

  async insert(row: StoredFunction): Promise<void> {
    await this.table.insert(row as Columns);
    await this.changed();
  }

  /** @returns the changed row; null for an unknown id. */
  update(id: string, change: FunctionChange): Promise<StoredFunction | null> {
    return this.change(id, { ...(change as Columns), version: () => 'version + 1' });
  }

  /** Flips a switch. @returns the changed row; null for an unknown id. */
  toggle(id: string, column: 'isActive' | 'isGlobal'): Promise<StoredFunction | null> {
    const flipped = { isActive: { isActive: () => 'NOT is_active' }, isGlobal: { isGlobal: () => 'NOT is_global' } };
    return this.change(id, flipped[column]);
  }

  /** False when it was not active, or has changed since the given version. */
  async deactivate(id: string, version?: number): Promise<boolean> {
    const where = { id, isActive: true, ...(version !== undefined && { version }) };
    const { affected } = await this.table.update(where, { isActive: false });
    await this.changed();
    return affected === 1;
  }

  /**
   * Makes these rows the only ones; call it in a transaction. The table lock makes other writers wait, since concurrent
   * replacements would lock rows in different orders. Reads go on. @returns the ids of the deleted rows.
   */
  async replaceAll(rows: readonly StoredFunction[]): Promise<string[]> {
    await this.database.query('LOCK TABLE "function" IN SHARE ROW EXCLUSIVE MODE');
    const known = await this.select(['id', 'version']).getMany();
    const versions = new Map(known.map(({ id, version }) => [id, version]));
    const next = rows.map((row) => ({ ...row, version: (versions.get(row.id) ?? 0) + 1 }));
    if (next.length > 0) await this.table.upsert(next as Columns[], ['id']);
    const ids = rows.map(({ id }) => id);
    return this.deleteWhere('NOT id = ANY(:ids)', { ids });
  }

  /** False for an unknown id. */
  async delete(id: string): Promise<boolean> {
    return (await this.deleteWhere('id = :id', { id })).length > 0;
  }

  async assign(ownerId: string, heirId: string): Promise<void> {
    await this.table.update({ userId: ownerId }, { userId: heirId });
  }

  private async change(id: string, change: Columns): Promise<StoredFunction | null> {
    const { affected } = await this.table.update({ id }, { ...change, updatedAt: nowSeconds() });
    await this.changed();
    return affected === 1 ? this.find(id) : null;
  }

  private async deleteWhere(condition: string, parameters: ObjectLiteral): Promise<string[]> {
    const deletion = this.table.createQueryBuilder().delete().where(condition, parameters).returning('id');
    const deleted = (await deletion.execute()).raw as { id: string }[];
    await this.changed();
    return deleted.map(({ id }) => id);
  }

  private async changed(): Promise<void> {
    this.database.afterCommit(() => this.forget());
    await this.cluster.publish(CHANGED, null);
  }

  /** `stale`: only if that is what is stored. */
  private forget(stale = this.active): void {
    if (this.active === stale) this.active = undefined;
  }

  /** A failed query is repeated by the next read. */
  private loadActive(): Promise<ActiveFunction[]> {
    const rows = this.select([...OVERVIEW, 'valves'])
      .where('function.isActive')
      .orderBy('function.id');
    const active: Promise<ActiveFunction[]> = rows.getMany();
    active.catch(() => this.forget(active));
    return active;
  }

  private select(columns: readonly (keyof StoredFunction)[]): SelectQueryBuilder<StoredFunction> {
    return this.table.createQueryBuilder('function').select(columns.map((column) => `function.${column}`));
  }

  private get table() {
    return this.database.repository(StoredFunction);
  }
}

const newestFirst = (rows: SelectQueryBuilder<StoredFunction>): SelectQueryBuilder<StoredFunction> =>
  rows.orderBy('function.updatedAt', 'DESC').addOrderBy('function.seq', 'DESC');
