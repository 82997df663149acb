import { isJsonObject } from '../util/json';
import { endOfString } from './json-bounds';

/** On a parsed object: the original text of integers that a double cannot represent, keyed by their rounded text. */
const EXACT = Symbol('exactIntegers');

/** Original texts per rounded text, in order. */
type ExactIntegers = ReadonlyMap<string, readonly string[]>;

/** Integers below 2^53 have at most 16 digits. Most texts have no run of digits as long and cost only this search. */
const LONG_INTEGER = /\d{16}/;
const INTEGER = /^-?\d+$/;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/**
 * Attaches to `value`, parsed from `text`, the integers above 2^53 that parsing rounded. `toExactJson` writes them
 * unchanged; copies by spread retain them.
 */
export function attachExactIntegers(text: string, value: unknown): void {
  if (!isJsonObject(value) || !LONG_INTEGER.test(text)) return;
  const exact = new Map<string, string[]>();
  let isRounded = false;
  for (const { token } of numbersIn(text)) {
    const number = Number(token);
    if (Math.abs(number) <= Number.MAX_SAFE_INTEGER || !Number.isFinite(number)) continue;
    const rounded = String(number);
    const original = INTEGER.test(token) ? token : rounded;
    isRounded ||= original !== rounded;
    const known = exact.get(rounded);
    if (known) known.push(original);
    else exact.set(rounded, [original]);
  }
  if (isRounded) Object.assign(value, { [EXACT]: exact });
}

/** `JSON.stringify` with the exact integers of `source`, the origin of `value`. */
export function toExactJson(value: unknown, source: unknown = value): string {
  const text = JSON.stringify(value);
  const exact = isJsonObject(source) ? (source as { [EXACT]?: ExactIntegers })[EXACT] : undefined;
  return exact ? withExactIntegers(text, exact) : text;
}

/** Several integers that round to the same one are restored in their order. */
function withExactIntegers(text: string, exact: ExactIntegers): string {
  const seen = new Map<string, number>();
  const parts: string[] = [];
  let from = 0;
  for (const { token, at } of numbersIn(text)) {
    const originals = exact.get(token);
    if (!originals) continue;
    const index = seen.get(token) ?? 0;
    seen.set(token, index + 1);
    parts.push(text.slice(from, at), originals[Math.min(index, originals.length - 1)] as string);
    from = at + token.length;
  }
  return parts.join('') + text.slice(from);
}

/** The numbers of a JSON text, except those in strings. */
function* numbersIn(text: string): Generator<{ token: string; at: number }> {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = endOfString(text, at);
    else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      NUMBER.lastIndex = at;
      const token = NUMBER.exec(text)?.[0];
      if (token === undefined) continue;
      yield { token, at };
      at += token.length - 1;
    }
  }
}
