/** Text in which small pieces are joined, in characters. */
const JOINED = 32 * 1024;

/** An object in a value of JSON whose entries are read when it is written out. */
export class LaterEntries {
  constructor(readonly entries: AsyncIterable<readonly [string, unknown]>) {}
}

/** The same for a list. */
export class LaterItems {
  constructor(readonly items: AsyncIterable<unknown>) {}
}

/**
 * What `JSON.stringify` gives for a value of JSON, in pieces: the values at `depth`, and what is around them. Small pieces
 * cost the garbage collector little, however large the whole is.
 */
export async function* jsonPieces(value: unknown, depth: number): AsyncGenerator<string> {
  if (value instanceof LaterItems) yield* listPieces(value.items, depth);
  else if (value instanceof LaterEntries) yield* objectPieces(value.entries, depth);
  else if (depth === 0 || typeof value !== 'object' || value === null) yield JSON.stringify(value);
  else if (Array.isArray(value)) yield* listPieces(value, depth);
  else yield* objectPieces(Object.entries(value), depth);
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

/** The same text in pieces that are worth being sent. */
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
