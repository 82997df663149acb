import { batched } from './batched';

describe('batched', () => {
  it('joins the calls of one turn of the event loop, each with its own answer', async () => {
    const load = jest.fn((keys: number[]) => Promise.resolve(keys.map((key) => key * 2)));
    const double = batched(load);
    expect(await Promise.all([double(1), double(2), double(1)])).toEqual([2, 4, 2]);
    expect(load.mock.calls).toEqual([[[1, 2, 1]]]);
  });

  it('loads again for later calls', async () => {
    const load = jest.fn((keys: number[]) => Promise.resolve(keys));
    const get = batched(load);
    await get(1);
    await get(1);
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('fails every call of a turn when loading fails, and none of the next', async () => {
    const load = jest.fn((keys: number[]) => Promise.resolve(keys)).mockRejectedValueOnce(new Error('lost'));
    const get = batched(load);
    const failed = await Promise.allSettled([get(1), get(2)]);
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(get(3)).resolves.toBe(3);
  });

  it('fails a call that got no answer', async () => {
    const get = batched((keys: number[]) => Promise.resolve(keys.slice(1)));
    const outcomes = await Promise.allSettled([get(1), get(2)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });
});
