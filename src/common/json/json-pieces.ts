/** Characters up to which small pieces are joined. */
const JOINED = 32 * 1024;

/** An object in a JSON value whose entries are read when it is serialised. */
export class AsyncEntries {
  constructor(readonly entries: AsyncIterable<readonly [string, unknown]>) {}
}

/** A list in a JSON value whose items are read when it is serialised. */
export class AsyncItems {
  constructor(readonly items: AsyncIterable<unknown>) {}
}

/** A string of any length; serialised in slices. */
export class LongText {
  constructor(readonly text: string) {}
}

/**
 * The output of `JSON.stringify` in pieces: the values at `depth`, and the text around them. Small pieces cost the
 * garbage collector little, whatever the total size.
 */
export async function* jsonPieces(value: unknown, depth: number): AsyncGenerator<string> {
  if (value instanceof LongText) yield* textPieces(value.text);
  else if (value instanceof AsyncItems) yield* listPieces(value.items, depth);
  else if (value instanceof AsyncEntries) yield* objectPieces(value.entries, depth);
  else if (depth === 0 || typeof value !== 'object' || value === null) yield JSON.stringify(value);
  else if (Array.isArray(value)) yield* listPieces(value, depth);
  else yield* objectPieces(Object.entries(value), depth);
}

/** Half of a character at the edge of a slice becomes an escape, and both together are the character again. */
function* textPieces(text: string): Generator<string> {
  yield '"';
  for (let start = 0; start < text.length; start += JOINED)
    yield JSON.stringify(text.slice(start, start + JOINED)).slice(1, -1);
  yield '"';
}

type Several<T> = Iterable<T> | AsyncIterable<T>;

async function* listPieces(list: Several<unknown>, depth: number): AsyncGenerator<string> {
  let separator = '[';
  for await (const item of list) {
    yield separator;
    yield* jsonPieces(item ?? null, depth - 1);
    separator = ',';
  }
  yield separator === '[' ? '[]' : ']';
}

async function* objectPieces(entries: Several<readonly [string, unknown]>, depth: number): AsyncGenerator<string> {
  let separator = '{';
  for await (const [key, item] of entries) {
    if (item === undefined) continue;
    yield `${separator}${JSON.stringify(key)}:`;
    yield* jsonPieces(item, depth - 1);
    separator = ',';
  }
  yield separator === '{' ? '{}' : '}';
}

/** Joins pieces to a size that is worth sending. */
export async function* joinedPieces(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let text = '';
  for await (const piece of pieces) {
    text += piece;
    if (text.length < JOINED) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}
