/**
 * JSON as Python writes it, which the contract requires: `", "` and `": "` as separators, and with `ascii` all other
 * characters as `\uXXXX`.
 */
export function pythonJson(value: unknown, { ascii }: { ascii: boolean }): string {
  const text = write(value);
  return ascii ? text.replace(/[\u007f-\uffff]/g, escapeUnit) : text;
}

const escapeUnit = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

function write(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(write).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}: ${write(item)}`).join(', ')}}`;
}
