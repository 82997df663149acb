import { memoLast } from './memo';

describe('memoLast', () => {
  it('computes again when an argument or their number changes', () => {
    const compute = jest.fn((...lists: number[][]) => lists.flat());
    const concat = memoLast(compute);
    const [a, b] = [[1], [2]];
    const both = concat(a, b);
    expect(concat(a, b)).toBe(both);
    expect(concat(a, [2])).toEqual([1, 2]);
    expect(concat(a)).toEqual([1]);
    expect(concat()).toEqual([]);
    expect(concat()).toEqual([]);
    expect(compute).toHaveBeenCalledTimes(4);
  });
});
