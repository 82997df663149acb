import { toUSVString } from 'node:util';
import fc from 'fast-check';
import { WorkersService } from '../../../platform/workers/workers.service';
import type { ExtractedPart } from '../extraction/extraction.types';
import { countCodePoints } from './piece';
import { splitParts } from './split-parts';
import { SplittingService } from './splitting.service';
import { SplittingSettings } from './splitting.settings';
import type { Chunk, SplitOptions } from './splitting.types';

const SPLIT: SplitOptions = { kind: 'character', size: 40, overlap: 10, encoding: 'cl100k_base' };

async function split(texts: string | ExtractedPart[], options: Partial<SplitOptions> = {}): Promise<Chunk[]> {
  const parts = typeof texts === 'string' ? [{ text: texts, metadata: {} }] : texts;
  const chunks: Chunk[] = [];
  for await (const some of splitParts(parts, { ...SPLIT, ...options })) chunks.push(...some);
  return chunks;
}

/** Text with all kinds of separators, beyond the first plane too. */
const texts = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
      {
        weight: 4,
        arbitrary: fc.constantFrom(' ', '\n', '\n\n', '\n\n\n', '\t', '\u{1f600}', '語', 'word', '# H\n', '```\n'),
      },
    ),
    { maxLength: 80 },
  )
  .map((words) => words.join(''));
const options = fc
  .record({ size: fc.integer({ min: 1, max: 60 }), overlap: fc.integer({ min: 0, max: 60 }) })
  .map(({ size, overlap }) => ({ size, overlap: Math.min(size, overlap) }));
/** One text in parts, cut anywhere between characters. */
const inParts = (text: string, length: number): ExtractedPart[] =>
  (text.match(new RegExp(`.{1,${length}}`, 'gsu')) ?? []).map((part, index) => ({
    text: part,
    metadata: {},
    continues: index > 0,
  }));
const lengthOf = (text: string) => countCodePoints(text, 0, text.length);
const isWhole = (text: string) => toUSVString(text) === text;

