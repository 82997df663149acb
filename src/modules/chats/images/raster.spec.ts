import { dataUrlHead, rasterOf, toBase64 } from './raster';

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const bytesOf = (beginning: number[], size = 5000) => Buffer.concat([Buffer.from(beginning), Buffer.alloc(size, 7)]);
const urlOf = (type: string, bytes: Buffer) => dataUrlHead(type) + bytes.toString('base64');
const text = (value: string) => [...Buffer.from(value)];

describe('rasterOf', () => {
  it.each([
    ['image/png', PNG],
    ['image/jpeg', [0xff, 0xd8, 0xff, 0xe0]],
    ['image/gif', text('GIF89a')],
    ['image/webp', text('RIFF....WEBP')],
  ])('takes %s', (type, beginning) => {
    const bytes = bytesOf(beginning);
    expect(rasterOf(urlOf(type, bytes))).toMatchObject({ type, bytes });
  });

  it.each([
    ['SVG', urlOf('image/svg+xml', bytesOf(text('<svg xmlns="http://www.w3.org/2000/svg">')))],
    ['HTML that says it is a PNG', urlOf('image/png', bytesOf(text('<html>')))],
    ['a GIF that says it is a PNG', urlOf('image/png', bytesOf(text('GIF89a')))],
    ['a small image', urlOf('image/png', bytesOf(PNG, 100))],
    ['what is not base64', `${urlOf('image/png', bytesOf(PNG))}!`],
    ['a type in capitals, which would not come back', urlOf('image/PNG', bytesOf(PNG))],
    ['another URL', `https://example.org/${'a'.repeat(9000)}`],
  ])('leaves %s', (_, url) => {
    expect(rasterOf(url)).toBeNull();
  });

  it('leaves base64 with unused bits set: they would be lost', () => {
    const url = urlOf('image/png', bytesOf(PNG, 5000));
    expect(url.endsWith('=')).toBe(true);
    const odd = url.replace(/.(=+)$/, (_end, padding: string) => `${padding.length === 1 ? 'd' : 'x'}${padding}`);
    expect(rasterOf(odd)).toBeNull();
  });

  it('has equal digests for equal images', () => {
    const hash = (size: number) => rasterOf(urlOf('image/png', bytesOf(PNG, size)))?.hash;
    expect(hash(5000)).toBe(hash(5000));
    expect(hash(5000)).not.toBe(hash(5001));
  });
});

describe('toBase64', () => {
  it('has the same text however the bytes come', async () => {
    const bytes = bytesOf(PNG, 101);
    for (const size of [1, 2, 3, 7, 200]) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
        bytes.subarray(at * size, (at + 1) * size),
      );
      const pieces: string[] = [];
      for await (const piece of toBase64(from(chunks))) pieces.push(piece);
      expect(pieces.join('')).toBe(bytes.toString('base64'));
    }
  });
});

async function* from<T>(items: T[]): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}
