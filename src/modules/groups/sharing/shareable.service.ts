import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import { RowNotFoundError, type AppError } from '../../../common/errors/app-error';
import { isUniqueViolation } from '../../../platform/database/database';
import { Transaction } from '../../../platform/database/transaction';
import type { AccessControl } from '../../access/access-control.dto';
import { AccessService } from '../../access/access.service';
import type { OwnedRows } from '../../access/access.types';
import type { ShareableRepository } from '../../access/shareable.repository';
import type { UserSummaryResponse } from '../../users/users.dto';
import { UsersService } from '../../users/users.service';
import { SharingService, type SharedKind } from './sharing.service';

/** Rules of one kind of shareable rows. Refusals are factories, because errors carry a stack. */
export interface ShareableRules<E, R> {
  /** Names the permissions `sharing.<kind>` and `sharing.public_<kind>`. */
  kind: SharedKind;
  /** Who may change the sharing besides administrators: only the owner, or everyone with write access. */
  sharedBy: 'owner' | 'writers';
  toResponse: (row: E, accessControl: AccessControl | undefined) => R;
  /** For an existing row without write access. */
  refusal: () => AppError;
  /** For changes of a missing row; default: RowNotFoundError. */
  missing?: () => AppError;
  /** For an id that is in use; `constraint` is the violated primary key. */
  taken: { constraint: string; refusal: () => AppError };
}

/** A row in a list of editable rows; `user` is the owner, null when that account was deleted. */
export type WithOwner<R> = R & { user: UserSummaryResponse | null };

/**
 * Lists, reads, creates, changes and deletes rows with an owner and grants. Clients send the sharing with every change,
 * so sharing sent without permission to change it is ignored.
 */
@Injectable()
export abstract class ShareableService<E extends object, R> implements OnModuleInit, OwnedRows {
  protected abstract readonly rules: ShareableRules<E, R>;

  constructor(
    protected readonly rows: ShareableRepository<E>,
    protected readonly access: AccessService,
    protected readonly sharing: SharingService,
    protected readonly users: UsersService,
    protected readonly transaction: Transaction,
  ) {}

  onModuleInit(): void {
    this.access.addKind(this);
  }

  /** Rows that the principal may read. */
  async list(principal: Principal): Promise<R[]> {
    return this.toResponses(await this.rows.findAllFor(principal, 'read'));
  }

  /** Rows that the principal may change. */
  async listEditable(principal: Principal): Promise<WithOwner<R>[]> {
    const rows = await this.rows.findAllFor(principal, 'write');
    const [responses, owners] = await Promise.all([this.toResponses(rows), this.ownersOf(rows)]);
    return responses.map((response, index) => ({ ...response, user: owners[index] ?? null }));
  }

  /** @throws RowNotFoundError also without read access. */
  async get(principal: Principal, id: string): Promise<R> {
    const row = await this.rows.getFor(principal, 'read', id);
    return this.rules.toResponse(row, await this.access.accessControlOf(this.type, id));
  }

  delete(principal: Principal, id: string): Promise<boolean> {
    return this.transaction.run(async () => {
      await this.getWritable(principal, id);
      return this.remove(id);
    });
  }

  /** Call it in the transaction that deletes the owner's account. */
  async handOver(ownerId: string, heirId: string): Promise<void> {
    const owned = await this.rows.findOwnedIds(ownerId);
    const shared = new Set(await this.access.sharedOf(this.type, owned));
    await this.rows.assign([...shared], heirId);
    await this.discard(owned.filter((id) => !shared.has(id)));
  }

  /** Deletes rows that are not shared. Override it for rows with associated files or index entries. */
  protected async discard(ids: readonly string[]): Promise<void> {
    await this.rows.delete(...ids);
  }

  /** @throws the refusal for a taken id. */
  protected async insert(principal: Principal, row: E, wanted: AccessControl): Promise<R> {
    const { kind, taken, toResponse } = this.rules;
    const allowed = await this.sharing.allowed(principal, kind, { wanted, current: {} });
    return this.transaction.run(async () => {
      await this.rows.insert(row).catch((error: unknown) => {
        throw isUniqueViolation(error, taken.constraint) ? taken.refusal() : error;
      });
      return toResponse(row, await this.access.replace(this.type, this.idOf(row), allowed));
    });
  }

  /** Absent sharing is unchanged. @throws as `getWritable`. */
  protected change(principal: Principal, id: string, change: Partial<E>, wanted?: AccessControl): Promise<R> {
    return this.transaction.run(async () => {
      const row = await this.getWritable(principal, id);
      if (!(await this.rows.update(id, change))) throw this.missing();
      return this.rules.toResponse({ ...row, ...change }, await this.changeSharing(principal, row, wanted));
    });
  }

  /** Call it in a transaction. */
  protected async remove(id: string): Promise<true> {
    await this.rows.delete(id);
    await this.access.remove(this.type, id);
    return true;
  }

  /** @throws `refusal` for a row without write access, `missing` for a missing one. */
  protected async getWritable(principal: Principal, id: string, refusal = this.rules.refusal): Promise<E> {
    const row = await this.rows.findFor(principal, 'write', id);
    if (row) return row;
    throw (await this.rows.exists(id)) ? refusal() : this.missing();
  }

  /** Loads the sharing of all rows with one query. */
  protected async toResponses(rows: readonly E[]): Promise<R[]> {
    const ids = rows.map((row) => this.idOf(row));
    const sharing = await this.access.grantsOf(this.type, ids);
    return rows.map((row) => this.rules.toResponse(row, sharing.get(this.idOf(row))));
  }

  /** Loads the owners of all rows with one query. */
  protected async ownersOf(rows: readonly E[]): Promise<(UserSummaryResponse | undefined)[]> {
    const ids = rows.map((row) => row[this.rows.resource.owner] as string);
    const owners = await this.users.summaries(ids);
    return ids.map((id) => owners.get(id));
  }

  protected get type(): string {
    return this.rows.resource.type;
  }

  private missing(): AppError {
    return this.rules.missing?.() ?? new RowNotFoundError();
  }

  private idOf(row: E): string {
    return row[this.rows.resource.id] as string;
  }

  private async changeSharing(principal: Principal, row: E, wanted: AccessControl | undefined): Promise<AccessControl> {
    const id = this.idOf(row);
    const current = await this.access.accessControlOf(this.type, id);
    const mayShare = this.rules.sharedBy === 'writers' || this.rows.isOwnedBy(principal, row);
    if (wanted === undefined || !mayShare) return current;
    return this.access.replace(
      this.type,
      id,
      await this.sharing.allowed(principal, this.rules.kind, { wanted, current }),
    );
  }
}
