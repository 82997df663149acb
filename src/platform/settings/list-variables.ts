import type { Source } from '../env/env-readers';
import {
  allSections,
  defaultsOf,
  isSaved,
  savedWithOf,
  sectionName,
  variablesOf,
  type SettingsClass,
} from './decorators';

export interface ListedVariable {
  name: string;
  /** As JSON; of secrets only whether there is one. */
  value: string;
  source: 'default' | 'environment' | 'saved';
  effect: string;
}

/** Values that administrators saved, by `<section>.<field>`. */
export type SavedSettings = ReadonlyMap<string, unknown>;

/**
 * The variable of every setting, by section, with the value that counts. Older names are listed with the newest one.
 * @throws InvalidEnvError
 */
export function listVariables(source: Source, saved: SavedSettings): ListedVariable[] {
  const sections = [...allSections()].sort((a, b) => sectionName(a).localeCompare(sectionName(b), 'en'));
  return [...sections.flatMap((type) => linesOf(type, source, saved)), ...switchesOf(sections, source)];
}

/** The variables that let saved settings count at all. */
function switchesOf(sections: readonly SettingsClass[], source: Source): ListedVariable[] {
  const names = new Set(sections.map(savedWithOf).filter((name) => name !== undefined));
  return [...names].map((name) => {
    const of = sections.filter((type) => savedWithOf(type) === name).map(sectionName);
    const effect = `Saved settings of ${of.join(' and ')} go over the environment. Default: false.`;
    const text = source[name]?.trim() ?? '';
    return { name, value: text, source: text === '' ? 'default' : 'environment', effect };
  });
}

function linesOf(type: SettingsClass, source: Source, saved: SavedSettings): ListedVariable[] {
  const values = defaultsOf(type, source) as Record<string, unknown>;
  const effects = effectsOf(type);
  const savedHere = isSaved(type, source) ? saved : new Map<string, unknown>();
  return variablesOf(type).map(({ key, names, isSecret }) => {
    const place = `${sectionName(type)}.${key}`;
    const isSet = names.some((name) => (source[name] ?? '').trim() !== '');
    const value = savedHere.has(place) ? savedHere.get(place) : values[key];
    const aliases = names.length > 1 ? ` (Also ${names.slice(1).join(', ')}.)` : '';
    return {
      name: names[0] ?? '',
      value: isSecret ? maskOf(value) : JSON.stringify(value),
      source: savedHere.has(place) ? 'saved' : isSet ? 'environment' : 'default',
      effect: `${effects[key]?.description ?? ''}${aliases}`.trim(),
    };
  });
}

const maskOf = (value: unknown): string => (/[^[\]{}",:\s]/.test(JSON.stringify(value)) ? '(secret)' : '(none)');

type Effects = Partial<Record<string, { description?: string }>>;

/** The comments of the fields, which the build keeps; none under jest. */
function effectsOf(type: SettingsClass): Effects {
  const { _OPENAPI_METADATA_FACTORY: read } = type as { _OPENAPI_METADATA_FACTORY?: () => Effects };
  return read?.() ?? {};
}
