import { ValidateBy, type ValidationArguments } from 'class-validator';
import { isJsonObject, type JsonObject } from '../../../common/util/json';
import { readBoolean, readText, type Source } from '../../../platform/env/env-readers';
import {
  ChatPermissions,
  FeaturePermissions,
  SharingPermissions,
  WorkspacePermissions,
  variablesOf,
  type PermissionTree,
} from './permission-tree.dto';

type KeyOf<S extends keyof PermissionTree> = `${S}.${Extract<keyof PermissionTree[S], string>}`;

/** The path of a leaf: `workspace.prompts`. */
export type PermissionKey = { [S in keyof PermissionTree]: KeyOf<S> }[keyof PermissionTree];

type Sections = Record<string, Record<string, boolean>>;

/** A tree with the code defaults. */
export const newPermissionTree = (): PermissionTree => ({
  workspace: { ...new WorkspacePermissions() },
  sharing: { ...new SharingPermissions() },
  chat: { ...new ChatPermissions() },
  features: { ...new FeaturePermissions() },
});

/** The tree of an installation without saved permissions: code defaults, overridden by variables. */
export function permissionTreeFrom(source: Source): PermissionTree {
  const sections = {
    workspace: new WorkspacePermissions(),
    sharing: new SharingPermissions(),
    chat: new ChatPermissions(),
    features: new FeaturePermissions(),
  };
  for (const section of Object.values(sections)) readSection(section as unknown as Record<string, boolean>, source);
  return completeTree({}, sections);
}

function readSection(section: Record<string, boolean>, source: Source): void {
  for (const [key, names] of variablesOf(section)) {
    const name = names.find((candidate) => readText(source, candidate) !== undefined);
    if (name) section[key] = readBoolean(source, name, false);
  }
}

/** `stored` with missing or mistyped leaves from `defaults`; keys unknown to `defaults` are preserved. */
export function completeTree(stored: JsonObject, defaults: PermissionTree): PermissionTree {
  return toTree(overlay(toSections(defaults), toSections(stored), (_, own) => own));
}

/**
 * The permissions of a member of these groups: groups only add to the defaults. Values other than booleans are ignored;
 * unknown sections and keys are preserved.
 */
export function mergePermissions(defaults: PermissionTree, groups: readonly unknown[]): PermissionTree {
  if (groups.length === 0) return defaults;
  const merged = groups.reduce<Sections>(
    (tree, group) => overlay(tree, toSections(group), (current, own) => current || own),
    toSections(defaults),
  );
  return toTree(merged);
}

/** One leaf of a tree; undefined when it is missing. */
export function permissionIn(tree: unknown, key: string): boolean | undefined {
  const [section = '', leaf = ''] = key.split('.');
  const leaves = isJsonObject(tree) && Object.hasOwn(tree, section) ? tree[section] : undefined;
  const value = isJsonObject(leaves) && Object.hasOwn(leaves, leaf) ? leaves[leaf] : undefined;
  return typeof value === 'boolean' ? value : undefined;
}

/** Invalid entries of a group's partial tree as `section` or `section.key`; unknown keys are allowed. */
export function permissionErrors(permissions: JsonObject): string[] {
  return Object.entries(newPermissionTree()).flatMap(([section, leaves]) => {
    const given = permissions[section];
    if (given === undefined) return [];
    if (!isJsonObject(given)) return [section];
    return Object.keys(leaves as object)
      .filter((key) => given[key] !== undefined && typeof given[key] !== 'boolean')
      .map((key) => `${section}.${key}`);
  });
}

/** A part of the permission tree: known keys hold booleans. */
export const IsPermissionOverlay = (): PropertyDecorator =>
  ValidateBy({
    name: 'isPermissionOverlay',
    validator: {
      validate: (value) => !isJsonObject(value) || permissionErrors(value).length === 0,
      defaultMessage: (given?: ValidationArguments) =>
        `not part of the permission tree: ${permissionErrors(given?.value as Record<string, unknown>).join(', ')}`,
    },
  });

/** The sections as booleans; other values are dropped. */
function toSections(tree: unknown): Sections {
  if (!isJsonObject(tree)) return {};
  const sections = Object.entries(tree).filter((entry): entry is [string, JsonObject] => isJsonObject(entry[1]));
  return Object.fromEntries(sections.map(([name, leaves]) => [name, booleansOf(leaves)]));
}

const booleansOf = (leaves: JsonObject): Record<string, boolean> =>
  Object.fromEntries(
    Object.entries(leaves).filter((entry): entry is [string, boolean] => typeof entry[1] === 'boolean'),
  );

function overlay(base: Sections, top: Sections, combine: (base: boolean, top: boolean) => boolean): Sections {
  const result: Sections = { ...base };
  for (const [name, leaves] of Object.entries(top)) {
    const section = { ...base[name] };
    for (const [key, own] of Object.entries(leaves)) section[key] = combine(section[key] ?? false, own);
    result[name] = section;
  }
  return result;
}

const toTree = (sections: Sections): PermissionTree => sections as unknown as PermissionTree;
