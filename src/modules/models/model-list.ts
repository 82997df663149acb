import { isJsonObject, type JsonObject } from '../../common/util/json';
import type { AccessControl } from '../access/access-control.dto';
import type { ModelTag, ProviderModel } from '../providers/chat-provider';
import type { ModelEntry, ModelInfo, ModelOverview, PresetBase } from './models.types';

/** The rows visible to the principal, and their sharing. */
export interface VisibleRows {
  rows: ModelOverview[];
  sharing: Map<string, AccessControl>;
  /** Leaves out models without a visible row. */
  isRestricted: boolean;
  /** Models of providers that need no row to be used. */
  openIds?: ReadonlySet<string>;
  /** Entries of the arenas that the principal may use. */
  arenas?: ModelEntry[];
}

/**
 * The model list: provider models with the rows of the same id applied, then arenas and presets. Inactive models are
 * left out, and so are arenas and presets whose id is in use: the row of a preset does not apply to the provider's
 * model. Empty without provider models.
 */
export function assembleModels(provided: ProviderModel[], visible: VisibleRows): ModelEntry[] {
  if (provided.length === 0) return [];
  const { rows, sharing, isRestricted, openIds } = visible;
  const overrides = new Map(rows.filter(isOverride).map((row) => [row.id, row]));
  const infoOf = (row: ModelOverview) => toModelInfo(row, sharing.get(row.id));
  const models = provided.filter(isChatModel).flatMap((model) => {
    const row = overrides.get(model.id);
    const isHidden = row ? !row.isActive : isRestricted && !openIds?.has(model.id);
    return isHidden ? [] : [overlaid(model, row && infoOf(row))];
  });
  const byId = new Map(provided.map((model) => [model.id, model]));
  const arenas = (visible.arenas ?? []).filter(({ id }) => !byId.has(id));
  const taken = new Set([...byId.keys(), ...arenas.map(({ id }) => id)]);
  const presets = rows.filter((row) => !isOverride(row) && row.isActive && !taken.has(row.id));
  return [...models, ...arenas, ...presets.map((row) => toPreset(infoOf(row), baseOf(row, byId)))];
}

export const isOverride = (row: Pick<ModelOverview, 'baseModelId'>): boolean => row.baseModelId === null;

/** Pipelines servers also list their filters, which are not models. */
const isChatModel = ({ pipeline }: ProviderModel): boolean => !isJsonObject(pipeline) || pipeline.type !== 'filter';

/** A model resolved by id, and the row that applies to it. */
export interface ModelMatch<R> {
  provider: ProviderModel;
  row: R | undefined;
}

/** By the rules of the list, except that a preset without its base is unusable. `row` is the visible row of that id. */
export function matchModel<R extends ModelOverview>(
  id: string,
  row: R | undefined,
  provided: ReadonlyMap<string, ProviderModel>,
  isRestricted: boolean,
): ModelMatch<R> | undefined {
  const own = provided.get(id);
  if (!own) return matchPreset(row, provided);
  const override = row && isOverride(row) ? row : undefined;
  const isHidden = override ? !override.isActive : isRestricted;
  return isHidden || !isChatModel(own) ? undefined : { provider: own, row: override };
}

function matchPreset<R extends ModelOverview>(
  row: R | undefined,
  provided: ReadonlyMap<string, ProviderModel>,
): ModelMatch<R> | undefined {
  if (!row || isOverride(row) || !row.isActive) return undefined;
  const provider = baseOf(row, provided);
  return provider && { provider, row };
}

/** The presets among the rows whose base exists. */
export function presetBases(rows: ModelOverview[], provided: ReadonlyMap<string, ProviderModel>): PresetBase[] {
  return rows.flatMap((row) => {
    const base = isOverride(row) ? undefined : baseOf(row, provided);
    return base ? [{ id: row.id, ownerId: row.userId, baseId: base.id }] : [];
  });
}

/** The list entry of a match. */
export function toEntry({ provider, row }: ModelMatch<ModelOverview>, accessControl: AccessControl): ModelEntry {
  const info = row && toModelInfo(row, accessControl);
  return info && info.base_model_id !== null ? toPreset(info, provider) : overlaid(provider, info);
}

/** Ids may omit the tag: `llama3` matches `llama3:latest`. */
function baseOf(
  { baseModelId }: Pick<ModelOverview, 'baseModelId'>,
  provided: ReadonlyMap<string, ProviderModel>,
): ProviderModel | undefined {
  const exact = provided.get(baseModelId ?? '');
  return exact ?? [...provided.values()].find(({ id }) => id.split(':', 1)[0] === baseModelId);
}

function overlaid(model: ProviderModel, info: ModelInfo | undefined): ModelEntry {
  const tags = uniteTags(info, model);
  return { ...model, ...(info && { name: info.name, info }), actions: [], filters: [], tags };
}

function toPreset(info: ModelInfo, base: ProviderModel | undefined): ModelEntry {
  return {
    id: info.id,
    name: info.name,
    object: 'model',
    created: info.created_at,
    owned_by: base?.owned_by ?? 'openai',
    connection_type: base?.connection_type ?? null,
    preset: true,
    ...(base?.pipe !== undefined && { pipe: base.pipe }),
    info,
    actions: [],
    filters: [],
    tags: uniteTags(info),
  };
}

/** A row for the list, without picture and params. Unknown sharing counts as private. */
const toModelInfo = (row: ModelOverview, accessControl: AccessControl = {}): ModelInfo => ({
  id: row.id,
  user_id: row.userId,
  base_model_id: row.baseModelId,
  name: row.name,
  meta: { description: null, capabilities: null, ...row.meta },
  access_control: accessControl,
  is_active: row.isActive,
  updated_at: row.updatedAt,
  created_at: row.createdAt,
});

function uniteTags(info: ModelInfo | undefined, model?: ProviderModel): ModelTag[] {
  const names = [...tagsIn(info?.meta), ...tagsIn(model)];
  return [...new Set(names)].map((name) => ({ name }));
}

function tagsIn(holder: JsonObject | undefined): string[] {
  const tags: unknown = holder?.tags;
  const isTag = (tag: unknown): tag is ModelTag => isJsonObject(tag) && typeof tag.name === 'string';
  return Array.isArray(tags) ? tags.filter(isTag).map(({ name }) => name) : [];
}

/** Ids of `order` first, in its order, then the others by name in code-point order. An empty order changes nothing. */
export function sortModels(models: ModelEntry[], order: readonly string[]): ModelEntry[] {
  if (order.length === 0) return models;
  const places = new Map(order.map((id, index) => [id, index]));
  const placeOf = ({ id }: ModelEntry) => places.get(id) ?? order.length;
  return models.toSorted((a, b) => placeOf(a) - placeOf(b) || compareCodePoints(a.name, b.name));
}

function compareCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
