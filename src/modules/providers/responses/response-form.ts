import { ProviderUnreachableError } from '../provider.errors';

/** Prefixes of the first line of an event stream: a field or a comment. */
const FIELDS = ['data:', 'event:', 'id:', 'retry:', ':'];
const LONGEST_FIELD = 6;
/** Leading white space and byte order mark, as single bytes. */
const BLANKS = /^[\s\u00ef\u00bb\u00bf]+/;
const MAX_BLANKS = 1024;

export interface OpenedResponse {
  /** `whole`: a JSON document or any other body. */
  form: 'whole' | 'events';
  /** The complete body, including the bytes that were inspected. */
  bytes: AsyncIterable<Uint8Array>;
}

/** Detects the form of a response by its first bytes: servers send streams unasked, and with any media type or none. */
export async function openResponse(source: AsyncGenerator<Uint8Array, void>): Promise<OpenedResponse> {
  const parts: Uint8Array[] = [];
  let start = '';
  for (let next = await source.next(); !next.done; next = await source.next()) {
    parts.push(next.value);
    start = (start + Buffer.from(next.value).toString('latin1', 0, MAX_BLANKS)).replace(BLANKS, '');
    if (start.length < LONGEST_FIELD && !isEventStart(start)) continue;
    return { form: isEventStart(start) ? 'events' : 'whole', bytes: following(parts, source) };
  }
  return { form: 'whole', bytes: following(parts, source) };
}

const isEventStart = (start: string): boolean => FIELDS.some((field) => start.startsWith(field));

/** The whole body as a string. @throws ProviderUnreachableError when it is longer than `maxBytes`. */
export async function readText(bytes: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of bytes) {
    size += part.byteLength;
    if (size > maxBytes) throw new ProviderUnreachableError(new Error('The response is too large'));
    parts.push(part);
  }
  return Buffer.concat(parts, size).toString('utf8');
}

async function* following(
  parts: readonly Uint8Array[],
  rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  yield* parts;
  yield* rest;
}
