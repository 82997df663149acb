import { Injectable } from '@nestjs/common';
import { In, type EntityTarget, type FindOptionsWhere, type ObjectLiteral, type SelectQueryBuilder } from 'typeorm';
import { RowNotFoundError } from '../../common/errors/app-error';
import { Database } from '../../platform/database/database';
import { AccessGrant, type Permission } from './access-grant.entity';
import { AccessService } from './access.service';
import type { AccessPrincipal } from './access.types';

/** A table whose rows have an owner and grants. */
export interface Shareable<E> {
  /** Value of `access_grant.resource_type`; also the alias of the table in `visibleTo()`. */
  type: string;
  entity: EntityTarget<E>;
  id: keyof E & string;
  owner: keyof E & string;
  /** The order of lists. `tie` increases with insertion: a time-ordered id, or a sequence. */
  order: { column: keyof E & string; direction: 'ASC' | 'DESC'; tie: keyof E & string };
}

/**
 * The only way to load shareable rows: loading is authorizing. A subclass names its table in `resource` and starts its
 * queries from `visibleTo()`. Visible are rows that the principal owns, rows granted to the principal, to one of its
 * groups or to the public, and for administrators all (`BYPASS_ADMIN_ACCESS_CONTROL`). A write grant does not include
 * reading.
 */
@Injectable()
export abstract class ShareableRepository<E extends ObjectLiteral> {
  abstract readonly resource: Shareable<E>;

  constructor(
    protected readonly database: Database,
    private readonly access: AccessService,
  ) {}

  /** @throws RowNotFoundError also for a row without access. */
  async getFor(principal: AccessPrincipal, level: Permission, id: string): Promise<E> {
    const row = await this.findFor(principal, level, id);
    if (!row) throw new RowNotFoundError();
    return row;
  }

  findFor(principal: AccessPrincipal, level: Permission, id: string): Promise<E | null> {
    const { type, id: key } = this.resource;
    return this.visibleTo(principal, level).andWhere(`${type}.${key} = :id`, { id }).getOne();
  }

  /** In the order of the resource. */
  findAllFor(principal: AccessPrincipal, level: Permission): Promise<E[]> {
    return this.ordered(this.visibleTo(principal, level)).getMany();
  }

  /** For routes whose contract distinguishes a forbidden row from an unknown one. */
  exists(id: string): Promise<boolean> {
    const { type, id: key } = this.resource;
    return this.table.createQueryBuilder(type).where(`${type}.${key} = :id`, { id }).getExists();
  }

  /** True for principals who control the sharing of a row: its owner, and administrators not restricted by grants. */
  isOwnedBy(principal: AccessPrincipal, row: E): boolean {
    return row[this.resource.owner] === principal.id || this.access.isUnbound(principal);
  }

  async findOwnedIds(ownerId: string): Promise<string[]> {
    const { type, id, owner } = this.resource;
    const query = this.table.createQueryBuilder(type).select(`${type}.${id}`, 'id');
    const rows = await query.where(`${type}.${owner} = :ownerId`, { ownerId }).getRawMany<{ id: string }>();
    return rows.map((row) => row.id);
  }

  async insert(...rows: E[]): Promise<void> {
    await this.table.insert(rows);
  }

  /** @returns false for an unknown row. */
  async update(id: string, change: Partial<E>): Promise<boolean> {
    const { affected } = await this.table.update(this.keys([id]), change);
    return affected === 1;
  }

  async assign(ids: readonly string[], ownerId: string): Promise<void> {
    if (ids.length > 0) await this.table.update(this.keys(ids), { [this.resource.owner]: ownerId } as object);
  }

  async delete(...ids: string[]): Promise<void> {
    if (ids.length > 0) await this.table.delete(this.keys(ids));
  }

  /**
   * A query of the rows that the principal may read or write; with `alsoPublic` also of public ones. It restricts by a
   * join, which `where()` cannot undo. Parameter names with the prefix `access` are reserved.
   */
  protected visibleTo(
    principal: AccessPrincipal,
    level: Permission,
    { alsoPublic = false } = {},
  ): SelectQueryBuilder<E> {
    const { type, id } = this.resource;
    const rows = this.table.createQueryBuilder(type);
    if (this.access.isUnbound(principal)) return rows;
    const visible = `(${this.ownedIds(rows)} UNION ${this.grantedIds(rows)})`;
    return rows
      .innerJoin(visible, 'visible', `visible.id = ${type}.${id}`)
      .setParameters({ accessTo: type, accessLevel: level, accessId: principal.id, accessGroups: principal.groupIds })
      .setParameter('accessPublic', alsoPublic ? 'read' : level);
  }

  protected ordered(rows: SelectQueryBuilder<E>): SelectQueryBuilder<E> {
    const { type, order } = this.resource;
    return rows.orderBy(`${type}.${order.column}`, order.direction).addOrderBy(`${type}.${order.tie}`, order.direction);
  }

  protected get table() {
    return this.database.repository(this.resource.entity);
  }

  private keys(ids: readonly string[]): FindOptionsWhere<E> {
    return { [this.resource.id]: In([...ids]) } as FindOptionsWhere<E>;
  }

  /** Needs an index on the owner column. */
  private ownedIds(rows: SelectQueryBuilder<E>): string {
    const { entity, id, owner } = this.resource;
    const owned = rows.subQuery().select(`owned.${id}`, 'id').from(entity, 'owned');
    return owned.where(`owned.${owner} = :accessId`).getQuery();
  }

  private grantedIds(rows: SelectQueryBuilder<E>): string {
    const granted = rows.subQuery().select('granted.resourceId', 'id').from(AccessGrant, 'granted');
    return granted
      .where('granted.resourceType = :accessTo')
      .andWhere(
        `(granted.principalType = 'public' AND granted.principalId = '*' AND granted.permission = :accessPublic
          OR granted.permission = :accessLevel AND (granted.principalType = 'user' AND granted.principalId = :accessId
          OR granted.principalType = 'group' AND granted.principalId = ANY(:accessGroups)))`,
      )
      .getQuery();
  }
}
