import { asString, isJsonObject, type JsonObject } from '../../../common/util/json';
import type { ArenaSettings } from './arena.settings';
import type { ModelEntry } from '../models.types';

/** A model that replies with a randomly selected one. */
export interface Arena {
  id: string;
  name: string;
  meta: JsonObject;
}

/** The default arena: all models, for administrators. */
const DEFAULT_ARENA: Arena = {
  id: 'arena-model',
  name: 'Arena Model',
  meta: {
    profile_image_url: '/favicon.png',
    description: 'Submit your questions to anonymous AI chatbots and vote on the best response.',
    model_ids: null,
  },
};

/** Unix seconds. Clients require a time; a constant lets them cache the list. */
const CREATED = 1_735_689_600;

/** The arenas of the settings; of duplicate ids the first one. */
export function arenasOf({ enable, models }: Pick<ArenaSettings, 'enable' | 'models'>): Arena[] {
  if (!enable) return [];
  const arenas = models.length === 0 ? [DEFAULT_ARENA] : models.map(toArena);
  const ids = arenas.map(({ id }) => id);
  return arenas.filter(({ id }, index) => ids.indexOf(id) === index);
}

const toArena = ({ id, name, meta }: JsonObject): Arena => ({
  id: asString(id) ?? '',
  name: asString(name) ?? '',
  meta: isJsonObject(meta) ? meta : {},
});

/** The models of an arena: those of `include`, or all except those of `exclude`. */
export function candidatesOf({ meta }: Arena): { include: string[] } | { exclude: string[] } {
  const ids = textsIn(meta.model_ids);
  return meta.filter_mode === 'exclude' || ids.length === 0 ? { exclude: ids } : { include: ids };
}

/** The entry in the list, without its picture, which may be large. */
export function toArenaEntry({ id, name, meta }: Arena): ModelEntry {
  const { profile_image_url: _, ...info } = meta;
  return {
    ...{ id, name, info: { meta: info }, object: 'model', created: CREATED, owned_by: 'arena', arena: true },
    ...{ actions: [], filters: [], tags: [] },
  };
}

const textsIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