describe('character splitter', () => {
  it('splits paragraphs, lines and words, repeats the overlap, and says where a chunk starts', async () => {
    const text =
      'Para one line a.\nPara one line b.\n\nPara two has a rather longer sentence in it. And another one follows here.\n\nThree.';
    expect(await split(text)).toEqual([
      { text: 'Para one line a.\nPara one line b.', metadata: { start_index: 0 } },
      { text: 'Para two has a rather longer sentence', metadata: { start_index: 35 } },
      { text: 'sentence in it. And another one follows', metadata: { start_index: 64 } },
      { text: 'follows here.', metadata: { start_index: 96 } },
      { text: 'Three.', metadata: { start_index: 111 } },
    ]);
  });

  it('cuts between characters where there is no separator', async () => {
    expect((await split('abcdefghij', { size: 4, overlap: 1 })).map(({ text }) => text)).toEqual([
      'abcd',
      'defg',
      'ghij',
    ]);
    const faces = await split('\u{1f600}'.repeat(5), { size: 2, overlap: 0 });
    expect(faces.map(({ text, metadata }) => [text.length, metadata.start_index])).toEqual([
      [4, 0],
      [4, 2],
      [2, 4],
    ]);
  });

  it('keeps the metadata of parts, and takes parts that continue as one text', async () => {
    const chunks = await split([
      { text: 'first par', metadata: { page: 0 } },
      { text: 't', metadata: { page: 0 }, continues: true },
      { text: 'second', metadata: { page: 1 } },
      { text: ' \n ', metadata: { page: 2 } },
    ]);
    expect(chunks).toEqual([
      { text: 'first part', metadata: { page: 0, start_index: 0 } },
      { text: 'second', metadata: { page: 1, start_index: 0 } },
    ]);
  });

  it.each(['character', 'token'] as const)('says the line of chunks of a text with lines (%s)', async (kind) => {
    const text = Array.from({ length: 30 }, (_, index) => `line ${index} \u{1f600}`).join('\n');
    const chunks = await split([{ text, metadata: { line: 1 } }], { kind, size: 12, overlap: 3 });
    expect(chunks.length).toBeGreaterThan(5);
    for (const { metadata } of chunks) {
      const before = [...text].slice(0, metadata.start_index as number).join('');
      expect(metadata.line).toBe(before.split('\n').length);
    }
  });

  it('covers every text with chunks within the limits', async () => {
    await fc.assert(
      fc.asyncProperty(texts, options, async (text, { size, overlap }) => {
        const points = [...text];
        let end = 0;
        for (const chunk of await split(text, { size, overlap })) {
          const start = chunk.metadata.start_index as number;
          const length = lengthOf(chunk.text);
          expect(points.slice(start, start + length).join('')).toBe(chunk.text);
          expect(length).toBeLessThanOrEqual(size);
          expect(end - start).toBeLessThanOrEqual(overlap);
          expect(points.slice(end, start).join('').trim()).toBe('');
          expect(isWhole(chunk.text)).toBe(true);
          end = Math.max(end, start + length);
        }
        expect(points.slice(end).join('').trim()).toBe('');
      }),
      { numRuns: 500 },
    );
  });

  it('splits a text that comes in parts as the whole one', async () => {
    await fc.assert(
      fc.asyncProperty(texts, options, fc.integer({ min: 1, max: 9 }), async (text, limits, length) => {
        expect(await split(inParts(text, length), limits)).toEqual(text === '' ? [] : await split(text, limits));
      }),
    );
  });

  it.each([
    ['lines', 'A line of some words that goes on.\n'],
    ['one line', 'word '],
    ['nothing to split at', '語\u{1f600}'],
  ])('covers long texts of %s', async (_, unit) => {
    const text = unit.repeat(Math.ceil(1_500_000 / unit.length));
    const chunks = await split(inParts(text, 65_536), { size: 1000, overlap: 100 });
    const points = [...text];
    let end = 0;
    for (const { text: chunk, metadata } of chunks) {
      const start = metadata.start_index as number;
      const length = lengthOf(chunk);
      if (points.slice(start, start + length).join('') !== chunk) throw new Error(`Not there: ${start}`);
      if (points.slice(end, start).join('').trim() !== '' || length > 1000) throw new Error(`Gap or limit at ${start}`);
      end = start + length;
    }
    expect(points.slice(end).join('').trim()).toBe('');
  });
});

describe('heading splitter', () => {
  const kind = 'markdown_header';

  it('splits by headings, keeps them, and names those above', async () => {
    const text =
      '# Top\n\nIntro text.\n\n## Sub\n\nSub text that is long enough to be split in two pieces.\n\n### Deep\n\nEnd.';
    expect(await split(text, { kind })).toEqual([
      { text: '# Top  \nIntro text.', metadata: { headings: ['Top'] } },
      { text: '## Sub', metadata: { headings: ['Top', 'Sub'] } },
      { text: 'Sub text that is long enough to be', metadata: { headings: ['Top', 'Sub'] } },
      { text: 'to be split in two pieces.', metadata: { headings: ['Top', 'Sub'] } },
      { text: '### Deep  \nEnd.', metadata: { headings: ['Top', 'Sub', 'Deep'] } },
    ]);
  });

  it.each([
    ['lines of a paragraph stay together', 'a\n  b\n\nc', [['a\nb  \nc', []]]],
    ['a heading without text joins what is below it', '# A\n## B\ntext', [['# A  \n## B\ntext', ['A', 'B']]]],
    [
      'a heading ends those of its level',
      '## A\nx\n# B\ny',
      [
        ['## A\nx', ['A']],
        ['# B\ny', ['B']],
      ],
    ],
    [
      'levels may be left out',
      '# A\nx\n### C\ny',
      [
        ['# A\nx', ['A']],
        ['### C\ny', ['A', 'C']],
      ],
    ],
    ['fenced code has none', '# A\n```sh\n# no\n```\nx', [['# A\n```sh\n# no\n```\nx', ['A']]]],
    ['a number sign is not enough', '#x\n####### y', [['#x\n####### y', []]]],
  ])('%s', async (_, text, expected) => {
    const chunks = await split(text, { kind, size: 1000 });
    expect(chunks.map((chunk) => [chunk.text, chunk.metadata.headings])).toEqual(expected);
  });

  it('splits a long text without blank lines and headings', async () => {
    const line = 'line of text';
    const chunks = await split(`${line}\n`.repeat(100_000), { kind, size: 1000, overlap: 0 });
    expect(
      chunks
        .map(({ text }) => text)
        .join('\n')
        .split(/\s*\n/),
    ).toEqual(Array<string>(100_000).fill(line));
  });

  it('loses no word and exceeds no limit', async () => {
    const withoutSpace = (text: string) => text.replace(/[^\P{C}\t]|\s/gu, '');
    await fc.assert(
      fc.asyncProperty(texts, fc.integer({ min: 1, max: 60 }), async (text, size) => {
        const chunks = await split(text, { kind, size, overlap: 0 });
        expect(withoutSpace(chunks.map((chunk) => chunk.text).join(''))).toBe(withoutSpace(text));
        for (const chunk of chunks) expect(lengthOf(chunk.text)).toBeLessThanOrEqual(size);
      }),
    );
  });
});

