const BOOLEANS = new Map<unknown, boolean>([
  ...['true', '1', 'yes', 'on', 't', 'y'].map((text) => [text, true] as const),
  ...['false', '0', 'no', 'off', 'f', 'n'].map((text) => [text, false] as const),
  [1, true],
  [0, false],
]);

/** The boolean that `value` represents, or `value` unchanged. */
export function coerceBoolean(value: unknown): unknown {
  return BOOLEANS.get(typeof value === 'string' ? value.toLowerCase() : value) ?? value;
}

/** The integer that a numeric string represents, or `value` unchanged. */
export function coerceInteger(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[+-]?\d+(\.0+)?\s*$/.test(value)) return value;
  return Number(value);
}
