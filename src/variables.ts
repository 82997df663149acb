import { isDeepStrictEqual } from 'node:util';
import { AppModule } from './app.module';
import { permissionTreeFrom } from './modules/groups/permissions/permissions';
import { BOOT_VARIABLES, SECRET_VARIABLES } from './platform/env/boot-variables';
import { nearestName } from './platform/env/nearest-name';
import type { Source } from './platform/env/env-readers';
import {
  listVariables,
  settingNames,
  type ListedVariable,
  type SavedSettings,
} from './platform/settings/list-variables';

// Loaded for its classes, which declare the settings; nothing is started.
void AppModule;

/** All variables of the application, by group. @throws InvalidEnvError for an invalid value. */
export function allVariables(source: Source, saved: SavedSettings): ListedVariable[] {
  const variables = [...bootVariables(source), ...listVariables(source, saved), ...permissions(source)];
  const groups = [...new Set(variables.map(({ group }) => group))];
  return variables.sort((a, b) => groups.indexOf(a.group) - groups.indexOf(b.group));
}

/** Unknown variables whose name is close to a known one. */
export function misspeltVariables(source: Source): { name: string; nearest: string }[] {
  const known = [
    ...Object.values(BOOT_VARIABLES).flatMap((variables) => Object.keys(variables)),
    ...settingNames(),
    ...permissionNames(source),
  ];
  return Object.keys(source).flatMap((name) => {
    const nearest = nearestName(name, known);
    return nearest === undefined ? [] : [{ name, nearest }];
  });
}

/** Descriptions end with the default. */
function bootVariables(source: Source): ListedVariable[] {
  return Object.entries(BOOT_VARIABLES).flatMap(([group, variables]) =>
    Object.entries(variables).map(([name, text]): ListedVariable => {
      const [effect = '', fallback = 'none.'] = text.split(' Default: ');
      const given = source[name]?.trim() ?? '';
      const variable = { group, name, aliases: [], effect };
      if (given === '') return { ...variable, value: fallback.replace(/\.$/, ''), source: 'default' };
      return { ...variable, value: SECRET_VARIABLES.includes(name) ? '(secret)' : given, source: 'environment' };
    }),
  );
}

/** Variables are collected as they are read. */
function permissionNames(source: Source): string[] {
  const names = new Set<string>();
  permissionTreeFrom(new Proxy(source, { get: (target, name: string) => (names.add(name), target[name]) }));
  return [...names].sort();
}

function permissions(source: Source): ListedVariable[] {
  const tree = permissionTreeFrom(source);
  const isOn = (name: string) => isDeepStrictEqual(permissionTreeFrom({ ...source, [name]: 'true' }), tree);
  return permissionNames(source).map((name) => ({
    group: 'default permissions',
    name,
    aliases: [],
    value: String(isOn(name)),
    source: source[name] === undefined ? 'default' : 'environment',
    effect: 'Permission of all users, unless an administrator has saved the default permissions.',
  }));
}
