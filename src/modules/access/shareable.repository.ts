import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  In,
  type EntityTarget,
  type ObjectLiteral,
  type QueryDeepPartialEntity,
  type SelectQueryBuilder,
} from 'typeorm';
import { RowNotFoundError } from '../../common/errors/app-error';
import { Database } from '../../platform/database/database';
import { AccessGrant, type Permission } from './access-grant.entity';
import { AccessService } from './access.service';
import type { Caller, OwnedRows } from './access.types';

/** A table whose rows have an owner and grants. */
export interface Shareable<E> {
  /** In `access_grant.resource_type`; also the alias of the table in `visibleTo()`. */
  type: string;
  entity: EntityTarget<E>;
  id: keyof E & string;
  owner: keyof E & string;
}

/**
 * The only way to shareable rows: loading is authorizing. A subclass names its table in `resource` and starts its
 * queries from `visibleTo()`. Visible are the rows that the caller owns, those granted to him, to one of his groups
 * or to the public, and for administrators all (`BYPASS_ADMIN_ACCESS_CONTROL`). A write grant is no read grant.
 */
@Injectable()
export abstract class ShareableRepository<E extends ObjectLiteral> implements OnModuleInit, OwnedRows {
  protected abstract readonly resource: Shareable<E>;

  constructor(
    protected readonly database: Database,
    private readonly access: AccessService,
  ) {}

  onModuleInit(): void {
    this.access.addKind(this);
  }

  /** @throws RowNotFoundError also when the row exists and the caller may not have it. */
  async getFor(caller: Caller, level: Permission, id: string): Promise<E> {
    const row = await this.findFor(caller, level, id);
    if (!row) throw new RowNotFoundError();
    return row;
  }

  findFor(caller: Caller, level: Permission, id: string): Promise<E | null> {
    const { type, id: key } = this.resource;
    return this.visibleTo(caller, level).andWhere(`${type}.${key} = :id`, { id }).getOne();
  }

  /** For the routes whose contract tells a forbidden row from an unknown one. */
  exists(id: string): Promise<boolean> {
    const { type, id: key, entity } = this.resource;
    const rows = this.database.repository(entity).createQueryBuilder(type);
    return rows.where(`${type}.${key} = :id`, { id }).getExists();
  }

  /** True for those who decide who else gets the row: its owner, and administrators who are not bound by grants. */
  isOwnedBy(caller: Caller, row: E): boolean {
    return row[this.resource.owner] === caller.id || this.access.isUnbound(caller);
  }

  /** See `AccessService.handOver`. */
  async handOver(ownerId: string, heirId: string): Promise<void> {
    const { type, id, owner, entity } = this.resource;
    const query = this.database.repository(entity).createQueryBuilder(type);
    query.select(`${type}.${id}`, 'id').where(`${type}.${owner} = :ownerId`, { ownerId });
    const owned = (await query.getRawMany<{ id: string }>()).map((row) => row.id);
    const shared = new Set(await this.access.sharedOf(type, owned));
    await this.assign([...shared], heirId);
    await this.discard(owned.filter((row) => !shared.has(row)));
  }

  /** Rows that nobody got. Override it where a row is more than itself: a file, an entry in an index. */
  protected async discard(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const { id, entity } = this.resource;
    await this.database
      .repository(entity)
      .createQueryBuilder()
      .delete()
      .where({ [id]: In([...ids]) })
      .execute();
  }

  private async assign(ids: readonly string[], ownerId: string): Promise<void> {
    if (ids.length === 0) return;
    const { id, owner, entity } = this.resource;
    const update = this.database.repository(entity).createQueryBuilder().update();
    await update
      .set({ [owner]: ownerId } as unknown as QueryDeepPartialEntity<E>)
      .where({ [id]: In([...ids]) })
      .execute();
  }

  /**
   * A query of the rows that the caller may read or write; with `alsoPublic` also of those that everybody may read. It restricts by a join, which no `where()` can undo. The
   * names of its parameters begin with `access`: leave those alone.
   */
  protected visibleTo(caller: Caller, level: Permission, { alsoPublic = false } = {}): SelectQueryBuilder<E> {
    const { type, entity, id } = this.resource;
    const rows = this.database.repository(entity).createQueryBuilder(type);
    if (this.access.isUnbound(caller)) return rows;
    const visible = `(${this.ownedIds(rows)} UNION ${this.grantedIds(rows)})`;
    return rows
      .innerJoin(visible, 'visible', `visible.id = ${type}.${id}`)
      .setParameters({ accessTo: type, accessLevel: level, accessId: caller.id, accessGroups: caller.groupIds })
      .setParameter('accessPublic', alsoPublic ? 'read' : level);
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
