import type { Source } from '../env/env-readers';
import { allSections, isSaved, savedWithOf, sectionName, variablesOf, type SettingsClass } from './decorators';
import { validDefaultsOf } from './environment-defaults';

export interface ListedVariable {
  /** The section of the setting. */
  group: string;
  name: string;
  /** Older names, which are still read. */
  aliases: readonly string[];
  /** As JSON; for secrets only whether one is set. */
  value: string;
  source: 'default' | 'environment' | 'saved';
  /** Description. */
  effect: string;
}

/** Saved values by `<section>.<field>`. */
export type SavedSettings = ReadonlyMap<string, unknown>;

/**
 * All settings by section, with the effective value. Older names are listed with the newest one.
 * @throws InvalidEnvError
 */
export function listVariables(source: Source, saved: SavedSettings): ListedVariable[] {
  const sections = [...allSections()].sort((a, b) => sectionName(a).localeCompare(sectionName(b), 'en'));
  return [...sections.flatMap((type) => linesOf(type, source, saved)), ...switchesOf(sections, source)];
}

/** The names of all settings, the older ones too. */
export const settingNames = (): string[] => {
  const sections = [...allSections()];
  const names = sections.flatMap((type) => variablesOf(type).flatMap((variable) => variable.names));
  return [...names, ...sections.flatMap((type) => savedWithOf(type) ?? [])];
};

/** The variables that enable saved settings. */
function switchesOf(sections: readonly SettingsClass[], source: Source): ListedVariable[] {
  const names = new Set(sections.map(savedWithOf).filter((name) => name !== undefined));
  return [...names].map((name) => {
    const of = sections.filter((type) => savedWithOf(type) === name).map(groupOf);
    const effect = `Saved settings of ${of.join(' and ')} override the environment. Default: false.`;
    const text = source[name]?.trim() ?? '';
    return {
      group: of[0] ?? '',
      name,
      aliases: [],
      value: text,
      source: text === '' ? 'default' : 'environment',
      effect,
    };
  });
}

function linesOf(type: SettingsClass, source: Source, saved: SavedSettings): ListedVariable[] {
  const values = validDefaultsOf(type, source) as Record<string, unknown>;
  const effects = effectsOf(type);
  const savedHere = isSaved(type, source) ? saved : new Map<string, unknown>();
  return variablesOf(type).map(({ key, names, isSecret }) => {
    const place = `${sectionName(type)}.${key}`;
    const isSet = names.some((name) => (source[name] ?? '').trim() !== '');
    const value = savedHere.has(place) ? savedHere.get(place) : values[key];
    const aliases = names.length > 1 ? ` (Also ${names.slice(1).join(', ')}.)` : '';
    return {
      group: groupOf(type),
      name: names[0] ?? '',
      aliases: names.slice(1),
      value: isSecret ? maskOf(value) : JSON.stringify(value),
      source: savedHere.has(place) ? 'saved' : isSet ? 'environment' : 'default',
      effect: `${effects[key]?.description ?? ''}${aliases}`.replaceAll(/\s+/g, ' ').trim(),
    };
  });
}

const groupOf = (type: SettingsClass): string => sectionName(type).replaceAll('_', ' ');

const maskOf = (value: unknown): string => (/[^[\]{}",:\s]/.test(JSON.stringify(value)) ? '(secret)' : '(none)');

type Effects = Partial<Record<string, { description?: string }>>;

/** Descriptions from the comments of the fields, which the build extracts; empty under jest. */
function effectsOf(type: SettingsClass): Effects {
  const { _OPENAPI_METADATA_FACTORY: read } = type as { _OPENAPI_METADATA_FACTORY?: () => Effects };
  return read?.() ?? {};
}
