import { Injectable } from '@nestjs/common';
import { NotFoundError } from '../../common/errors/app-error';
import type { Answer } from '../../common/http/answers/answer';
import { memoLast } from '../../common/util/memo';
import { OnEvent } from '../../platform/events/event-bus';
import { AccessService } from '../access/access.service';
import type { AccessPrincipal } from '../access/access.types';
import type { ProviderModel } from '../providers/chat-provider';
import { ProviderDetail } from '../providers/provider.errors';
import { FunctionsDeleted } from '../functions/functions.events';
import { FunctionsService } from '../functions/functions.service';
import { ProvidersService } from '../providers/providers.service';
import { UserViewsService } from '../users/user-views.service';
import { arenasOf, toArenaEntry, type Arena } from './arena/arena';
import { ArenaSettings } from './arena/arena.settings';
import {
  assembleModels,
  isOverride,
  matchModel,
  presetBases,
  sortModels,
  toEntry,
  type ModelMatch,
} from './model-list';
import { withFunctions } from './model-functions';
import type { Model } from './model.entity';
import { ModelsRepository } from './models.repository';
import { ModelsSettings } from './models.settings';
import type { ModelEntry, ModelOverview, PresetBase, ResolvedModel } from './models.types';

const RESOURCE = 'model';

/** The models that a principal may use. Rows are read on each call, so changes take effect at once on every node. */
@Injectable()
export class ModelsService {
  private readonly indexOf = memoLast((models: ProviderModel[]) => new Map(models.map((model) => [model.id, model])));

  constructor(
    private readonly providers: ProvidersService,
    private readonly rows: ModelsRepository,
    private readonly access: AccessService,
    private readonly settings: ModelsSettings,
    private readonly arenaSettings: ArenaSettings,
    private readonly views: UserViewsService,
    private readonly functions: FunctionsService,
  ) {}

  /** In the configured order. `refresh` fetches the provider lists first. */
  async list(principal: AccessPrincipal, { refresh = false }: { refresh?: boolean } = {}): Promise<ModelEntry[]> {
    const provided = await this.providers.listModels({ refresh });
    const rows = this.settings.bypass_model_access_control
      ? await this.rows.findOverviews()
      : await this.rows.findOverviewsFor(principal);
    const [sharing, closed, offered] = await Promise.all([
      this.access.grantsOf(
        RESOURCE,
        rows.map(({ id }) => id),
      ),
      this.closedPresets(principal, rows, provided),
      this.functions.listOffered(),
    ]);
    const open = rows.filter(({ id }) => !closed.has(id));
    const arenas = provided.every(isBuiltin) ? [] : this.arenasFor(principal).map(toArenaEntry);
    const isRestricted = !this.isUnbound(principal);
    const openIds = isRestricted ? await this.openIds(provided) : undefined;
    const entries = assembleModels(provided, { rows: open, sharing, arenas, isRestricted, openIds });
    return sortModels(withFunctions(entries, offered), this.settings.order ?? []);
  }

  /** Null for an unknown id, without access, and when a provider has a model of that id. */
  async findArena(principal: AccessPrincipal, id: string): Promise<Arena | null> {
    const arena = this.arenasFor(principal).find((candidate) => candidate.id === id);
    return arena && !(await this.isProvided(id)) ? arena : null;
  }

  /** Ids of all models that an arena may select: provider models, and the presets that the principal may use. */
  async listCandidates(principal: AccessPrincipal): Promise<string[]> {
    const provided = await this.providers.listModels();
    const overrides = await this.rows.findOverrideOverviews();
    const models = assembleModels(provided, { rows: overrides, sharing: new Map(), isRestricted: false });
    const presets = (await this.list(principal)).filter(({ preset }) => preset);
    return [...models, ...presets].filter((model) => !isBuiltin(model)).map(({ id }) => id);
  }

  /** The unchanged provider models, without rows: for administration. */
  listProvided(refresh = false): Promise<ProviderModel[]> {
    return this.providers.listModels({ refresh });
  }

  /** True for the id of a provider's model or an arena, regardless of rows. */
  async isTaken(id: string): Promise<boolean> {
    return arenasOf(this.arenaSettings).some((arena) => arena.id === id) || this.isProvided(id);
  }

  /** True for the id of a provider's model, regardless of rows. */
  private async isProvided(id: string): Promise<boolean> {
    return this.indexOf(await this.providers.listModels({ waitsForFirst: true })).has(id);
  }

  /** The unchanged models of one kind of provider; without full access, those that the principal may use. */
  async listOfKind(principal: AccessPrincipal, kind: 'openai' | 'ollama'): Promise<ProviderModel[]> {
    const provided = (await this.providers.listModels()).filter((model) => kind in model);
    if (this.isUnbound(principal)) return provided;
    const usable = new Set((await this.list(principal)).map(({ id }) => id));
    return provided.filter(({ id }) => usable.has(id));
  }

  /** The list entry; null for an unknown id and without access. */
  async findUsable(principal: AccessPrincipal, id: string): Promise<ModelEntry | null> {
    const match = await this.matchFor(principal, id);
    return match ? toEntry(match, match.row ? await this.access.accessControlOf(RESOURCE, id) : {}) : null;
  }

