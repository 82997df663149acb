import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { RowNotFoundError } from '../../common/errors/app-error';
import type { JsonObject } from '../../common/util/json';
import type { ValvesKind } from '../sandbox/source/source.types';
import { SourcesService } from '../sandbox/source/sources.service';
import { ValvesService } from '../sandbox/source/valves.service';
import { FunctionsRepository } from './functions.repository';

/** Valves of functions, and those of users for them. Methods throw RowNotFoundError for an unknown function. */
@Injectable()
export class FunctionValvesService {
  constructor(
    private readonly functions: FunctionsRepository,
    private readonly sources: SourcesService,
    private readonly valves: ValvesService,
  ) {}

  async get(id: string): Promise<JsonObject> {
    return this.valves.unseal((await this.functions.get(id)).valves) ?? {};
  }

  /** The JSON schema; null when the source has no such class. */
  async getSpec(id: string, which: ValvesKind): Promise<JsonObject | null> {
    return (await this.functions.get(id)).definition[which];
  }

  /** Replaces all. @returns what is stored. @throws RowNotFoundError also without the class, BadRequestError. */
  async update(id: string, values: JsonObject, client: AbortSignal): Promise<JsonObject> {
    const parsed = await this.sources.parseValvesOf(await this.functions.get(id), 'function', 'valves', values, client);
    if (!(await this.functions.update(id, { valves: this.valves.seal(parsed) }))) throw new RowNotFoundError();
    return parsed;
  }

  async getOfUser(principal: Principal, id: string): Promise<JsonObject> {
    if (!(await this.functions.exists(id))) throw new RowNotFoundError();
    return (await this.valves.ofUser(principal.id, 'functions', [id])).get(id) ?? {};
  }

  /** As `update`. */
  async updateOfUser(principal: Principal, id: string, values: JsonObject, client: AbortSignal): Promise<JsonObject> {
    const parsed = await this.sources.parseValvesOf(
      await this.functions.get(id),
      'function',
      'userValves',
      values,
      client,
    );
    await this.valves.storeOfUser(principal.id, 'functions', id, parsed);
    return parsed;
  }
}
