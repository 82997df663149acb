import * as fc from 'fast-check';
import { ProviderUnreachableError } from '../provider.errors';
import { readChunks, type StreamOptions } from './event-stream';

async function* cut(bytes: Uint8Array, places: number[]): AsyncGenerator<Uint8Array> {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  let start = 0;
  for (const end of [...ends, bytes.length]) {
    yield bytes.subarray(start, end);
    start = end;
  }
}

async function chunksOf(text: string, places: number[] = [], options?: StreamOptions): Promise<unknown[]> {
  const chunks: unknown[] = [];
  for await (const chunk of readChunks(cut(Buffer.from(text), places), options)) chunks.push(chunk);
  return chunks;
}

const STREAM = [
  ': keep-alive\n\n',
  'event: message\nid: 7\ndata: {"a":"grüße 👋🏽"}\n\n',
  'data:{"b":1}\r\n\r\n',
  'data: {broken\n\n',
  'data: "text"\n\ndata: [1]\n\ndata: null\n\ndata:\n\n',
  'data: {"c":2}\ndata: {"d":"\\n\\u0000"}\n',
  '\r\ndata: [DONE]\r\n\r\ndata: {"after":1}\n\n',
].join('');
const CHUNKS = [{ a: 'grüße 👋🏽' }, { b: 1 }, { c: 2 }, { d: '\n\u0000' }];

describe('readChunks', () => {
  it('takes the objects of data lines up to [DONE] and leaves the rest out', async () => {
    expect(await chunksOf(STREAM)).toEqual(CHUNKS);
  });

  it('reads the same wherever the bytes are cut', async () => {
    const length = Buffer.byteLength(STREAM);
    for (let place = 0; place <= length; place++) expect(await chunksOf(STREAM, [place])).toEqual(CHUNKS);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(length)), async (places) => {
        expect(await chunksOf(STREAM, places)).toEqual(CHUNKS);
      }),
    );
  });

  it('reads every text that a chunk can hold', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue()), fc.array(fc.nat()), async (values, places) => {
        const stream = values.map((value) => `data: ${JSON.stringify({ value })}\n\n`).join('');
        expect(await chunksOf(stream, places)).toEqual(JSON.parse(JSON.stringify(values.map((value) => ({ value })))));
      }),
    );
  });

  it.each([
    ['event: error\ndata: {"message":"overloaded"}\n\n', { error: { message: 'overloaded' } }],
    ['event:error\ndata: {"error":{"code":529}}\n\n', { error: { code: 529 } }],
    ['event: error\ndata: busy\n\n', { error: 'busy' }],
    ['data: [{"error":{"code":400}}]\n\n', { error: { code: 400 } }],
  ])('takes the failure of %j', async (text, chunk) => {
    expect(await chunksOf(`${text}data: {"a":1}\n\n`)).toEqual([chunk, { a: 1 }]);
  });

  it.each([
    ['an event of several lines', 'data: {"a":\ndata: 1}\n\n', [{ a: 1 }]],
    ['the same at the end', 'data: {"a":\ndata: 1}', [{ a: 1 }]],
    ['a whole answer', '\ufeff{\n "a": 1\n}\n', [{ a: 1 }]],
    ['a failure without a field', 'data: {"a":1}\n\n{"error":"x"}\n', [{ a: 1 }, { error: 'x' }]],
    ['a list without a field', '[{"error":"x"}]', [{ error: 'x' }]],
    ['a page', '<html><title>Sign in</title>', [{ error: 'Sign in' }]],
    ['data that is no JSON', 'data: Internal error\n\ndata: [DONE]\n\n', [{ error: 'Internal error' }]],
    ['noise beside chunks', 'noise\ndata: {"a":1}\n\ndata: noise\n\n', [{ a: 1 }]],
    ['comments alone', ': ping\n\nid: 1\n\n', []],
  ])('takes %s', async (_, text, chunks) => {
    expect(await chunksOf(text)).toEqual(chunks);
    expect(await chunksOf(text.replaceAll('\n', '\r\n'))).toEqual(chunks);
  });

  it('takes a last line without an end', async () => {
    expect(await chunksOf('data: {"a":1}\n\ndata: {"b":2}')).toEqual([{ a: 1 }, { b: 2 }]);
  });

  it('leaves out lines above the limit, by bytes', async () => {
    const line = 'data: {"ä":1}';
    const maxLine = Buffer.byteLength(line);
    expect(await chunksOf(`${line}\n\n`, [], { maxLine })).toHaveLength(1);
    expect(await chunksOf(`${line}\n\n`, [], { maxLine: maxLine - 1 })).toHaveLength(0);
  });

  it('fails as the bytes fail, but not after [DONE]', async () => {
    async function* breaking(text: string): AsyncGenerator<Uint8Array> {
      yield Buffer.from(text);
      throw new Error('broken');
    }
    const read = async (text: string) => {
      for await (const chunk of readChunks(breaking(text))) expect(chunk).toEqual({ a: 1 });
    };
    await expect(read('data: {"a":1}\n\n')).rejects.toThrow('broken');
    await expect(read('data: {"a":1}\n\ndata: [DONE]\n\n')).resolves.toBeUndefined();
  });

  it('gives up a line without an end, and closes the bytes', async () => {
    let read = 0;
    let isClosed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      const part = Buffer.alloc(4 * 1024 * 1024, 'x');
      try {
        for (; read < 100; read++) yield part;
      } finally {
        isClosed = true;
      }
    }
    await expect(readChunks(endless()).next()).rejects.toThrow(ProviderUnreachableError);
    expect(isClosed).toBe(true);
    expect(read).toBeLessThan(20);
  });

  it('leaves out what is nested too deeply to be passed on', async () => {
    const deep = `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`;
    expect(await chunksOf(`data: ${deep}\n\ndata: {"b":2}\n\n`)).toEqual([{ b: 2 }]);
  });

  it('closes the bytes when its reader leaves', async () => {
    let isClosed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield Buffer.from('data: {"a":1}\n\n');
      } finally {
        isClosed = true;
      }
    }
    for await (const chunk of readChunks(endless())) {
      expect(chunk).toEqual({ a: 1 });
      break;
    }
    expect(isClosed).toBe(true);
  });
});
