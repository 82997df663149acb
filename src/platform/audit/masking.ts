import { isJsonObject } from '../../common/util/json';

export const MASK = '********';

/** Names of fields whose values are secrets, whatever the case and the words around them. */
const SECRET_NAME =
  /pass(word|wd|phrase)?|secret|token|api_?keys?|(^|_)keys?$|credential|authorization|cookie|private/i;
/** Secrets that stand in values of any name: API keys, and tokens in three parts. */
const SECRET_VALUE = /\b(sk-[\w-]{8,}|eyJ[\w-]{8,}\.[\w-]+\.[\w-]+)/g;
/** A secret field inside of JSON text, also of one that was cut off: a string, a list, a number. */
const SECRET_FIELD =
  /("(?:[^"\\]{0,99}(?:pass|secret|token|api_?key|credential|authorization|cookie|private)[^"\\]{0,99}|key|keys|[^"\\]{0,99}_keys?)"\s*:\s*)("(?:[^"\\]|\\.)*"?|\[[^\]]*\]?|[-\d.]+)/gi;

const MAX_TEXT = 500;
const MAX_ITEMS = 50;
const MAX_DEPTH = 6;

/** JSON text without its secrets. */
export const maskText = (text: string): string => text.replace(SECRET_FIELD, `$1"${MASK}"`).replace(SECRET_VALUE, MASK);

/** A copy of a JSON value without its secrets, with long texts and lists cut. */
export function masked(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return cut(value.replace(SECRET_VALUE, MASK));
  if (depth >= MAX_DEPTH) return typeof value === 'object' && value !== null ? '…' : value;
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => masked(item, depth + 1));
  return isJsonObject(value) ? maskedFields(value, depth) : value;
}

/** False counts as no secret: switches such as `ENABLE_API_KEYS` are what somebody wants to read in a log. */
const isSecret = (name: string, value: unknown): boolean =>
  SECRET_NAME.test(name) && typeof value !== 'boolean' && value !== null && value !== '';

const maskedFields = (object: Record<string, unknown>, depth: number): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(object)
      .slice(0, MAX_ITEMS)
      .map(([name, value]) => [cut(name), isSecret(name, value) ? MASK : masked(value, depth + 1)]),
  );

const cut = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text);
