import { Logger } from '@nestjs/common';
import type { ProviderChunk, ProviderModel, ProviderRequest } from '../../../src/modules/providers/chat-provider';
import { OllamaHostsService } from '../../../src/modules/providers/ollama/ollama-hosts.service';
import { OllamaModelListsService } from '../../../src/modules/providers/ollama/ollama-model-lists.service';
import { OllamaProvider } from '../../../src/modules/providers/ollama/ollama-provider.service';
import { OllamaSettings } from '../../../src/modules/providers/ollama/ollama.settings';
import { ProviderError, ProviderUnreachableError } from '../../../src/modules/providers/provider.errors';
import { ProviderHttpService } from '../../../src/modules/providers/provider-http.service';
import { ProvidersSettings } from '../../../src/modules/providers/providers.settings';
import { Env } from '../../../src/platform/env/env';
import { HttpClient } from '../../../src/platform/http-client/http-client';
import { deferred } from '../../support/deferred';
import type { Answer } from '../../support/fakes/fake-server';
import { done, FakeOllamaServer, said } from '../../support/fakes/ollama-server';

const DEAD = 'http://127.0.0.1:9';

/** Real: HTTP, the driver. Not there: the database and the application. */
describe('OllamaProvider', () => {
  let servers: FakeOllamaServer[];
  let server: FakeOllamaServer;
  let http: HttpClient;
  let settings: OllamaSettings;
  let options: ProvidersSettings;
  let provider: OllamaProvider;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    servers = await Promise.all([FakeOllamaServer.start(), FakeOllamaServer.start()]);
    server = servers[0]!;
  });
  afterAll(() => Promise.all(servers.map((each) => each.close())));
  beforeEach(() => {
    servers.forEach((each) => each.reset());
    http = new HttpClient(new Env({}));
    settings = Object.assign(new OllamaSettings(), { base_urls: [server.url] });
    options = new ProvidersSettings();
    const hosts = new OllamaHostsService(new ProviderHttpService(http, options), settings, options);
    provider = new OllamaProvider(hosts, new OllamaModelListsService(hosts, options), {
      register: () => undefined,
    } as never);
  });
  afterEach(() => http.onApplicationShutdown());

  async function find(id = 'fake:1b'): Promise<ProviderModel> {
    const model = (await provider.listModels({ refresh: true })).find((candidate) => candidate.id === id);
    if (!model) throw new Error(`no model ${id}`);
    return model;
  }
  const ask = async (text: string, change: Partial<ProviderRequest> = {}): Promise<ProviderRequest> => ({
    model: change.model ?? (await find()),
    body: { messages: [{ role: 'user', content: text }] },
    signal: new AbortController().signal,
    ...change,
  });
  const answerWith = (path: string, answer: Answer) =>
    void (server.onAny = (request) => (request.path === path ? answer : undefined));

  async function chunksOf(request: ProviderRequest): Promise<ProviderChunk[]> {
    const stream = await provider.stream(request);
    if (stream.kind !== 'sse') throw new Error('no event stream');
    const chunks: ProviderChunk[] = [];
    for await (const chunk of stream.chunks()) chunks.push(chunk);
    return chunks;
  }
  const textOf = (chunks: ProviderChunk[]) => chunks.map(({ choices }) => choices?.[0]?.delta?.content ?? '').join('');

  describe('listModels', () => {
    it('unites the servers, whatever each of them does', async () => {
      settings.base_urls = [server.url, DEAD, servers[1]!.url];
      settings.configs = { '2': { prefix_id: 'p' } };
      const models = await provider.listModels({ refresh: true });
      expect(models.map(({ id }) => id)).toEqual(['fake:1b', 'other:latest', 'p.fake:1b', 'p.other:latest']);
    });

    it.each<[string, Answer]>([
      ['garbage', { text: '<html>' }],
      ['an error', { status: 500, json: { error: 'boom' } }],
      ['a list of something', { json: [1] }],
    ])('takes %s for no models', async (_, answer) => {
      answerWith('/api/tags', answer);
      expect(await provider.listModels({ refresh: true })).toEqual([]);
    });

    it('needs no answer about what is in memory', async () => {
      answerWith('/api/ps', { status: 404, text: 'not found' });
      expect(await provider.listModels({ refresh: true })).toHaveLength(2);
    });

    it('caches what servers have answered', async () => {
      options.is_model_list_kept = true;
      const first = await provider.listModels({ waitsForFirst: true });
      const asked = server.requests.length;
      expect(await provider.listModels({})).toBe(first);
      expect(server.requests).toHaveLength(asked);
    });

    it('asks no server that is disabled, and none when the API is', async () => {
      settings.configs = { '0': { enable: false } };
      expect(await provider.listModels({ refresh: true })).toEqual([]);
      settings.configs = {};
      settings.is_enabled = false;
      expect(await provider.listModels({ refresh: true })).toEqual([]);
      expect(server.requests).toEqual([]);
    });
  });

  describe('complete', () => {
    it('sends the request in the form of Ollama, with the key, and answers in that of OpenAI', async () => {
      settings.configs = { '0': { prefix_id: 'p', key: 'secret' } };
      options.forwards_user_info = true;
      const body = { messages: [{ role: 'user', content: 'Hi' }], max_tokens: 5 };
      const user = { id: 'u', name: 'Ann', email: 'a@example.org', role: 'user' };
      const answer = await provider.complete(
        await ask('', { model: await find('p.fake:1b'), body, user, chatId: 'c' }),
      );
      expect(answer).toMatchObject({
        object: 'chat.completion',
        model: 'fake:1b',
        choices: [{ message: { role: 'assistant', content: 'You said: Hi' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 10, completion_tokens: 30, total_tokens: 40 },
      });
      const { body: sent, headers } = server.received('/api/chat')[0]!;
      expect(sent).toEqual({
        ...{ model: 'fake:1b', stream: false },
        messages: body.messages,
        options: { num_predict: 5 },
      });
      expect(headers).toMatchObject({ authorization: 'Bearer secret', 'x-openwebui-user-id': 'u' });
    });

    it('throws an error answer with the words of the server', async () => {
      const error: unknown = await provider
        .complete(await ask('/fail 429 too many'))
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ProviderError);
      expect(error).toMatchObject({ status: 429, body: { detail: 'too many' } });
    });

    it.each<[string, Answer]>([
      ['a text', { text: 'hello' }],
      ['a list', { json: [1] }],
      ['a redirect', { status: 302, text: '' }],
    ])('takes %s for no answer', async (_, answer) => {
      const request = await ask('Hi');
      answerWith('/api/chat', answer);
      await expect(provider.complete(request)).rejects.toBeInstanceOf(ProviderUnreachableError);
    });

    it('takes an error within a good answer for one', async () => {
      const request = await ask('Hi');
      answerWith('/api/chat', { json: { error: 'no memory' } });
      await expect(provider.complete(request)).rejects.toMatchObject({ status: 500, body: { detail: 'no memory' } });
    });

    it('gives up after the time limit of the settings', async () => {
      const request = await ask('/hang');
      options.timeout = 0.02;
      await expect(provider.complete(request)).rejects.toBeInstanceOf(ProviderUnreachableError);
    });

    it('refuses a model whose servers are removed', async () => {
      const request = await ask('Hi');
      settings.base_urls = [];
      await expect(provider.complete(request)).rejects.toMatchObject({ status: 404 });
    });
  });

  describe('stream', () => {
    it('gives the chunks in order, and leaves the connection for the next request', async () => {
      const chunks = await chunksOf(await ask('one two'));
      expect(textOf(chunks)).toBe('You said: one two');
      expect(chunks.at(-1)).toMatchObject({ choices: [{ finish_reason: 'stop' }], usage: { total_tokens: 40 } });
      await server.lastRequest?.closed;
      expect(server.lastRequest?.aborted).toBe(false);
    });

    it('gives bytes that are an event stream', async () => {
      const stream = await provider.stream(await ask('Hi'));
      if (stream.kind !== 'sse') throw new Error('no event stream');
      const parts: Uint8Array[] = [];
      for await (const part of stream.raw) parts.push(part);
      expect(Buffer.concat(parts).toString()).toMatch(/^data: \{.*"content":"You ".*\n\ndata: \[DONE\]\n\n$/s);
    });

    it('throws an error answer before the stream', async () => {
      await expect(provider.stream(await ask('/fail 503 busy'))).rejects.toMatchObject({ status: 503, detail: 'busy' });
    });

    it.each<[string, () => Answer]>([
      ['breaks off', () => ({ ndjson: breaking(said({ content: 'Half' })) })],
      ['ends too early', () => ({ ndjson: [said({ content: 'Half' })] })],
    ])('fails when the stream %s, after what came before', async (_, answer) => {
      const request = await ask('Hi');
      answerWith('/api/chat', answer());
      const stream = await provider.stream(request);
      if (stream.kind !== 'sse') throw new Error('no event stream');
      const chunks = stream.chunks()[Symbol.asyncIterator]();
      expect((await chunks.next()).value).toMatchObject({ choices: [{ delta: { content: 'Half' } }] });
      await expect(chunks.next()).rejects.toBeInstanceOf(ProviderUnreachableError);
    });

    it('closes a stream that stalls when it is aborted', async () => {
      const controller = new AbortController();
      const stream = await provider.stream(await ask('/stall', { signal: controller.signal }));
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
      const stream = await provider.stream(await ask('/stall'));
      if (stream.kind !== 'sse') throw new Error('no event stream');
      for await (const first of stream.chunks()) {
        expect(first.choices).toHaveLength(1);
        break;
      }
      await server.lastRequest?.closed;
      expect(server.lastRequest?.aborted).toBe(true);
    });
  });

  describe('embed', () => {
    it('gives one vector for each input, as OpenAI does', async () => {
      const request = await ask('', { body: { input: ['a', 'bcd'], encoding_format: 'float', dimensions: 2 } });
      expect(await provider.embed(request)).toEqual({
        object: 'list',
        data: [
          { object: 'embedding', index: 0, embedding: [1, 1] },
          { object: 'embedding', index: 1, embedding: [3, 1] },
        ],
        model: 'fake:1b',
        usage: { prompt_tokens: 4, total_tokens: 4 },
      });
      expect(server.received('/api/embed')[0]?.body).toEqual({ model: 'fake:1b', input: ['a', 'bcd'], dimensions: 2 });
    });

    it('takes an answer without vectors for none', async () => {
      const request = await ask('', { body: { input: 'a' } });
      answerWith('/api/embed', { json: {} });
      await expect(provider.embed(request)).rejects.toBeInstanceOf(ProviderUnreachableError);
    });
  });

  it('warns of an unreachable server only when one is configured', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    settings.base_urls = new OllamaSettings().base_urls;
    const send = jest.spyOn(http, 'send').mockRejectedValue(new Error('refused'));
    await provider.listModels({ refresh: true });
    expect([send.mock.calls.length > 0, warn.mock.calls]).toEqual([true, []]);
    settings.base_urls = [...settings.base_urls];
    await provider.listModels({ refresh: true });
    expect(warn).toHaveBeenCalledWith('refused');
    jest.restoreAllMocks();
  });

  describe('several servers', () => {
    const chats = () => servers.map((each) => each.received('/api/chat').length);

    it('sends each request to the one with the fewest open ones', async () => {
      settings.base_urls = servers.map(({ url }) => url);
      const model = await find();
      const release = deferred<void>();
      servers.forEach((each) => {
        each.onAny = ({ path }) => (path === '/api/chat' ? { ndjson: after(release.promise) } : undefined);
      });
      const streams = [];
      for (let index = 0; index < 6; index++) streams.push(await provider.stream(await ask('Hi', { model })));
      expect(chats()).toEqual([3, 3]);
      release.resolve();
      for (const stream of streams) if (stream.kind === 'sse') for await (const chunk of stream.chunks()) void chunk;
    });

    it('passes over one that cannot be connected to', async () => {
      settings.base_urls = servers.map(({ url }) => url);
      const model = await find();
      settings.base_urls = [DEAD, servers[1]!.url];
      for (let index = 0; index < 5; index++) await provider.complete(await askOf(model));
      expect(chats()).toEqual([0, 5]);
    });

    it('repeats no request that was refused', async () => {
      settings.base_urls = servers.map(({ url }) => url);
      await expect(provider.complete(await ask('/fail 500 broken'))).rejects.toMatchObject({ status: 500 });
      expect(chats().reduce((sum, count) => sum + count)).toBe(1);
    });

    const askOf = async (model: ProviderModel): Promise<ProviderRequest> => ({
      model,
      body: { messages: [{ role: 'user', content: 'Hi' }] },
      signal: new AbortController().signal,
    });
  });
});

function* breaking(...lines: string[]): Generator<string> {
  yield* lines;
  throw new Error('broken on purpose');
}

async function* after(released: Promise<void>): AsyncGenerator<string> {
  await released;
  yield done();
}
