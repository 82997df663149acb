import { BoundedText } from './bounded-text';

/** One line of a body, from 1 on; `text` is null when it is longer than allowed. Blank lines are left out. */
export interface BodyLine {
  number: number;
  text: string | null;
}

const NEWLINE = 0x0a;

/** The lines of a body as they come. No more than one line is kept, and of one that is too long nothing. */
export async function* bodyLines(body: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<BodyLine> {
  const line = new BoundedText(maxBytes);
  let number = 0;
  function* take(): Generator<BodyLine> {
    const text = line.take();
    number++;
    if (text === null || text.trim() !== '') yield { number, text };
  }
  for await (const chunk of body) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      line.add(chunk.subarray(start, end));
      yield* take();
      start = end + 1;
    }
    line.add(chunk.subarray(start));
  }
  yield* take();
}
