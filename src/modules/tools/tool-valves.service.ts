import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { BadRequestError, RowNotFoundError, UnauthorizedError, type AppError } from '../../common/errors/app-error';
import { Detail } from '../../common/errors/details';
import type { JsonObject } from '../../common/util/json';
import { nowSeconds } from '../../common/util/time';
import type { ValvesKind } from '../sandbox/source/source.types';
import { SourcesService } from '../sandbox/source/sources.service';
import { ValvesService } from '../sandbox/source/valves.service';
import type { StoredTool } from './tool.entity';
import { ToolsRepository } from './tools.repository';

/**
 * Valves of tools, which may hold API keys: for those who may change the tool. Valves of users for tools that they may
 * use. Methods throw RowNotFoundError for an unknown tool.
 */
@Injectable()
export class ToolValvesService {
  constructor(
    private readonly tools: ToolsRepository,
    private readonly sources: SourcesService,
    private readonly valves: ValvesService,
  ) {}

  /** @throws UnauthorizedError without write access. */
  async get(principal: Principal, id: string): Promise<JsonObject> {
    return this.valves.unseal((await this.getWritable(principal, id, () => new UnauthorizedError())).valves) ?? {};
  }

  /** The JSON schema, for readers; null when the source has no such class. */
  async getSpec(principal: Principal, id: string, which: ValvesKind): Promise<JsonObject | null> {
    return (await this.tools.getFor(principal, 'read', id)).definition[which];
  }

  /**
   * Replaces all. @returns what is stored. @throws BadRequestError for invalid values and without write access,
   * RowNotFoundError without the class.
   */
  async update(principal: Principal, id: string, values: JsonObject, client: AbortSignal): Promise<JsonObject> {
    const refusal = () => new BadRequestError(Detail.accessProhibited);
    const row = await this.getWritable(principal, id, refusal);
    const parsed = await this.sources.parseValvesOf(row, 'tools', 'valves', values, client);
    const sealed = this.valves.seal(parsed);
    if (!(await this.tools.update(id, { valves: sealed, updatedAt: nowSeconds() }))) throw new RowNotFoundError();
    return parsed;
  }

  async getOfUser(principal: Principal, id: string): Promise<JsonObject> {
    await this.tools.getFor(principal, 'read', id);
    return (await this.valves.ofUser(principal.id, 'tools', [id])).get(id) ?? {};
  }

  /** As `update`, for those who may use the tool. */
  async updateOfUser(principal: Principal, id: string, values: JsonObject, client: AbortSignal): Promise<JsonObject> {
    const row = await this.tools.getFor(principal, 'read', id);
    const parsed = await this.sources.parseValvesOf(row, 'tools', 'userValves', values, client);
    await this.valves.storeOfUser(principal.id, 'tools', id, parsed);
    return parsed;
  }

  private async getWritable(principal: Principal, id: string, refusal: () => AppError): Promise<StoredTool> {
    const row = await this.tools.findFor(principal, 'write', id);
    if (row) return row;
    throw (await this.tools.exists(id)) ? refusal() : new RowNotFoundError();
  }
}
