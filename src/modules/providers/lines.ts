import { ProviderUnreachableError } from './provider-errors';

/** Characters beyond which a line is given up, and its stream with it: images within a reply have a few million. */
const LONGEST_LINE = 64 * 1024 * 1024;

/** Lines without their LF; a CR before it is left, JSON and `trim()` do not mind. The last line may have no end. */
export async function* readLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const part of bytes) {
    const text = decoder.decode(part, { stream: true });
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      yield rest + text.slice(start, end);
      rest = '';
      start = end + 1;
    }
    rest += text.slice(start);
    if (rest.length > LONGEST_LINE) throw new ProviderUnreachableError(new Error('A line of the stream does not end'));
  }
  yield rest + decoder.decode();
}
