import { diversify, fuse, merge, type Candidate } from './ranking';

const candidate = (text: string, score: number, vector: number[] | null = null): Candidate => ({
  passage: { chunkId: text, documentId: 'd', fileId: null, name: 'n', text, metadata: {} },
  vector: vector && Float32Array.from(vector),
  score,
});
const texts = (candidates: readonly Candidate[]) => candidates.map(({ passage }) => passage.text);

describe('fuse', () => {
  it('adds the weighted reciprocal ranks', () => {
    const scores = fuse([
      { ids: ['a', 'b'], weight: 0.25 },
      { ids: ['b', 'c'], weight: 0.75 },
    ]);
    expect([...scores.keys()]).toEqual(['b', 'c', 'a']);
    expect(scores.get('b')).toBeCloseTo(0.25 / 62 + 0.75 / 61);
    expect(scores.get('a')).toBeCloseTo(0.25 / 61);
  });

  it('ignores what has no weight', () => {
    expect([
      ...fuse([
        { ids: ['a'], weight: 0 },
        { ids: ['b'], weight: 1 },
      ]).keys(),
    ]).toEqual(['b']);
    expect(fuse([]).size).toBe(0);
  });
});

describe('merge', () => {
  it('sorts, and keeps of the same text the best', () => {
    const merged = merge([candidate('a', 0.2), candidate('b', 0.5), candidate('a', 0.7)]);
    expect(merged.map(({ passage, score }) => [passage.text, score])).toEqual([
      ['a', 0.7],
      ['b', 0.5],
    ]);
  });
});

describe('diversify', () => {
  const similar = [candidate('one', 0.9, [1, 0]), candidate('copy', 0.89, [1, 0.01]), candidate('other', 0.6, [0, 1])];

  it('passes over what resembles a better one', () => {
    expect(texts(diversify(similar, 2, 0.5))).toEqual(['one', 'other']);
  });

  it('keeps the order of the scores when relevance alone counts', () => {
    expect(texts(diversify(similar, 3, 1))).toEqual(['one', 'copy', 'other']);
  });

  it('takes passages without vectors, and no more than there are', () => {
    expect(texts(diversify([candidate('a', 0.1), candidate('b', 0.2)], 5, 0.5))).toEqual(['b', 'a']);
    expect(diversify([], 3, 0.5)).toEqual([]);
  });
});