  /** As `findUsable`. @throws NotFoundError instead of null. */
  async getUsable(principal: AccessPrincipal, id: string): Promise<ModelEntry> {
    const entry = await this.findUsable(principal, id);
    if (!entry) throw new NotFoundError(ProviderDetail.modelNotFound);
    return entry;
  }

  /** The model for a completion; null for an unknown or inactive model, and without access. */
  async resolveUsable(principal: AccessPrincipal, id: string): Promise<ResolvedModel | null> {
    const match = await this.matchFor(principal, id);
    return match ? toResolved(id, match) : null;
  }

  /** As `resolveUsable`, without the access check. */
  async resolve(id: string): Promise<ResolvedModel | null> {
    const match = await this.match(id, await this.rows.find(id), false);
    return match ? toResolved(id, match) : null;
  }

  /** Removes knowledge bases from all models that use them. */
  async removeKnowledge(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.rows.removeKnowledge(ids);
  }

  /** Removes tools from all models that have them. */
  async removeTools(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.rows.removeFromMeta('toolIds', ids);
  }

  @OnEvent(FunctionsDeleted)
  async removeFunctions({ ids }: FunctionsDeleted): Promise<void> {
    for (const list of ['actionIds', 'filterIds', 'defaultFilterIds'] as const)
      await this.rows.removeFromMeta(list, ids);
  }

  /** By the rules for profile pictures, with the favicon as the default. */
  async getPicture(principal: AccessPrincipal, id: string): Promise<Answer> {
    return this.views.getPictureOrFavicon((await this.rows.findImageUrl(principal, id)) ?? '');
  }

  private async matchFor(principal: AccessPrincipal, id: string): Promise<ModelMatch<Model> | undefined> {
    const isRestricted = !this.isUnbound(principal);
    const row = await this.visibleRow(principal, id);
    const match = await this.match(id, row, isRestricted && !(await this.isOpen(id)));
    if (!match?.row || !isRestricted || isOverride(match.row) || (await this.isOpen(match.provider.id))) return match;
    const preset = { id, baseId: match.provider.id };
    const isOpen = await this.withOpenBase([match.row.userId, principal.id].map((ownerId) => ({ ...preset, ownerId })));
    return isOpen.has(id) ? match : undefined;
  }

  /** Presets among visible rows whose base neither the principal nor the owner may use (ADR 0035). */
  private async closedPresets(
    principal: AccessPrincipal,
    rows: ModelOverview[],
    provided: ProviderModel[],
  ): Promise<Set<string>> {
    if (this.isUnbound(principal)) return new Set();
    const own = new Set(rows.filter(isOverride).map(({ id }) => id));
    const openIds = await this.openIds(provided);
    const isDoubtful = ({ baseId }: PresetBase) => !own.has(baseId) && !openIds.has(baseId);
    const doubtful = presetBases(rows, this.indexOf(provided)).filter(isDoubtful);
    const open = await this.withOpenBase(doubtful);
    return new Set(doubtful.map(({ id }) => id).filter((id) => !open.has(id)));
  }

  private withOpenBase(presets: PresetBase[]): Promise<Set<string>> {
    return this.rows.findWithOpenBase(presets, this.access.isUnbound({ id: '', role: 'admin', groupIds: [] }));
  }

  /** An unknown id may belong to a connection whose list has not been fetched yet: only then that list is awaited. */
  private async match(id: string, row: Model | null, isRestricted: boolean): Promise<ModelMatch<Model> | undefined> {
    const find = async (waitsForFirst: boolean) =>
      matchModel(id, row ?? undefined, this.indexOf(await this.providers.listModels({ waitsForFirst })), isRestricted);
    return (await find(false)) ?? (await find(true));
  }

  /** Models of this server are available to all users, unless a row restricts them. */
  private async openIds(provided: readonly ProviderModel[]): Promise<Set<string>> {
    const ids = provided.filter(isBuiltin).map(({ id }) => id);
    const rows = await Promise.all(ids.map((id) => this.rows.exists(id)));
    return new Set(ids.filter((_, index) => !rows[index]));
  }

  private async isOpen(id: string): Promise<boolean> {
    const own = this.indexOf(await this.providers.listModels()).get(id);
    return own !== undefined && (await this.openIds([own])).has(id);
  }

  private visibleRow(principal: AccessPrincipal, id: string): Promise<Model | null> {
    return this.settings.bypass_model_access_control ? this.rows.find(id) : this.rows.findFor(principal, 'read', id);
  }

  private arenasFor(principal: AccessPrincipal): Arena[] {
    const arenas = arenasOf(this.arenaSettings);
    return this.isUnbound(principal)
      ? arenas
      : arenas.filter(({ meta }) => this.access.mayRead(principal, meta.access_control));
  }

  /** True for principals whose list does not depend on sharing. */
  private isUnbound(principal: AccessPrincipal): boolean {
    return this.settings.bypass_model_access_control || this.access.isUnbound(principal);
  }
}

const isBuiltin = ({ builtin }: Pick<ProviderModel, 'builtin'>): boolean => builtin === true;

const toResolved = (id: string, { provider, row }: ModelMatch<Model>): ResolvedModel => ({
  id,
  name: row?.name ?? provider.name,
  provider,
  params: row?.params ?? {},
  meta: row?.meta ?? {},
});