describe('token splitter', () => {
  const kind = 'token';
  const tokensOf = async (text: string) =>
    (await import('gpt-tokenizer/encoding/cl100k_base')).encode(text, { disallowedSpecial: new Set() });

  it('makes windows of tokens that advance by size minus overlap', async () => {
    const chunks = await split('The heron eats frogs near the quiet river.', { kind, size: 6, overlap: 2 });
    expect(chunks.map(({ text, metadata }) => [metadata.start_index, text])).toEqual([
      [0, 'The heron eats frogs near'],
      [14, ' frogs near the quiet river.'],
    ]);
    expect(await tokensOf('The heron eats frogs near')).toHaveLength(6);
  });

  it('covers every text with whole characters', async () => {
    await fc.assert(
      fc.asyncProperty(texts, options, async (text, { size, overlap }) => {
        const points = [...text];
        let end = 0;
        for (const chunk of await split(text, { kind, size, overlap })) {
          const start = chunk.metadata.start_index as number;
          const length = lengthOf(chunk.text);
          expect(points.slice(start, start + length).join('')).toBe(chunk.text);
          expect(start).toBeLessThanOrEqual(end);
          expect(isWhole(chunk.text)).toBe(true);
          end = start + length;
        }
        expect(end).toBe(points.length);
      }),
    );
  });

  it('takes special tokens for text', async () => {
    expect((await split('a <|endoftext|> b', { kind, size: 100 })).map(({ text }) => text)).toEqual([
      'a <|endoftext|> b',
    ]);
  });
});

describe('SplittingService', () => {
  const workers = new WorkersService();
  const service = (changes: Partial<SplittingSettings>) =>
    new SplittingService(Object.assign(new SplittingSettings(), changes), workers);
  const all = async (settings: Partial<SplittingSettings>, parts: ExtractedPart[]) => {
    const chunks: Chunk[] = [];
    for await (const chunk of service(settings).split(parts)) chunks.push(chunk);
    return chunks;
  };

  afterAll(() => workers.onApplicationShutdown());

  it('splits long texts in a worker as short ones in place', async () => {
    const text = 'A line of some words that goes on.\n'.repeat(2000);
    const parts = [{ text: 'short', metadata: { page: 0 } }, ...inParts(text, 10_000)];
    expect(await all({}, parts)).toEqual(await split(parts, { size: 1000, overlap: 100 }));
    expect(await all({ text_splitter: 'token' }, [{ text: 'short', metadata: { page: 0 } }])).toEqual([
      { text: 'short', metadata: { page: 0, start_index: 0 } },
    ]);
  });

  it.each([
    [{ text_splitter: 'bogus' }, 'Invalid text splitter'],
    [{ chunk_size: 0 }, 'chunk size'],
    [{ chunk_size: 10, chunk_overlap: 11 }, 'overlap'],
    [{ text_splitter: 'token', tiktoken_encoding_name: 'constructor' }, 'encoding'],
  ])('refuses %j', async (settings, message) => {
    await expect(all(settings, [])).rejects.toMatchObject({ status: 400, message: expect.stringContaining(message) });
  });
});
