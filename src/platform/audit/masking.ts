import { isJsonObject } from '../../common/util/json';
import { secretFieldNames } from '../settings/decorators';

export const MASK = '********';

/** Names of fields and headers whose values are secrets: `X-API-Key`, `OPENAI_API_KEYS`, `webhook_url`, `apiKey`. */
const SECRET_NAME =
  /pass(word|wd|phrase)?|secret|token|api[-_]?keys?|(^|[-_])keys?$|credential|authorization|cookie|private|webhook|headers?$/i;
const CAMEL_CASE_KEY = /[a-z]Keys?$/;

/** API keys and JSON web tokens, whatever the name of the field. */
const SECRET_VALUE = /\b(?:sk-|eyJ)[\w.-]{8,}/g;
/** `user:password@` of a URL. */
const USER_INFO = /(:\/\/)[^\s/?#"]{1,512}@/g;
/** A secret in the query of a URL. */
const SECRET_PARAMETER = /([?&](?:[\w.-]{0,64}(?:key|token|secret|password|signature)|code|sig)=)[^&#\s"]+/gi;

/** The name and value of a field in JSON text, which may be truncated. */
const FIELD = /"([^"\\]{1,128})"\s*:\s*/g;
const FIELD_VALUE = /"(?:[^"\\]|\\.)*"?|\[[^\]]*\]?|\{[^{}]*\}?|[-\d.]+/y;

/** Size limits of a recorded value. */
export interface MaskingLimits {
  /** Characters per string. */
  text: number;
  /** Items per list, fields per object. */
  items: number;
  /** Characters of the whole value; the rest is replaced by `…`. */
  total: number;
}

const MAX_DEPTH = 6;
const DEFAULT_LIMITS: MaskingLimits = { text: 500, items: 50, total: 20_000 };

/**
 * A copy of a JSON value without secrets, with long strings and lists truncated.
 * @param secrets names of further fields whose values are secrets
 */
export function masked(
  value: unknown,
  secrets: readonly string[] = [],
  limits: MaskingLimits = DEFAULT_LIMITS,
): unknown {
  const known = secretFieldNames();
  let remaining = limits.total;
  const cut = (text: string): string => {
    const length = Math.min(limits.text, Math.max(0, remaining));
    remaining -= text.length;
    return text.length > length ? `${text.slice(0, length)}…` : text;
  };
  const isSecret = (name: string, item: unknown): boolean =>
    (isSecretName(name) || secrets.includes(name) || known.has(name.toLowerCase())) && !isSwitch(item);
  const copy = (item: unknown, depth: number): unknown => {
    if (typeof item === 'string') return maskValues(cut(item));
    if (typeof item !== 'object' || item === null) return item;
    if (depth >= MAX_DEPTH || remaining <= 0) return '…';
    if (Array.isArray(item)) return item.slice(0, limits.items).map((entry) => copy(entry, depth + 1));
    return isJsonObject(item) ? fieldsOf(item, depth) : '…';
  };
  const fieldsOf = (object: Record<string, unknown>, depth: number): unknown => {
    const fields = Object.entries(object).slice(0, limits.items);
    return Object.fromEntries(
      fields.map(([name, item]) => [cut(name), isSecret(name, item) ? MASK : copy(item, depth + 1)]),
    );
  };
  return copy(value, 0);
}

/** Masks secrets in text; JSON may be truncated anywhere. Linear time. */
export function maskText(text: string): string {
  const parts: string[] = [];
  let end = 0;
  FIELD.lastIndex = 0;
  for (let match = FIELD.exec(text); match; match = FIELD.exec(text)) {
    const [field, name = ''] = match;
    if (!isSecretName(name)) continue;
    const start = match.index + field.length;
    FIELD_VALUE.lastIndex = start;
    const value = FIELD_VALUE.exec(text)?.[0];
    if (value === undefined || value === '""') continue;
    parts.push(text.slice(end, start), `"${MASK}"`);
    FIELD.lastIndex = end = start + value.length;
  }
  return maskValues(parts.join('') + text.slice(end));
}

const isSecretName = (name: string): boolean => SECRET_NAME.test(name) || CAMEL_CASE_KEY.test(name);

/** Switches such as `ENABLE_API_KEYS`, and values that are not set, remain readable. */
const isSwitch = (value: unknown): boolean => typeof value === 'boolean' || value === null || value === '';

const maskValues = (text: string): string =>
  text.replace(SECRET_VALUE, MASK).replace(USER_INFO, `$1${MASK}@`).replace(SECRET_PARAMETER, `$1${MASK}`);
