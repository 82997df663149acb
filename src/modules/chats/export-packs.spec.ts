import { packed } from './export-packs';

const MEGABYTE = 1024 * 1024;
const idsOf = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`);

async function packsOf(ids: string[], size: (id: string) => number): Promise<string[][]> {
  const packs: string[][] = [];
  for await (const pack of packed(ids, (page) => Promise.resolve(new Map(page.map((id) => [id, size(id)])))))
    packs.push(pack);
  return packs;
}

describe('packed', () => {
  it('keeps every id once and in order', async () => {
    const ids = idsOf(523);
    expect((await packsOf(ids, (id) => (Number(id.slice(1)) % 7) * 10_000)).flat()).toEqual(ids);
  });

  it('puts small ones together, and no more than fifty', async () => {
    expect((await packsOf(idsOf(120), () => 10)).map(({ length }) => length)).toEqual([50, 50, 20]);
  });

  it('gives a large one a pack of its own', async () => {
    const packs = await packsOf(['a', 'big', 'b'], (id) => (id === 'big' ? 40 * MEGABYTE : 1));
    expect(packs).toEqual([['a'], ['big'], ['b']]);
  });

  it('counts a chat without messages as nothing', async () => {
    const packs: string[][] = [];
    for await (const pack of packed(['a', 'b'], () => Promise.resolve(new Map()))) packs.push(pack);
    expect(packs).toEqual([['a', 'b']]);
  });
});
