import { batches } from './size-batches';

const MEGABYTE = 1024 * 1024;
const idsOf = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`);

async function batchesOf(ids: string[], size: (id: string) => number | undefined): Promise<string[][]> {
  const sizesOf = (page: readonly string[]) =>
    Promise.resolve(new Map(page.flatMap((id) => (size(id) === undefined ? [] : [[id, size(id) as number]]))));
  const found: string[][] = [];
  for await (const batch of batches(ids, sizesOf)) found.push(batch);
  return found;
}

describe('batches', () => {
  it('keep every id once and in order', async () => {
    const ids = idsOf(523);
    expect((await batchesOf(ids, (id) => (Number(id.slice(1)) % 7) * 10_000)).flat()).toEqual(ids);
  });

  it('group small items, at most fifty', async () => {
    expect((await batchesOf(idsOf(120), () => 10)).map(({ length }) => length)).toEqual([50, 50, 20]);
  });

  it('contain a large item alone', async () => {
    const found = await batchesOf(['a', 'big', 'b'], (id) => (id === 'big' ? 40 * MEGABYTE : 1));
    expect(found).toEqual([['a'], ['big'], ['b']]);
  });

  it('count an item without a size as empty', async () => {
    expect(await batchesOf(['a', 'b'], () => undefined)).toEqual([['a', 'b']]);
  });
});
