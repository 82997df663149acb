import { Injectable, Logger } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { asString, isJsonObject, type JsonObject } from '../../common/util/json';
import { SandboxService } from '../sandbox/sandbox.service';
import { SandboxError, type SandboxOutcome } from '../sandbox/sandbox.types';
import { SourcesService } from '../sandbox/source/sources.service';
import { ValvesService } from '../sandbox/source/valves.service';
import type { FunctionType } from './function.entity';
import { FunctionsRepository } from './functions.repository';
import type {
  ActiveFunction,
  FunctionCall,
  FunctionInstance,
  FunctionOverview,
  OfferedAction,
  OfferedFilter,
  RunnableFunction,
} from './functions.types';

/** Active functions, for completions and lists of models. Lists read what was stored when a function was saved. */
@Injectable()
export class FunctionsService {
  private readonly logger = new Logger(FunctionsService.name);

  constructor(
    private readonly functions: FunctionsRepository,
    private readonly sources: SourcesService,
    private readonly valves: ValvesService,
    private readonly sandbox: SandboxService,
  ) {}

  /** Active functions of one type by ascending priority, then by id. */
  async listActive(type: FunctionType): Promise<FunctionOverview[]> {
    return byPriority(await this.findActive([type])).map(({ row }) => row);
  }

  /** Buttons and toggles of all active functions, by ascending priority, with one query. */
  async listOffered(): Promise<{ actions: OfferedAction[]; filters: OfferedFilter[] }> {
    const rows = byPriority(await this.findActive(['action', 'filter'])).map(({ row }) => row);
    return {
      actions: rows.filter(({ type }) => type === 'action').map(toOfferedAction),
      filters: rows.filter(({ type, definition }) => type === 'filter' && definition.toggle).map(toOfferedFilter),
    };
  }

  /**
   * The active ones of these functions with what their calls need, by ascending priority, then in the given order.
   * `principal`: whose user valves they get; none for `pipes`, which has no user.
   */
  async load(ids: readonly string[], principal?: Pick<Principal, 'id'>): Promise<RunnableFunction[]> {
    if (ids.length === 0) return [];
    const rows = await this.functions.findActiveByIds(ids);
    const [user, userValves] = principal
      ? await Promise.all([this.valves.injectedUser(principal.id), this.valves.ofUser(principal.id, 'functions', ids)])
      : [null, new Map<string, JsonObject>()];
    const found = new Map(rows.map((row) => [row.id, row]));
    const runnable = ids.flatMap((id) => {
      const row = found.get(id);
      if (!row) return [];
      const values = row.definition.userValves ? (userValves.get(id) ?? {}) : null;
      return [{ ...this.withPriority(row), content: row.content, userValves: values, user }];
    });
    return byPriority(runnable);
  }

  /** As `load`, of one function; null for an unknown or inactive one. */
  async find(id: string, principal?: Pick<Principal, 'id'>): Promise<RunnableFunction | null> {
    return (await this.load([id], principal))[0] ?? null;
  }

  /** Calls a handler. A function whose source does not load becomes inactive. @throws SandboxError */
  async run(target: RunnableFunction, call: FunctionCall, signal: AbortSignal): Promise<SandboxOutcome> {
    const { method, positional, injected, host = {} } = call;
    const request = { ...this.requestOf(target), method, positional };
    const called = this.sandbox.call({ ...request, injected: { ...request.injected, ...injected } }, host, signal);
    return this.watched(target, called);
  }

  /** An instance for many calls in order, such as those of `stream` for the chunks of one reply. @throws SandboxError */
  async open(target: RunnableFunction, signal: AbortSignal): Promise<FunctionInstance> {
    const { injected: own, ...request } = this.requestOf(target);
    const instance = await this.watched(target, this.sandbox.open(request, signal));
    return {
      call: ({ method, positional, injected, host = {} }, aborted) =>
        instance.call({ method, positional, injected: { ...own, ...injected } }, host, aborted),
      close: () => instance.close(),
    };
  }

  /** What is the same in all calls of a function. */
  private requestOf({ row, content, valves, userValves, user }: RunnableFunction) {
    return {
      source: this.sources.toSandbox(content, 'function'),
      owner: asString(user?.id),
      injected: { ...(user && { __user__: user }), ...(row.type !== 'pipe' && { __id__: row.id }) },
      ...(valves && row.definition.valves && { valves }),
      ...(userValves && user && { userValves }),
    };
  }

  private async watched<T>({ row }: RunnableFunction, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (error instanceof SandboxError && isLoadFailure(error)) await this.deactivate(row, error);
      throw error;
    }
  }

  private async deactivate({ id, version }: FunctionOverview, { message }: SandboxError): Promise<void> {
    if (await this.functions.deactivate(id, version))
      this.logger.warn(`Function ${id} does not load and is now inactive: ${message.slice(0, 200)}`);
  }

  private async findActive(types: readonly FunctionType[]): Promise<{ row: ActiveFunction; priority: number }[]> {
    return (await this.functions.findActive(types)).map((row) => this.withPriority(row));
  }

  private withPriority<R extends ActiveFunction>(row: R): { row: R; valves: JsonObject | null; priority: number } {
    const valves = this.valves.unseal(row.valves);
    return { row, valves, priority: Number(valves?.priority ?? row.definition.valveDefaults.priority) || 0 };
  }
}

const isLoadFailure = ({ failure }: SandboxError): boolean => failure === 'source' || failure === 'requirements';

/** Stable: equal priorities keep their order. */
const byPriority = <T extends { priority: number }>(items: T[]): T[] =>
  items.toSorted((a, b) => a.priority - b.priority);

function toOfferedAction(row: FunctionOverview): OfferedAction {
  const { id, name, meta, definition, isGlobal } = row;
  const icon = iconOf(row);
  const { description } = meta;
  const items = definition.actions.map((action) => {
    const sub = asString(action.id) ?? '';
    const label = asString(action.name) ?? `${name} (${sub})`;
    return { id: `${id}.${sub}`, name: label, description, icon: asString(action.icon_url) ?? icon };
  });
  return { functionId: id, isGlobal, items: items.length > 0 ? items : [{ id, name, description, icon }] };
}

function toOfferedFilter(row: FunctionOverview): OfferedFilter {
  const { id, name, meta, definition, isGlobal } = row;
  const item = { id, name, description: meta.description, icon: iconOf(row) };
  return { functionId: id, isGlobal, item: { ...item, has_user_valves: definition.userValves !== null } };
}

function iconOf({ meta, definition }: FunctionOverview): string | null {
  const { manifest } = meta;
  return (isJsonObject(manifest) ? asString(manifest.icon_url) : undefined) || definition.icon;
}
