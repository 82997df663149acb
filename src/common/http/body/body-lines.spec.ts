import { bodyLines } from './body-lines';

async function linesOf(chunks: (string | Buffer)[], maxBytes = 100) {
  async function* body() {
    for (const chunk of chunks) yield await Promise.resolve(Buffer.from(chunk as string));
  }
  const lines: [number, string | null][] = [];
  for await (const { number, text } of bodyLines(body(), maxBytes)) lines.push([number, text]);
  return lines;
}

describe('bodyLines', () => {
  it.each([
    [
      ['a\nb\n'],
      [
        [1, 'a'],
        [2, 'b'],
      ],
    ],
    [
      ['a\nb'],
      [
        [1, 'a'],
        [2, 'b'],
      ],
    ],
    [
      ['a', 'b\r\n', '\n \nc'],
      [
        [1, 'ab\r'],
        [4, 'c'],
      ],
    ],
    [[], []],
    [['\n\n'], []],
    [
      ['\ufeffa\n', '\ufeffb'],
      [
        [1, 'a'],
        [2, '\ufeffb'],
      ],
    ],
  ])('cuts %j', async (chunks, lines) => {
    expect(await linesOf(chunks)).toEqual(lines);
  });

  it('puts characters together that come in parts', async () => {
    const bytes = Buffer.from('é\n');
    expect(await linesOf([bytes.subarray(0, 1), bytes.subarray(1)])).toEqual([[1, 'é']]);
  });

  it('drops a line that is too long, and continues', async () => {
    expect(await linesOf(['x'.repeat(60), 'x'.repeat(60), '\nok\n'])).toEqual([
      [1, null],
      [2, 'ok'],
    ]);
  });
});
