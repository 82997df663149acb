import { isJsonObject } from '../../../../common/util/json';

/**
 * The value as the metadata of chunks shows it: lists, objects and dates are texts in the notation of Python, on which
 * clients rely (spec of retrieval, 4.2).
 */
export function metadataValue(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? pythonText(value) : value;
}

const NAMED = new Map<unknown, string>([
  [true, 'True'],
  [false, 'False'],
  [null, 'None'],
  [undefined, 'None'],
]);

function pythonText(value: unknown): string {
  const named = NAMED.get(value);
  if (named !== undefined) return named;
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map(pythonText).join(', ')}]`;
  if (!isJsonObject(value)) return String(value);
  const entries = Object.entries(value).map(([key, item]) => `${quoted(key)}: ${pythonText(item)}`);
  return `{${entries.join(', ')}}`;
}

const ESCAPES: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** In single quotes, unless only double ones need no escape. */
function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(/[\\\n\r\t]/g, (character) => ESCAPES[character] ?? character);
  return `${quote}${quote === "'" ? escaped.replaceAll("'", "\\'") : escaped}${quote}`;
}
