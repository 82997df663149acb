/** True for the functions of a server that may be offered. */
export type FunctionFilter = (name: string) => boolean;

/**
 * A `function_name_filter_list`: comma-separated text, or a list. Entries match the end of a name. `!x` blocks; if there
 * are others, one of them has to match.
 */
export function toFunctionFilter(value: unknown): FunctionFilter {
  const entries = entriesOf(value);
  const blocked = entries.filter((entry) => entry.startsWith('!')).map((entry) => entry.slice(1).trim());
  const allowed = entries.filter((entry) => !entry.startsWith('!'));
  return (name) =>
    (allowed.length === 0 || allowed.some((end) => name.endsWith(end))) &&
    !blocked.some((end) => end !== '' && name.endsWith(end));
}

function entriesOf(value: unknown): string[] {
  const items: unknown[] = typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [];
  return items.flatMap((item) => (typeof item === 'string' && item.trim() !== '' ? [item.trim()] : []));
}
