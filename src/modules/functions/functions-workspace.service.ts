import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { BadRequestError, RowNotFoundError } from '../../common/errors/app-error';
import { nowSeconds } from '../../common/util/time';
import { isUniqueViolation } from '../../platform/database/database';
import { Transaction } from '../../platform/database/transaction';
import { EventBus } from '../../platform/events/event-bus';
import { AccessService } from '../access/access.service';
import type { OwnedRows } from '../access/access.types';
import { SourceDetail } from '../sandbox/source/source.errors';
import type { LoadedSource } from '../sandbox/source/source.types';
import { SourcesService } from '../sandbox/source/sources.service';
import { ValvesService } from '../sandbox/source/valves.service';
import { UsersService } from '../users/users.service';
import type { FunctionType, StoredFunction } from './function.entity';
import {
  manifestIn,
  toFunctionMeta,
  toFunctionResponse,
  toFunctionSourceResponse,
  toSavedFunctionResponse,
  type FunctionRequest,
  type FunctionResponse,
  type FunctionSourceResponse,
  type FunctionUserResponse,
  type FunctionValvesResponse,
  type SyncFunctionRequest,
} from './functions.dto';
import { FunctionDetail } from './functions.errors';
import { FunctionsDeleted } from './functions.events';
import { FunctionsRepository } from './functions.repository';

/** Functions as administrators edit them. They belong to the installation: a deleted owner is replaced by the heir. */
@Injectable()
export class FunctionsWorkspaceService implements OnModuleInit, OwnedRows {
  constructor(
    private readonly functions: FunctionsRepository,
    private readonly sources: SourcesService,
    private readonly valves: ValvesService,
    private readonly users: UsersService,
    private readonly access: AccessService,
    private readonly transaction: Transaction,
    private readonly events: EventBus,
  ) {}

  onModuleInit(): void {
    this.access.addKind(this);
  }

  async handOver(ownerId: string, heirId: string): Promise<void> {
    await this.functions.assign(ownerId, heirId);
  }

  async list(): Promise<FunctionResponse[]> {
    return (await this.functions.findOverviews()).map(toFunctionResponse);
  }

  async listWithOwners(): Promise<FunctionUserResponse[]> {
    const rows = await this.functions.findAll();
    const owners = await this.users.summaries(rows.map(({ userId }) => userId));
    return rows.map((row) => ({ ...toFunctionSourceResponse(row), user: owners.get(row.userId) ?? null }));
  }

  async export(includesValves: boolean): Promise<FunctionValvesResponse[]> {
    const rows = await this.functions.findAll();
    return rows.map((row) => ({
      ...toFunctionSourceResponse(row),
      ...(includesValves && { valves: this.valves.unseal(row.valves) }),
    }));
  }

  /** @throws RowNotFoundError */
  async get(id: string): Promise<FunctionSourceResponse> {
    return toFunctionSourceResponse(await this.functions.get(id));
  }

  /** Inactive and not global. @throws BadRequestError for an id that is invalid or taken, and a source that does not load. */
  async create(principal: Principal, request: FunctionRequest, client: AbortSignal): Promise<FunctionResponse> {
    const id = this.sources.toId(request.id);
    if (await this.functions.exists(id)) throw new BadRequestError(SourceDetail.idTaken);
    const loaded = await this.sources.load(request.content, 'function', client);
    const meta = toFunctionMeta(request.meta, loaded.manifest);
    const row = { ...newRow(id, principal, loaded), name: request.name, meta };
    await this.functions.insert(row).catch((error: unknown) => {
      throw isUniqueViolation(error) ? new BadRequestError(SourceDetail.idTaken) : error;
    });
    const { content: _content, ...response } = toSavedFunctionResponse(row);
    return response;
  }

  /** A source that does not load makes the function inactive, and is not stored. @throws BadRequestError */
  async update(id: string, request: FunctionRequest, client: AbortSignal): Promise<FunctionSourceResponse> {
    const loaded = await this.sources.load(request.content, 'function', client).catch(async (error: unknown) => {
      if (error instanceof BadRequestError) await this.functions.deactivate(id);
      throw error;
    });
    const { kind, code: content, definition, manifest } = loaded;
    const meta = toFunctionMeta(request.meta, manifest);
    const change = { name: request.name, type: kind as FunctionType, content, meta, definition };
    const row = await this.functions.update(id, change);
    if (!row) throw new BadRequestError(FunctionDetail.updateFailed);
    return toSavedFunctionResponse(row);
  }

  /** @throws RowNotFoundError */
  async toggle(id: string, column: 'isActive' | 'isGlobal'): Promise<FunctionSourceResponse> {
    const row = await this.functions.toggle(id, column);
    if (!row) throw new RowNotFoundError();
    return toFunctionSourceResponse(row);
  }

  /** Idempotent. */
  async delete(id: string): Promise<true> {
    await this.transaction.run(async () => {
      if (await this.functions.delete(id)) await this.forget([id]);
    });
    return true;
  }

  /**
   * Replaces all functions. The sources are loaded first: one that does not load, or invalid valves, change nothing.
   * @throws BadRequestError
   */
  async sync(
    principal: Principal,
    requests: readonly SyncFunctionRequest[],
    client: AbortSignal,
  ): Promise<FunctionValvesResponse[]> {
    const rows: StoredFunction[] = [];
    for (const request of requests) rows.push(await this.toSynced(principal, request, client));
    if (new Set(rows.map(({ id }) => id)).size < rows.length) throw new BadRequestError(SourceDetail.idTaken);
    await this.transaction.run(async () => this.forget(await this.functions.replaceAll(rows)));
    return rows.map((row) => ({ ...toFunctionSourceResponse(row), valves: null }));
  }

  private async toSynced(
    principal: Principal,
    request: SyncFunctionRequest,
    client: AbortSignal,
  ): Promise<StoredFunction> {
    const id = this.sources.toId(request.id);
    const loaded = await this.sources.load(request.content, 'function', client);
    const values = loaded.definition.valves && request.valves;
    const source = this.sources.toSandbox(loaded.code, 'function');
    const valves = values ? await this.sources.parseValves(source, 'valves', values, client) : null;
    return {
      ...newRow(id, principal, loaded),
      name: request.name,
      meta: toFunctionMeta(request.meta, manifestIn(request.meta) ?? loaded.manifest),
      valves: this.valves.seal(valves),
      isActive: request.is_active ?? false,
      isGlobal: request.is_global ?? false,
      createdAt: request.created_at,
    };
  }

  private async forget(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.valves.removeOfUsers('functions', ids);
    this.events.publish(new FunctionsDeleted(ids));
  }
}

const newRow = (id: string, principal: Principal, { code, kind, definition }: LoadedSource) => ({
  id,
  userId: principal.id,
  type: kind as FunctionType,
  content: code,
  valves: null,
  definition,
  version: 1,
  isActive: false,
  isGlobal: false,
  createdAt: nowSeconds(),
  updatedAt: nowSeconds(),
});
