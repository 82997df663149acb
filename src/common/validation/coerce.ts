const BOOLEANS = new Map<unknown, boolean>([
  ...['true', '1', 'yes', 'on', 't', 'y'].map((text) => [text, true] as const),
  ...['false', '0', 'no', 'off', 'f', 'n'].map((text) => [text, false] as const),
  [1, true],
  [0, false],
]);

/** The boolean that `value` stands for, or `value` itself when it stands for none. */
export function coerceBoolean(value: unknown): unknown {
  return BOOLEANS.get(typeof value === 'string' ? value.toLowerCase() : value) ?? value;
}

/** The integer that a numeric text stands for, or `value` itself. */
export function coerceInteger(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[+-]?\d+(\.0+)?\s*$/.test(value)) return value;
  return Number(value);
}
