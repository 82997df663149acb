import { IsLaxBoolean } from '../../common/validation/fields';

const PREFIX = 'USER_PERMISSIONS_';
const variables = new WeakMap<object, Map<string, string[]>>();

/** A leaf of the permission tree, with the variables (without their common prefix) that set its default; the first one wins. */
export function Permission(...names: [string, ...string[]]): PropertyDecorator {
  const validate = IsLaxBoolean();
  return (section, key) => {
    validate(section, key);
    const known = variables.get(section) ?? new Map<string, string[]>();
    variables.set(
      section,
      known.set(
        String(key),
        names.map((name) => PREFIX + name),
      ),
    );
  };
}

/** The leaves of a section class and their variables. */
export const variablesOf = (section: object): ReadonlyMap<string, readonly string[]> =>
  variables.get(Object.getPrototypeOf(section) as object) ?? new Map<string, string[]>();
