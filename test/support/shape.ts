/**
 * What the web client reads of an answer: a type by its name (`string`, `number`, `boolean`, `object`, `any` for all of them and none, with `|null`
 * when null is fine, with `?` at the end when it may be missing), a list as `[shape of each]`, an object as its fields.
 */
export type Shape = string | [Shape] | { [field: string]: Shape };

/** Every place where the value has another form, as `path: expected, got`. */
export function misfits(value: unknown, shape: Shape, path = '$'): string[] {
  if (typeof shape === 'string')
    return fits(value, shape) ? [] : [`${path}: expected ${shape}, got ${typeName(value)}`];
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) return [`${path}: expected a list, got ${typeName(value)}`];
    return value.flatMap((item, index) => misfits(item, shape[0], `${path}[${index}]`));
  }
  if (typeName(value) !== 'object') return [`${path}: expected an object, got ${typeName(value)}`];
  const fields = value as Record<string, unknown>;
  return Object.entries(shape).flatMap(([key, inner]) => misfits(fields[key], inner, `${path}.${key}`));
}

function fits(value: unknown, shape: string): boolean {
  const types = shape.replace(/\?$/, '').split('|');
  if (shape.endsWith('?') && value === undefined) return true;
  return types.includes('any') || types.includes(typeName(value));
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value;
}
