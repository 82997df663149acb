import { isJsonObject } from '../util/json';

/** Characters of a request value that a response may repeat. */
const MAX_EXCERPT = 200;

/** A short JSON value unchanged; the beginning of a longer string, or of the JSON of a longer value. */
export function excerptOf(value: unknown): unknown {
  if (typeof value === 'string') return value.slice(0, MAX_EXCERPT);
  let text = '';
  for (const part of jsonParts(value)) {
    text += part;
    if (text.length > MAX_EXCERPT) return text.slice(0, MAX_EXCERPT);
  }
  return value;
}

/** Generates the JSON of a value lazily. */
function* jsonParts(value: unknown): Generator<string> {
  if (typeof value === 'string') yield JSON.stringify(value.slice(0, MAX_EXCERPT));
  else if (Array.isArray(value)) {
    yield '[';
    for (const [index, item] of value.entries()) {
      if (index > 0) yield ',';
      yield* jsonParts(item);
    }
    yield ']';
  } else if (isJsonObject(value)) {
    yield '{';
    for (const [index, key] of Object.keys(value).entries()) {
      yield `${index > 0 ? ',' : ''}${JSON.stringify(key.slice(0, MAX_EXCERPT))}:`;
      yield* jsonParts(value[key]);
    }
    yield '}';
  } else yield String(value);
}
