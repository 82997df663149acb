import * as fc from 'fast-check';
import { NotFoundError } from '../../../common/errors/app-error';
import type { ProviderChunk, ProviderStream } from '../chat-provider';
import { ProviderError } from '../provider.errors';
import { CallMeter, type CallResult } from './call-meter';

const USAGE = { prompt_tokens: 7, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 2 } };
const TOKENS = { input: 7, output: 3, cached: 2 };
const NONE = { input: null, output: null, cached: null };

function metered() {
  const results: CallResult[] = [];
  const controller = new AbortController();
  let time = 0;
  const meter = new CallMeter(
    controller.signal,
    (result) => results.push(result),
    () => (time += 10),
  );
  return { meter, results, controller };
}

async function* of<T>(items: T[]): AsyncGenerator<T> {
  for (const item of items) yield item;
}

async function* broken<T>(items: T[]): AsyncGenerator<T> {
  yield* items;
  throw new ProviderError(503, 'gone');
}

const stream = (bytes: AsyncIterable<Uint8Array>, chunks: ProviderChunk[] = []) => {
  return (): Promise<ProviderStream> => Promise.resolve({ kind: 'sse', raw: bytes, chunks: () => of(chunks) });
};

async function drain(answer: ProviderStream, how: 'raw' | 'chunks'): Promise<unknown[]> {
  if (answer.kind !== 'sse') throw new Error('no event stream');
  const seen: unknown[] = [];
  for await (const item of how === 'raw' ? answer.raw : answer.chunks()) seen.push(item);
  return seen;
}

const lines = (...objects: unknown[]): Buffer =>
  Buffer.from([...objects.map((object) => `data: ${JSON.stringify(object)}\n\n`), 'data: [DONE]\n\n'].join(''));

describe('CallMeter', () => {
  it('reports an immediate response', async () => {
    const { meter, results } = metered();
    expect(await meter.whole(() => Promise.resolve({ usage: USAGE }))).toEqual({ usage: USAGE });
    expect(results).toEqual([{ tokens: TOKENS, firstTokenMs: null, durationMs: 10, status: 200 }]);
  });

  it('reports an error with status 200', async () => {
    const { meter, results } = metered();
    await meter.whole(() => Promise.resolve({ error: { code: 429 } }));
    expect(results).toMatchObject([{ status: 429 }]);
  });

  it.each([
    [new ProviderError(429, 'slow down'), 429],
    [new NotFoundError(), 404],
    [new Error('bug'), 500],
  ])('reports a failure, and passes it on', async (error, status) => {
    for (const start of ['whole', 'stream'] as const) {
      const { meter, results } = metered();
      await expect(meter[start](() => Promise.reject(error))).rejects.toBe(error);
      expect(results).toEqual([{ tokens: NONE, firstTokenMs: null, durationMs: 10, status }]);
    }
  });

  it('reads bytes that pass through, and changes none', async () => {
    const { meter, results } = metered();
    const bytes = lines({ choices: [{ delta: { content: 'grüße' } }] }, { choices: [], usage: USAGE });
    const seen = await drain(await meter.stream(stream(of([bytes.subarray(0, 9), bytes.subarray(9)]))), 'raw');
    expect(Buffer.concat(seen as Buffer[]).equals(bytes)).toBe(true);
    expect(results).toEqual([{ tokens: TOKENS, firstTokenMs: 10, durationMs: 20, status: 200 }]);
  });

  it('finds the usage wherever the bytes are cut', async () => {
    const bytes = lines(...Array<unknown>(50).fill({ choices: [{ delta: { content: 'ü' } }] }), { usage: USAGE });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length)), async (places) => {
        const ends = [...new Set([...places, bytes.length])].sort((a, b) => a - b);
        const parts = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
        const { meter, results } = metered();
        await drain(await meter.stream(stream(of(parts))), 'raw');
        expect(results).toMatchObject([{ tokens: TOKENS, status: 200 }]);
      }),
    );
  });

  it('finds it at the end of a long stream', async () => {
    const { meter, results } = metered();
    const parts = [...Array<Buffer>(100).fill(Buffer.from(`data: ${'x'.repeat(10_000)}\n\n`)), lines({ usage: USAGE })];
    await drain(await meter.stream(stream(of(parts))), 'raw');
    expect(results).toMatchObject([{ tokens: TOKENS }]);
  });

  it('reads chunks', async () => {
    const { meter, results } = metered();
    const chunks = [{ choices: [] }, { usage: USAGE }, { timings: { prompt_n: 1 }, usage: null }];
    expect(await drain(await meter.stream(stream(of([]), chunks)), 'chunks')).toEqual(chunks);
    expect(results).toMatchObject([{ tokens: TOKENS, firstTokenMs: 10, status: 200 }]);
  });

  it('merges usage that comes in parts, first and last in a long stream too', async () => {
    const parts = [{ usage: { prompt_tokens: 3 } }, { x_groq: { usage: { completion_tokens: 5 } } }];
    const tokens = { input: 3, output: 5, cached: null };
    const read = metered();
    await drain(await read.meter.stream(stream(of([]), parts)), 'chunks');
    const passed = metered();
    const middle = Array<Buffer>(100).fill(Buffer.from(`data: ${'x'.repeat(10_000)}\n\n`));
    await drain(await passed.meter.stream(stream(of([lines(parts[0]), ...middle, lines(parts[1])]))), 'raw');
    expect([read.results[0]?.tokens, passed.results[0]?.tokens]).toEqual([tokens, tokens]);
  });

  it.each([
    [{ error: { code: 503 } }, 503],
    [{ error: 'text' }, 502],
  ])('reports an error within the stream: %j', async (chunk, status) => {
    const first = metered();
    await drain(await first.meter.stream(stream(of([lines(chunk)]))), 'raw');
    const second = metered();
    await drain(await second.meter.stream(stream(of([]), [chunk])), 'chunks');
    expect([first.results[0]?.status, second.results[0]?.status]).toEqual([status, status]);
  });

  it('reports a stream that breaks off', async () => {
    const { meter, results } = metered();
    const answer = await meter.stream(stream(broken([lines({ usage: USAGE })])));
    await expect(drain(answer, 'raw')).rejects.toThrow('gone');
    expect(results).toMatchObject([{ tokens: TOKENS, status: 503 }]);
  });

  it('reports a reader who leaves', async () => {
    const { meter, results } = metered();
    const answer = await meter.stream(stream(of([]), [{ id: '1' }, { id: '2' }]));
    if (answer.kind === 'sse') for await (const _ of answer.chunks()) break;
    expect(results).toMatchObject([{ status: 499 }]);
  });

  it('reports an aborted call once, also when its stream was never read', async () => {
    const { meter, results, controller } = metered();
    const answer = await meter.stream(stream(of([lines({})])));
    controller.abort(new Error('stopped'));
    expect(results).toMatchObject([{ status: 499 }]);
    await drain(answer, 'raw');
    expect(results).toHaveLength(1);
  });
});
