import { VectorScan } from './vector-scan';

describe('VectorScan', () => {
  const scan = new VectorScan();
  const search = (query: number[], ranges: { segment: number; from: number; count: number }[], limit: number) =>
    scan.handle({ type: 'search', queries: [Float32Array.from(query)], ranges, limit })?.[0] ?? [];

  beforeAll(() => {
    scan.handle({ type: 'create', segment: 1, dimensions: 2, count: 4 });
    scan.handle({ type: 'fill', segment: 1, from: 0, vectors: Float32Array.of(1, 0, 0, 1) });
    scan.handle({ type: 'fill', segment: 1, from: 2, vectors: Float32Array.of(-1, 0, 0, 0) });
    scan.handle({ type: 'create', segment: 2, dimensions: 2, count: 1 });
    scan.handle({ type: 'fill', segment: 2, from: 0, vectors: Float32Array.of(300, 100) });
  });

  it('finds the nearest in the ranges of several segments, whatever the length of a vector', () => {
    const ranges = [
      { segment: 1, from: 0, count: 3 },
      { segment: 2, from: 0, count: 1 },
    ];
    const found = search([2, 0], ranges, 3);
    expect(found.map(({ segment, position }) => [segment, position])).toEqual([
      [1, 0],
      [2, 0],
      [1, 1],
    ]);
    expect(found[1]?.cosine).toBeCloseTo(3 / Math.sqrt(10), 2);
  });

  it('reads nothing outside of the ranges, and no more than there is', () => {
    expect(search([1, 0], [{ segment: 1, from: 1, count: 2 }], 99).map(({ position }) => position)).toEqual([1, 2]);
    expect(search([1, 0], [], 5)).toEqual([]);
  });

  it('finds nothing in a segment that is unknown, dropped, or of other dimensions', () => {
    expect(search([1, 0, 0], [{ segment: 1, from: 0, count: 2 }], 5)).toEqual([]);
    scan.handle({ type: 'drop', segments: [2] });
    expect(search([1, 0], [{ segment: 2, from: 0, count: 1 }], 5)).toEqual([]);
  });

  it('takes vectors of zeros', () => {
    expect(search([0, 0], [{ segment: 1, from: 0, count: 4 }], 4).every(({ cosine }) => !Number.isNaN(cosine))).toBe(
      true,
    );
  });
});
