import type { JsonObject } from '../../common/util/json';
import type { OfferedAction, OfferedFilter } from '../functions/functions.types';
import type { ModelEntry } from './models.types';

/** Active functions that models list. */
export interface OfferedFunctions {
  actions: readonly OfferedAction[];
  filters: readonly OfferedFilter[];
}

/** The entries with the buttons and toggles that apply: global ones, and those of `meta.actionIds` and `meta.filterIds`. */
export function withFunctions(entries: ModelEntry[], { actions, filters }: OfferedFunctions): ModelEntry[] {
  if (actions.length === 0 && filters.length === 0) return entries;
  const actionsOf = selector(actions, ({ items }) => items);
  const filtersOf = selector(filters, ({ item }) => [item]);
  return entries.map((entry) => {
    const { actionIds, filterIds } = entry.info?.meta ?? {};
    return { ...entry, actions: actionsOf(actionIds), filters: filtersOf(filterIds) };
  });
}

/** Returns the items for the ids of a model, in the order of the functions. Models without own ones share a list. */
function selector<T extends { functionId: string; isGlobal: boolean }>(
  offered: readonly T[],
  itemsOf: (one: T) => JsonObject[],
): (ids: unknown) => JsonObject[] {
  const select = (ids: ReadonlySet<unknown>) =>
    offered.filter(({ functionId, isGlobal }) => isGlobal || ids.has(functionId)).flatMap(itemsOf);
  const shared = select(new Set());
  return (ids) => (Array.isArray(ids) && ids.length > 0 ? select(new Set<unknown>(ids)) : shared);
}
