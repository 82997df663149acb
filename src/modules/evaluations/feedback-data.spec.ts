import { toDataColumns, toStoredSnapshot } from './feedback-data';

const NULLS = { rating: null, model_id: null, sibling_model_ids: null, reason: null, comment: null };

describe('toDataColumns', () => {
  it('stores the known keys first, and keeps others', () => {
    const { data, modelId } = toDataColumns({ tags: ['a'], model_id: 'm', rating: 1 });
    expect(Object.keys(data ?? {})).toEqual([...Object.keys(NULLS), 'tags']);
    expect([data, modelId]).toEqual([{ ...NULLS, rating: 1, model_id: 'm', tags: ['a'] }, 'm']);
    expect(toDataColumns({})).toEqual({ data: NULLS, modelId: null, rating: null });
  });

  it.each([
    [1, 1],
    [-1, -1],
    ['1', 1],
    ['+10', 10],
    ['-1', -1],
    ['', null],
    ['1.5', null],
    ['good', null],
    ['9'.repeat(16), null],
    [null, null],
    [undefined, null],
  ])('sorts %j as %j', (rating, sorted) => {
    expect(toDataColumns({ rating }).rating).toBe(sorted);
  });
});

describe('toStoredSnapshot', () => {
  it('has a chat always', () => {
    expect(toStoredSnapshot({ extra: 1 })).toEqual({ chat: null, extra: 1 });
    expect(toStoredSnapshot({ chat: { id: 'c' } })).toEqual({ chat: { id: 'c' } });
  });
});
