import type { Source } from '../env/env-readers';
import { allSections, defaultsOf, sectionName, variablesOf, type SettingsClass } from './decorators';

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
  return [...allSections()]
    .sort((a, b) => sectionName(a).localeCompare(sectionName(b), 'en'))
    .flatMap((type) => linesOf(type, source, saved));
}

function linesOf(type: SettingsClass, source: Source, saved: SavedSettings): ListedVariable[] {
  const values = defaultsOf(type, source) as Record<string, unknown>;
  const effects = effectsOf(type);
  return variablesOf(type).map(({ key, names, isSecret }) => {
    const place = `${sectionName(type)}.${key}`;
    const isSet = names.some((name) => (source[name] ?? '').trim() !== '');
    const value = saved.has(place) ? saved.get(place) : values[key];
    const aliases = names.length > 1 ? ` (Also ${names.slice(1).join(', ')}.)` : '';
    return {
      name: names[0] ?? '',
      value: isSecret ? maskOf(value) : JSON.stringify(value),
      source: saved.has(place) ? 'saved' : isSet ? 'environment' : 'default',
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
