import { InvalidEnvError, readBoolean, type Source } from '../env/env-readers';

export type SettingsClass<T extends object = object> = new () => T;

/** How the text of a variable becomes a value; undefined means that the variable says nothing. `source`: all variables. */
export type EnvParser = (text: string, name: string, source: Source) => unknown;

interface FieldMetadata {
  env?: { names: readonly string[]; parse?: EnvParser };
  isSecret?: boolean;
  secretKeys?: readonly string[];
  path?: string;
}

/** A field that can be saved, and its place in the exported document. */
export interface StoredField {
  key: string;
  path: readonly string[];
  isSecret: boolean;
}

interface SectionOptions {
  /** A variable without which the environment alone decides: nothing of the section is saved, and nothing saved counts. */
  savedWith?: string;
}

interface SectionMetadata extends SectionOptions {
  name: string;
  fields: Map<string, FieldMetadata>;
}

const types: SettingsClass[] = [];

/** Every section of the classes that are loaded. */
export const allSections = (): readonly SettingsClass[] => types;

const sections = new WeakMap<object, SectionMetadata>();

function metadataOf(prototype: object): SectionMetadata {
  let metadata = sections.get(prototype);
  if (!metadata) sections.set(prototype, (metadata = { name: '', fields: new Map() }));
  return metadata;
}

/** A class whose fields are admin-editable settings: type, default, variable, validation and documentation at once. */
export const SettingsSection = (name: string, options: SectionOptions = {}): ClassDecorator => {
  return (target) => {
    Object.assign(metadataOf(target.prototype as object), { name, ...options });
    types.push(target as unknown as SettingsClass);
  };
};

const field = (change: FieldMetadata): PropertyDecorator => {
  return (target, key) => {
    const { fields } = metadataOf(target);
    fields.set(String(key), { ...fields.get(String(key)), ...change });
  };
};

/** The variable (and its older names) that replaces the default. The declared type of the field decides how it is read. */
export const Env = (...names: string[]): PropertyDecorator => field({ env: { names } });

/** As `Env`, with a reader of its own; a reader that throws stops the start. */
export const EnvAs = (parse: EnvParser, ...names: string[]): PropertyDecorator => field({ env: { names, parse } });

/**
 * Encrypted at rest, masked in logs, exports and pages; of an object with secrets among other things, pages mask only
 * what is below the named keys.
 */
export const Secret = (...keys: string[]): PropertyDecorator => field({ isSecret: true, secretKeys: keys });

/**
 * Where the value stands in an exported document (contract: spec 14 and 15, "Stored at"). A field without a place is
 * never saved: the environment alone decides.
 */
export const StoredAt = (path: string): PropertyDecorator => field({ path });

export const sectionName = (type: SettingsClass): string => metadataOf(type.prototype as object).name;

export const isSecretField = (type: SettingsClass, key: string): boolean =>
  metadataOf(type.prototype as object).fields.get(key)?.isSecret === true;

/** The secret fields of a section, with the keys below which their secrets are; without keys all of it is secret. */
export const secretsOf = (type: SettingsClass): { key: string; within: readonly string[] }[] =>
  [...metadataOf(type.prototype as object).fields].flatMap(([key, { isSecret, secretKeys = [] }]) =>
    isSecret === true ? [{ key, within: secretKeys }] : [],
  );

/** The variables of a section, by field; of several names the newest first. */
export const variablesOf = (type: SettingsClass): { key: string; names: readonly string[]; isSecret: boolean }[] =>
  [...metadataOf(type.prototype as object).fields].flatMap(([key, { env, isSecret = false }]) =>
    env ? [{ key, names: env.names, isSecret }] : [],
  );

export const savedWithOf = (type: SettingsClass): string | undefined => metadataOf(type.prototype as object).savedWith;

/** Whether what administrators saved of the section counts. */
export function isSaved(type: SettingsClass, source: Source): boolean {
  const savedWith = savedWithOf(type);
  return savedWith === undefined || readBoolean(source, savedWith, false);
}

/** None for a section that is not saved. */
export const storedFieldsOf = (type: SettingsClass, source: Source): StoredField[] =>
  !isSaved(type, source)
    ? []
    : [...metadataOf(type.prototype as object).fields].flatMap(([key, { path, isSecret = false }]) =>
        path === undefined ? [] : [{ key, path: path.split('.'), isSecret }],
      );

/** Code defaults overlaid by the environment. @throws InvalidEnvError naming variable, value and what is allowed. */
export function defaultsOf<T extends object>(type: SettingsClass<T>, source: Source): T {
  const section = new type() as Record<string, unknown>;
  for (const [key, { env }] of metadataOf(type.prototype as object).fields) {
    const set = env?.names.filter((candidate) => source[candidate] !== undefined) ?? [];
    // An empty variable says nothing when another name of the field says something.
    const name = set.find((candidate) => source[candidate]?.trim() !== '') ?? set[0];
    if (!env || name === undefined) continue;
    const value = (env.parse ?? parserFor(section[key]))(source[name] ?? '', name, source);
    if (value !== undefined) section[key] = value;
  }
  return section as T;
}

function parserFor(example: unknown): EnvParser {
  if (typeof example === 'boolean') return parseBoolean;
  if (typeof example === 'number') return parseNumber;
  if (typeof example === 'string' || example === null) return (text) => text;
  return (text, name) => (text.trim() === '' ? undefined : parseJson(text, name));
}

/** As the contract reads switches: only the text `true` is true; anything that is no boolean stops the start. */
function parseBoolean(text: string, name: string): boolean | undefined {
  if (text.trim() === '') return undefined;
  if (/^(true|1|yes|on)$/i.test(text.trim())) return true;
  if (/^(false|0|no|off)$/i.test(text.trim())) return false;
  throw new InvalidEnvError(name, text, 'expected true or false');
}

function parseNumber(text: string, name: string): number | undefined {
  if (text.trim() === '') return undefined;
  const value = Number(text);
  if (Number.isNaN(value)) throw new InvalidEnvError(name, text, 'expected a number');
  return value;
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidEnvError(name, text, 'expected JSON');
  }
}
