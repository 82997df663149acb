import { BoundedText } from '../../json/bounded-text';

/** One line of a body; numbers start at 1; `text` is null when it is longer than allowed. Blank lines are skipped. */
export interface BodyLine {
  number: number;
  text: string | null;
}

const NEWLINE = 0x0a;
const BYTE_ORDER_MARK = '\ufeff';

/** The lines of a body, streamed. At most one line is in memory. A byte order mark is ignored. */
export async function* bodyLines(body: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<BodyLine> {
  const line = new BoundedText(maxBytes);
  let number = 0;
  function* take(): Generator<BodyLine> {
    const taken = line.take();
    const text = number === 0 && taken?.startsWith(BYTE_ORDER_MARK) ? taken.slice(1) : taken;
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
