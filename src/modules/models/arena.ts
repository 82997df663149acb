import { asString, isJsonObject, type JsonObject } from '../../common/util/json';
import type { Caller } from '../access/access.types';
import type { ArenaSettings } from './arena.settings';
import type { ModelEntry } from './models.types';

/** A model that answers each time with another one. */
export interface Arena {
  id: string;
  name: string;
  meta: JsonObject;
}

/** What there is without any that somebody made: all models, for administrators. */
const DEFAULT_ARENA: Arena = {
  id: 'arena-model',
  name: 'Arena Model',
  meta: {
    profile_image_url: '/favicon.png',
    description: 'Submit your questions to anonymous AI chatbots and vote on the best response.',
    model_ids: null,
  },
};

/** Unix seconds. Clients want a time; one that never changes lets them keep the list. */
const CREATED = 1_735_689_600;

/** Those of the list, of equal ids the first. */
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

/** Whether the arena is shared with the caller. What is not said in the right form is shared with nobody. */
export function isSharedWith({ meta }: Arena, { id, groupIds }: Caller): boolean {
  const { access_control: sharing } = meta;
  if (sharing === null) return true;
  const read = isJsonObject(sharing) && isJsonObject(sharing.read) ? sharing.read : {};
  return textsIn(read.user_ids).includes(id) || textsIn(read.group_ids).some((group) => groupIds.includes(group));
}

/** Which models may answer: those of `include`, or all but those of `exclude`. */
export function contestantsOf({ meta }: Arena): { include: string[] } | { exclude: string[] } {
  const ids = textsIn(meta.model_ids);
  return meta.filter_mode === 'exclude' || ids.length === 0 ? { exclude: ids } : { include: ids };
}

/** The entry in the list: without its picture, which may be large. */
export function toArenaEntry({ id, name, meta }: Arena): ModelEntry {
  const { profile_image_url: _, ...info } = meta;
  return {
    ...{ id, name, info: { meta: info }, object: 'model', created: CREATED, owned_by: 'arena', arena: true },
    ...{ actions: [], filters: [], tags: [] },
  };
}

const textsIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
