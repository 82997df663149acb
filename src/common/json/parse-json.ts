import { ValidationError } from '../errors/validation-error';
import { storable } from '../util/json';
import { attachExactIntegers } from './exact-integers';
import { jsonExcess, MAX_VALUES } from './json-bounds';
import { MalformedJsonError, parseInSlices, SLICE_LENGTH } from './sliced-json';

const BYTE_ORDER_MARK = '\ufeff';

/**
 * Escapes of U+0000 and of surrogates, the only form in which JSON text can contain unstorable characters. Searching
 * the text is ten times as fast as walking the parsed values.
 */
const UNSTORABLE_ESCAPE = /\\u(?:0000|d[89a-f])/i;

/** Largest text whose integers are preserved exactly: that search is not sliced. */
const MAX_EXACT = 16 * 1024 * 1024;

/** The value of a JSON text, without unstorable characters. A byte order mark is ignored. @throws ValidationError */
export function parseJson(source: string, maxValues = MAX_VALUES): unknown {
  const text = withoutByteOrderMark(source);
  const excess = jsonExcess(text, maxValues);
  if (excess !== undefined) throw invalidJson(0, excess);
  try {
    const value = parseStorable(text);
    attachExactIntegers(text, value);
    return value;
  } catch (error) {
    const offset = Number(/position (\d+)/.exec(String(error))?.[1] ?? text.length);
    throw invalidJson(offset, expectedAt(text, offset));
  }
}

/** As `parseJson`, in slices that yield to the event loop. */
export async function parseLargeJson(source: string, maxValues = MAX_VALUES): Promise<unknown> {
  const text = withoutByteOrderMark(source);
  if (text.length <= SLICE_LENGTH) return parseJson(text, maxValues);
  try {
    const value = await parseInSlices(text, maxValues, parseStorable);
    if (text.length <= MAX_EXACT) attachExactIntegers(text, value);
    return value;
  } catch (error) {
    if (error instanceof MalformedJsonError) return parseJson(text, maxValues);
    throw invalidJson(0, (error as Error).message);
  }
}

/** The value of another server's JSON text; undefined for invalid JSON, and beyond the bounds of `jsonExcess`. */
export function tryParseJson(source: string): unknown {
  const text = withoutByteOrderMark(source);
  if (jsonExcess(text) !== undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const withoutByteOrderMark = (text: string): string => (text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);

function parseStorable(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return UNSTORABLE_ESCAPE.test(text) ? storable(value) : value;
}

const invalidJson = (offset: number, error: string): ValidationError =>
  new ValidationError([
    { type: 'json_invalid', loc: ['body', offset], msg: 'JSON decode error', input: {}, ctx: { error } },
  ]);

/** The error at `offset`, in the words of the contract. */
function expectedAt(text: string, offset: number): string {
  const before = text.slice(0, offset).trimEnd().at(-1);
  if (before === '{') return 'Expecting property name enclosed in double quotes';
  if (before === undefined || ':,['.includes(before)) return 'Expecting value';
  return offset < text.length && /["}\]\w]/.test(before) ? "Expecting ',' delimiter" : 'Unterminated value';
}
