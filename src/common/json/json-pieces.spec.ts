import fc from 'fast-check';
import { joinedPieces, jsonPieces, AsyncEntries, AsyncItems } from './json-pieces';

async function piecesOf(value: unknown, depth: number): Promise<string[]> {
  const pieces: string[] = [];
  for await (const piece of jsonPieces(value, depth)) pieces.push(piece);
  return pieces;
}

describe('jsonPieces', () => {
  it('gives the text of JSON.stringify at any depth', () =>
    fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.integer({ min: 0, max: 5 }), async (value, depth) => {
        expect((await piecesOf(value, depth)).join('')).toBe(JSON.stringify(value));
      }),
    ));

  it('leaves out what is undefined', async () => {
    const value = { a: undefined, b: [undefined, { c: undefined }], d: 1 };
    expect((await piecesOf(value, 4)).join('')).toBe(JSON.stringify(value));
  });

  it('is in pieces of the values at that depth', async () => {
    expect(await piecesOf({ a: { b: [1, 2] } }, 2)).toEqual(['{"a":', '{"b":', '[1,2]', '}', '}']);
  });

  it('reads what comes later', async () => {
    const value = {
      a: new AsyncEntries(each([['x', 1] as const, ['y', { z: 2 }] as const])),
      b: new AsyncItems(each([3])),
    };
    expect((await piecesOf(value, 3)).join('')).toBe('{"a":{"x":1,"y":{"z":2}},"b":[3]}');
    expect((await piecesOf([new AsyncEntries(each([])), new AsyncItems(each([]))], 3)).join('')).toBe('[{},[]]');
  });
});

describe('joinedPieces', () => {
  it('joins small pieces and keeps the text', async () => {
    const pieces = Array.from({ length: 10_000 }, (_, index) => `${index},`);
    const joined: string[] = [];
    for await (const piece of joinedPieces(each(pieces))) joined.push(piece);
    expect(joined.join('')).toBe(pieces.join(''));
    expect(joined.length).toBe(2);
  });
});

async function* each<T>(items: T[]): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}
