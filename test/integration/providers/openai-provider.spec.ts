import { Logger } from '@nestjs/common';
import type { JsonObject } from '../../../src/common/util/json';
import type { ProviderChunk, ProviderModel, ProviderRequest } from '../../../src/modules/providers/chat-provider';
import type { OpenAiProvider } from '../../../src/modules/providers/openai/openai-provider.service';
import type { OpenAiSettings } from '../../../src/modules/providers/openai/openai.settings';
import { ProviderError, ProviderUnreachableError } from '../../../src/modules/providers/provider.errors';
import type { ProvidersSettings } from '../../../src/modules/providers/providers.settings';
import { chunk, DONE, event, textStream, type Answer } from '../../support/fakes/openai-answers';
import { FakeOpenAiServer } from '../../support/fakes/openai-server';
import { openAiParts } from '../../support/openai-parts';

/** Real: HTTP, the driver. Not there: the database and the application. */
describe('OpenAiProvider', () => {
  let server: FakeOpenAiServer;
  let close: () => Promise<void>;
  let settings: OpenAiSettings;
  let options: ProvidersSettings;
  let provider: OpenAiProvider;

  beforeAll(async () => void (server = await FakeOpenAiServer.start()));
  afterAll(() => server.close());
  beforeAll(() => Logger.overrideLogger(false));
  beforeEach(() => {
    server.reset();
    ({ settings, options, provider, close } = openAiParts({ base_urls: [server.url], keys: ['sk-a'] }));
  });
  afterEach(() => close());

  const model = (id = 'fake-small'): ProviderModel => ({ id, name: id, owned_by: 'openai', openai: {}, urlIdx: 0 });
  const ask = (text: string, change: Partial<ProviderRequest> = {}): ProviderRequest => ({
    model: model(),
    body: { messages: [{ role: 'user', content: text }], stream: true },
    signal: new AbortController().signal,
    ...change,
  });
  const answerWith = (answer: Answer) => void (server.onChat = () => answer);

  async function chunksOf(request: ProviderRequest): Promise<ProviderChunk[]> {
    const stream = await provider.stream(request);
    if (stream.kind !== 'sse') throw new Error('no event stream');
    return collect(stream.chunks());
  }
  async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
    const all: T[] = [];
    for await (const item of items) all.push(item);
    return all;
  }
  const textOf = (chunks: ProviderChunk[]) => chunks.map(({ choices }) => choices?.[0]?.delta?.content ?? '').join('');

  describe('complete', () => {
    it('sends the payload and the key, and gives the completion', async () => {
      const body = { messages: [{ role: 'user', content: 'Hi' }], temperature: 1, max_completion_tokens: 5 };
      expect(await provider.complete(ask('', { body }))).toMatchObject({
        choices: [{ message: { content: 'You said: Hi' } }],
      });
      const { headers, body: sent } = server.lastRequest!;
      expect(headers).toMatchObject({ authorization: 'Bearer sk-a', 'content-type': 'application/json' });
      expect(sent).toEqual({ messages: body.messages, temperature: 1, max_tokens: 5, model: 'fake-small' });
      expect(Object.keys(headers).filter((name) => name.includes('openwebui'))).toEqual([]);
    });

    it('strips the prefix, and sends the user headers when enabled', async () => {
      settings.configs = { '0': { prefix_id: 'p', headers: { 'X-Extra': 'yes' } } };
      options.forwards_user_info = true;
      const user = { id: 'u', name: 'Ann Lee', email: 'a@example.org', role: 'user' };
      await provider.complete(ask('Hi', { model: model('p.m'), body: { messages: [] }, user, chatId: 'c' }));
      expect(server.lastRequest?.body?.model).toBe('m');
      expect(server.lastRequest?.headers).toMatchObject({
        'x-extra': 'yes',
        'x-openwebui-user-name': 'Ann Lee',
        'x-openwebui-user-id': 'u',
        'x-openwebui-user-email': 'a@example.org',
        'x-openwebui-user-role': 'user',
        'x-openwebui-chat-id': 'c',
      });
    });

    it.each([
      [
        'JSON',
        '/fail 429 too many',
        429,
        { error: { message: 'too many', type: 'fake_error', code: 429 } },
        'too many',
      ],
      ['a text', '/fail-text 502 bad gateway', 502, 'bad gateway', 'bad gateway'],
    ])('throws an error answer that is %s', async (_, text, status, body, detail) => {
      const error: unknown = await provider.complete(ask(text)).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ProviderError);
      expect(error).toMatchObject({ status, body, detail });
    });

    it.each<[string, Answer]>([
      ['a text', { text: 'hello' }],
      ['a list', { json: [1] }],
      ['a redirect', { status: 302, text: '' }],
    ])('takes %s for no answer', async (_, answer) => {
      answerWith(answer);
      await expect(provider.complete(ask('Hi'))).rejects.toBeInstanceOf(ProviderUnreachableError);
    });

    it('hides details of an unreachable server', async () => {
      settings.base_urls = ['http://127.0.0.1:9/v1'];
      const error: unknown = await provider.complete(ask('Hi')).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ProviderUnreachableError);
      expect((error as Error).message).toBe('Confab: Server Connection Error');
    });

    it('refuses a model of a removed connection', async () => {
      await expect(provider.complete(ask('Hi', { model: { ...model(), urlIdx: 3 } }))).rejects.toMatchObject({
        status: 404,
      });
    });

    it('gives up after the time limit of the settings', async () => {
      options.timeout = 0.02;
      await expect(provider.complete(ask('/hang'))).rejects.toBeInstanceOf(ProviderUnreachableError);
    });
  });

  describe('stream', () => {
    it.each<[string, boolean, JsonObject, unknown]>([
      ['by itself', false, { stream: true }, undefined],
      ['as it is told to', true, { stream: true }, { include_usage: true }],
      ['not against the request', true, { stream: true, stream_options: null }, null],
    ])('asks for the usage %s', async (_, asks, body, expected) => {
      options.asks_for_usage = asks;
      await chunksOf(ask('', { body: { messages: [], ...body } }));
      expect(server.lastRequest?.body?.stream_options).toEqual(expected);
    });

    it('sends the user to pipelines', async () => {
      const user = { id: 'u', name: 'Ann', email: 'a@example.org', role: 'user' };
      const pipe = { ...model(), pipeline: { type: 'pipe' } };
      for (const [target, expected] of [
        [pipe, user],
        [model(), undefined],
      ] as const) {
        await chunksOf(ask('Hi', { model: target, user }));
        expect(server.lastRequest?.body?.user).toEqual(expected);
      }
    });

    it('gives the chunks in order, and leaves the connection for the next request', async () => {
      const chunks = await chunksOf(ask('one two'));
      expect(textOf(chunks)).toBe('You said: one two');
      expect(chunks.at(-1)?.choices?.[0]?.finish_reason).toBe('stop');
      await server.lastRequest?.closed;
      expect(server.lastRequest?.aborted).toBe(false);
    });

    it('passes the bytes through untouched', async () => {
      const pieces = [': ping\n\n', 'data:{"a":"ü"}\r\n\r\n', DONE];
      answerWith({ sse: pieces });
      const stream = await provider.stream(ask('Hi'));
      if (stream.kind !== 'sse') throw new Error('no event stream');
      expect(Buffer.concat(await collect(stream.raw)).toString()).toBe(pieces.join(''));
    });

    it('reads characters that are cut between two pieces', async () => {
      const bytes = Buffer.from(textStream('grüße 👋').join(''));
      answerWith({ sse: [...bytes].map((byte) => Uint8Array.of(byte)) });
      expect(textOf(await chunksOf(ask('Hi')))).toBe('grüße 👋');
    });

    it('takes a JSON answer to a streamed request', async () => {
      expect(await provider.stream(ask('/json'))).toMatchObject({
        kind: 'json',
        body: { choices: [{ message: { content: 'Not streamed' } }] },
      });
    });

    it('throws an error answer before the stream', async () => {
      await expect(provider.stream(ask('/fail 401 no key'))).rejects.toMatchObject({ status: 401, detail: 'no key' });
    });

    it('hands on an error within the stream', async () => {
      const chunks = await chunksOf(ask('/fail-in-stream'));
      expect(chunks.at(-1)?.error).toEqual({ message: 'in stream', code: 500 });
    });

    it('leaves garbage out', async () => {
      expect(textOf(await chunksOf(ask('/garbage')))).toBe('fine');
    });

    it('fails when the stream breaks off, after what came before', async () => {
      const stream = await provider.stream(ask('/break'));
      if (stream.kind !== 'sse') throw new Error('no event stream');
      const chunks = stream.chunks()[Symbol.asyncIterator]();
      expect((await chunks.next()).value).toMatchObject({ choices: [{ delta: { content: 'Half' } }] });
      await expect(chunks.next()).rejects.toBeInstanceOf(ProviderUnreachableError);
    });

    it('closes a connection that stays open after the end', async () => {
      answerWith({ sse: endless([...textStream('all')]) });
      expect(textOf(await chunksOf(ask('Hi')))).toBe('all');
      await server.lastRequest?.closed;
      expect(server.lastRequest?.aborted).toBe(true);
    });

    it('leaves out lines above the limit', async () => {
      options.max_stream_line = 200;
      answerWith({ sse: [chunk({ content: 'a' }), event({ big: 'x'.repeat(300) }), DONE] });
      expect(await chunksOf(ask('Hi'))).toHaveLength(1);
    });
  });

  describe('aborting', () => {
    it.each(['complete', 'stream'] as const)('closes a request that waits for an answer: %s', async (method) => {
      const arrived = server.nextRequest();
      const controller = new AbortController();
      const sent = provider[method](ask('/hang', { signal: controller.signal }));
      const request = await arrived;
      controller.abort('stopped');
      await expect(sent).rejects.toBe('stopped');
      await request.closed;
      expect(request.aborted).toBe(true);
    });

    it('closes a stream that stalls, and its iteration rejects with the reason', async () => {
      const controller = new AbortController();
      const stream = await provider.stream(ask('/stall', { signal: controller.signal }));
      if (stream.kind !== 'sse') throw new Error('no event stream');
      const chunks = stream.chunks()[Symbol.asyncIterator]();
      await chunks.next();
      const next = chunks.next();
      controller.abort('stopped');
      await expect(next).rejects.toBe('stopped');
      await server.lastRequest?.closed;
      expect(server.lastRequest?.aborted).toBe(true);
    });

    it('closes a stream whose reader leaves', async () => {
      const stream = await provider.stream(ask('/stall'));
      if (stream.kind !== 'sse') throw new Error('no event stream');
      for await (const first of stream.chunks()) {
        expect(first.choices).toHaveLength(1);
        break;
      }
      await server.lastRequest?.closed;
      expect(server.lastRequest?.aborted).toBe(true);
    });
  });

  it('streams to a thousand clients concurrently', async () => {
    const streams = Array.from({ length: 1000 }, (_, index) => chunksOf(ask(`number ${index}`)));
    const texts = (await Promise.all(streams)).map(textOf);
    expect(texts).toEqual(texts.map((_, index) => `You said: number ${index}`));
  });
});

async function* endless(pieces: string[]): AsyncGenerator<string> {
  yield* pieces;
  await new Promise(() => undefined);
}
