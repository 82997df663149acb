import { VectorMemory } from './vector-memory';

const segment = (id: number, bytes: number, documents: Record<string, [from: number, count: number]>) => ({
  ...{ id, bytes, chunkIds: new Float64Array() },
  documents: new Map(
    Object.entries(documents).map(([name, [from, count]]) => [name, { from, count, vectorCount: count }]),
  ),
});
const document = (id: string, vectorCount: number) => ({ id, vectorCount });

describe('VectorMemory', () => {
  let memory: VectorMemory;

  beforeEach(() => {
    memory = new VectorMemory();
    memory.add(segment(1, 100, { a: [0, 3], b: [3, 2], c: [5, 4] }));
    memory.add(segment(2, 50, { d: [0, 1] }));
  });

  it('knows what is missing, and what has other vectors than those in memory', () => {
    expect(memory.missing([document('a', 3), document('b', 9), document('e', 1)]).map(({ id }) => id)).toEqual([
      'b',
      'e',
    ]);
  });

  it('joins neighbours to one range', () => {
    expect(memory.rangesOf([document('b', 2), document('a', 3), document('d', 1)])).toEqual([
      { segment: 1, from: 0, count: 5 },
      { segment: 2, from: 0, count: 1 },
    ]);
    expect(memory.rangesOf([document('a', 3), document('c', 4)])).toHaveLength(2);
  });

  it('makes room by what was not used for longest', () => {
    memory.rangesOf([document('a', 3)]);
    expect(memory.makeRoom(10, 120)).toEqual([2]);
    expect(memory.makeRoom(30, 120)).toEqual([1]);
    expect([memory.bytes, memory.missing([document('a', 3)])]).toEqual([0, [document('a', 3)]]);
  });

  it('keeps what is read now', () => {
    for (const each of memory.segments.values()) each.readers = 1;
    expect(memory.makeRoom(1000, 10)).toEqual([]);
  });

  it('takes a document from its newest segment', () => {
    memory.add(segment(3, 10, { d: [7, 1] }));
    memory.drop([...memory.segmentsOf([document('a', 3)])][0] ?? fail());
    expect(memory.rangesOf([document('d', 1)])).toEqual([{ segment: 3, from: 7, count: 1 }]);
  });
});

function fail(): never {
  throw new Error('no segment');
}
