import { Injectable } from '@nestjs/common';
import { memoLast } from '../../common/util/memo';
import { AccessService } from '../access/access.service';
import type { Caller } from '../access/access.types';
import type { ProviderModel } from '../providers/chat-provider';
import { ProvidersService } from '../providers/providers.service';
import { arenasOf, isSharedWith, toArenaEntry, type Arena } from './arena';
import { ArenaSettings } from './arena.settings';
import {
  assembleModels,
  isOverride,
  matchModel,
  presetBases,
  sortModels,
  toEntry,
  type ModelMatch,
} from './model-list';
import type { Model } from './model.entity';
import { ModelsRepository } from './models.repository';
import { ModelsSettings } from './models.settings';
import type { ModelEntry, ModelOverview, PresetBase, ResolvedModel } from './models.types';

const RESOURCE = 'model';

/** The models that people may use. Rows are read at each call: what was changed counts at once, on every node. */
@Injectable()
export class ModelsService {
  private readonly indexOf = memoLast((models: ProviderModel[]) => new Map(models.map((model) => [model.id, model])));

  constructor(
    private readonly providers: ProvidersService,
    private readonly rows: ModelsRepository,
    private readonly access: AccessService,
    private readonly settings: ModelsSettings,
    private readonly arenaSettings: ArenaSettings,
  ) {}

  /** In the order of the settings. `refresh` asks every provider first. */
  async list(caller: Caller, { refresh = false }: { refresh?: boolean } = {}): Promise<ModelEntry[]> {
    const provided = await this.providers.listModels({ refresh });
    const rows = this.settings.bypass_model_access_control
      ? await this.rows.findOverviews()
      : await this.rows.findOverviewsFor(caller);
    const [sharing, closed] = await Promise.all([
      this.access.grantsOf(
        RESOURCE,
        rows.map(({ id }) => id),
      ),
      this.closedPresets(caller, rows, provided),
    ]);
    const open = rows.filter(({ id }) => !closed.has(id));
    const arenas = this.arenasFor(caller).map(toArenaEntry);
    const entries = assembleModels(provided, { rows: open, sharing, arenas, isRestricted: !this.isUnbound(caller) });
    return sortModels(entries, this.settings.order ?? []);
  }

  /** Null when there is none, the caller may not use it, or a provider has a model of that id. */
  async findArena(caller: Caller, id: string): Promise<Arena | null> {
    const arena = this.arenasFor(caller).find((candidate) => candidate.id === id);
    return arena && !(await this.isProvided(id)) ? arena : null;
  }

  /** Ids of all models that an arena may let answer: those of providers, whoever may use them, and the caller's presets. */
  async listContestants(caller: Caller): Promise<string[]> {
    const provided = await this.providers.listModels();
    const overrides = await this.rows.findOverrideOverviews();
    const models = assembleModels(provided, { rows: overrides, sharing: new Map(), isRestricted: false });
    const presets = (await this.list(caller)).filter(({ preset }) => preset);
    return [...models, ...presets].map(({ id }) => id);
  }

  /** The providers' models as they are, without rows: for administration. */
  listProvided(refresh = false): Promise<ProviderModel[]> {
    return this.providers.listModels({ refresh });
  }

  /** True for the id of a provider's model or an arena, whatever the rows say. */
  async isTaken(id: string): Promise<boolean> {
    return arenasOf(this.arenaSettings).some((arena) => arena.id === id) || this.isProvided(id);
  }

  /** True for the id of a provider's model, whatever the rows say. */
  private async isProvided(id: string): Promise<boolean> {
    return this.indexOf(await this.providers.listModels({ isPatient: true })).has(id);
  }

  /** The models of one kind of provider as they are; people who are bound by sharing get those that they may use. */
  async listOfKind(caller: Caller, kind: 'openai' | 'ollama'): Promise<ProviderModel[]> {
    const provided = (await this.providers.listModels()).filter((model) => kind in model);
    if (this.isUnbound(caller)) return provided;
    const usable = new Set((await this.list(caller)).map(({ id }) => id));
    return provided.filter(({ id }) => usable.has(id));
  }

  /** The list entry; null when there is none or the caller may not use it. */
  async findUsable(caller: Caller, id: string): Promise<ModelEntry | null> {
    const match = await this.matchFor(caller, id);
    return match ? toEntry(match, match.row ? await this.access.accessControlOf(RESOURCE, id) : {}) : null;
  }

  /** What a completion needs; null when there is no such model, it is inactive, or the caller may not use it. */
  async resolveUsable(caller: Caller, id: string): Promise<ResolvedModel | null> {
    const match = await this.matchFor(caller, id);
    return match ? toResolved(id, match) : null;
  }

  /** As `resolveUsable`, whoever may use it. */
  async resolve(id: string): Promise<ResolvedModel | null> {
    const match = await this.match(id, await this.rows.find(id), false);
    return match ? toResolved(id, match) : null;
  }

  private async matchFor(caller: Caller, id: string): Promise<ModelMatch<Model> | undefined> {
    const isRestricted = !this.isUnbound(caller);
    const match = await this.match(id, await this.visibleRow(caller, id), isRestricted);
    if (!match?.row || !isRestricted || isOverride(match.row)) return match;
    const preset = { id, baseId: match.provider.id };
    const isOpen = await this.withOpenBase([match.row.userId, caller.id].map((ownerId) => ({ ...preset, ownerId })));
    return isOpen.has(id) ? match : undefined;
  }

  /** Presets among visible rows whose base neither the caller nor the owner may use (ADR 0047). */
  private async closedPresets(caller: Caller, rows: ModelOverview[], provided: ProviderModel[]): Promise<Set<string>> {
    if (this.isUnbound(caller)) return new Set();
    const own = new Set(rows.filter(isOverride).map(({ id }) => id));
    const doubtful = presetBases(rows, this.indexOf(provided)).filter(({ baseId }) => !own.has(baseId));
    const open = await this.withOpenBase(doubtful);
    return new Set(doubtful.map(({ id }) => id).filter((id) => !open.has(id)));
  }

  private withOpenBase(presets: PresetBase[]): Promise<Set<string>> {
    return this.rows.findWithOpenBase(presets, this.access.isUnbound({ id: '', role: 'admin', groupIds: [] }));
  }

  /** An id that is not known yet may be one of a connection that has not answered yet: only then its answer is awaited. */
  private async match(id: string, row: Model | null, isRestricted: boolean): Promise<ModelMatch<Model> | undefined> {
    const find = async (isPatient: boolean) =>
      matchModel(id, row ?? undefined, this.indexOf(await this.providers.listModels({ isPatient })), isRestricted);
    return (await find(false)) ?? (await find(true));
  }

  private visibleRow(caller: Caller, id: string): Promise<Model | null> {
    return this.settings.bypass_model_access_control ? this.rows.find(id) : this.rows.findFor(caller, 'read', id);
  }

  private arenasFor(caller: Caller): Arena[] {
    const arenas = arenasOf(this.arenaSettings);
    return this.isUnbound(caller) ? arenas : arenas.filter((arena) => isSharedWith(arena, caller));
  }

  /** True for those whose list does not depend on sharing. */
  private isUnbound(caller: Caller): boolean {
    return this.settings.bypass_model_access_control || this.access.isUnbound(caller);
  }
}

const toResolved = (id: string, { provider, row }: ModelMatch<Model>): ResolvedModel => ({
  id,
  name: row?.name ?? provider.name,
  provider,
  params: row?.params ?? {},
  meta: row?.meta ?? {},
});
