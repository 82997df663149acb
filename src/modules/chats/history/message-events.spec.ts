import { extendList } from './message-events';

describe('extendList', () => {
  it('adds to the end, and repeats', () => {
    expect(extendList('sources', [{ a: 1 }], [{ b: 2 }, { a: 1 }])).toEqual([{ a: 1 }, { b: 2 }, { a: 1 }]);
    expect(extendList('statusHistory', 'no list', [1])).toEqual([1]);
  });

  it('puts attachments at the front, each once; the order of keys counts', () => {
    const list = extendList('files', [{ a: 1, b: 2 }, null], [{ a: 1, b: 2 }, { b: 2, a: 1 }, 'x', 'x', null]);
    expect(list.map((item) => JSON.stringify(item))).toEqual(['{"a":1,"b":2}', '{"b":2,"a":1}', '"x"', 'null']);
  });

  it('takes time in proportion to the list', () => {
    const files = Array.from({ length: 100_000 }, (_, id) => ({ id }));
    expect(extendList('files', files, files)).toHaveLength(100_000);
  });
});
