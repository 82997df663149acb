import type { TextPath } from './secret-mask';
import { readBoolean, type Source } from '../env/env-readers';

export type SettingsClass<T extends object = object> = new () => T;

/** Converts the string of a variable to a value; undefined counts as not set. `source`: all variables. */
export type EnvParser = (text: string, name: string, source: Source) => unknown;

interface FieldMetadata {
  env?: { names: readonly string[]; parse?: EnvParser };
  isSecret?: boolean;
  secretKeys?: readonly string[];
  sentTo?: (section: object, path: TextPath) => string | undefined;
  path?: string;
  feature?: string;
}

/** A field that can be saved, and its path in the exported document. */
export interface StoredField {
  key: string;
  path: readonly string[];
  isSecret: boolean;
}

interface SectionOptions {
  /**
   * Boolean variable; while it is false, only the environment applies: saved values are ignored and nothing is saved.
   */
  savedWith?: string;
}

interface SectionMetadata extends SectionOptions {
  name: string;
  fields: Map<string, FieldMetadata>;
}

const types: SettingsClass[] = [];

/** The sections of all loaded classes. */
export const allSections = (): readonly SettingsClass[] => types;

const sections = new WeakMap<object, SectionMetadata>();

function metadataOf(prototype: object): SectionMetadata {
  let metadata = sections.get(prototype);
  if (!metadata) sections.set(prototype, (metadata = { name: '', fields: new Map() }));
  return metadata;
}

/** A class of settings that administrators can edit: type, default, variable, validation and documentation at once. */
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

/**
 * The variable (and its older names) that overrides the default. The declared type of the field determines the parsing.
 */
export const Env = (...names: string[]): PropertyDecorator => field({ env: { names } });

/** As `Env`, with a custom parser; an error stops the start. */
export const EnvAs = (parse: EnvParser, ...names: string[]): PropertyDecorator => field({ env: { names, parse } });

interface SecretOptions<S> {
  /** Keys below which an object holds secrets; only those values are masked in pages. */
  within?: readonly string[];
  /**
   * The URL or host that receives the secret at a path inside the value. A masked secret is rejected when the server
   * changes, so that a stored secret is never sent to a server that was entered later.
   */
  sentTo?: (section: S, path: TextPath) => string | undefined;
}

/** Encrypted at rest, masked in logs, exports and pages. */
export const Secret = <S>({ within = [], sentTo }: SecretOptions<S> = {}): PropertyDecorator =>
  field({ isSecret: true, secretKeys: within, sentTo: sentTo as FieldMetadata['sentTo'] });

/** Path of the value in an exported document. A field without a path is never saved: only the environment applies. */
export const StoredAt = (path: string): PropertyDecorator => field({ path });

/** A boolean field by which administrators enable a feature for all users; see `@RequireFeature`. */
export const FeatureSwitch = (feature: string): PropertyDecorator => field({ feature });

/** The field that enables the feature; undefined for a feature that is always on. */
export function featureSwitchOf(feature: string): { type: SettingsClass; key: string } | undefined {
  for (const type of types)
    for (const [key, metadata] of metadataOf(type.prototype as object).fields)
      if (metadata.feature === feature) return { type, key };
  return undefined;
}

export const sectionName = (type: SettingsClass): string => metadataOf(type.prototype as object).name;

export const isSecretField = (type: SettingsClass, key: string): boolean =>
  metadataOf(type.prototype as object).fields.get(key)?.isSecret === true;

/** The secret fields of a section; see `SecretOptions`. */
export const secretsOf = (
  type: SettingsClass,
): { key: string; within: readonly string[]; sentTo: FieldMetadata['sentTo'] }[] =>
  [...metadataOf(type.prototype as object).fields].flatMap(([key, { isSecret, secretKeys = [], sentTo }]) =>
    isSecret === true ? [{ key, within: secretKeys, sentTo }] : [],
  );

let secretNames: { count: number; names: ReadonlySet<string> } | undefined;

/** All names of secret fields of the loaded sections, in lower case: field, variable, stored path. */
export function secretFieldNames(): ReadonlySet<string> {
  if (secretNames?.count !== types.length)
    secretNames = { count: types.length, names: new Set(types.flatMap(secretNamesOf)) };
  return secretNames.names;
}

const secretNamesOf = (type: SettingsClass): string[] =>
  [...metadataOf(type.prototype as object).fields]
    .filter(([, { isSecret }]) => isSecret === true)
    .flatMap(([key, { env, path, secretKeys = [] }]) => {
      if (secretKeys.length > 0) return secretKeys;
      return [key, ...(env?.names ?? []), ...(path?.split('.').slice(-1) ?? [])];
    })
    .map((name) => name.toLowerCase());

interface FieldVariables {
  key: string;
  /** Newest name first. */
  names: readonly string[];
  /** Default: by the declared type of the field. */
  parse?: EnvParser;
  isSecret: boolean;
}

/** The variables of a section, by field. */
export const variablesOf = (type: SettingsClass): FieldVariables[] =>
  [...metadataOf(type.prototype as object).fields].flatMap(([key, { env, isSecret = false }]) =>
    env ? [{ key, ...env, isSecret }] : [],
  );

export const savedWithOf = (type: SettingsClass): string | undefined => metadataOf(type.prototype as object).savedWith;

/** True when saved values of the section apply. */
export function isSaved(type: SettingsClass, source: Source): boolean {
  const savedWith = savedWithOf(type);
  return savedWith === undefined || readBoolean(source, savedWith, false);
}

/** Empty for a section that is not saved. */
export const storedFieldsOf = (type: SettingsClass, source: Source): StoredField[] =>
  !isSaved(type, source)
    ? []
    : [...metadataOf(type.prototype as object).fields].flatMap(([key, { path, isSecret = false }]) =>
        path === undefined ? [] : [{ key, path: path.split('.'), isSecret }],
      );
