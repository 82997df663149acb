import OpenAI from 'openai';
import type { JsonObject } from '../../src/common/util/json';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { chunk, completion, failure, textStream, toolCallStream, usage } from '../support/fakes/openai-answers';
import { FakeOpenAiServer, type RecordedRequest } from '../support/fakes/openai-server';
import { api } from '../support/http';

const messages = [{ role: 'user' as const, content: 'Hi there' }];
const CONNECTION = 'Confab: Server Connection Error';
const PROHIBITED =
  'You do not have permission to access this resource. Please contact your administrator for assistance.';

let app: TestApp;
let provider: FakeOpenAiServer;
let admin: TestUser;
let user: TestUser;
let outsider: TestUser;
let keys: { may: string; mayNot: string };

beforeAll(async () => {
  provider = await FakeOpenAiServer.start();
  app = await startTestApp({
    OPENAI_API_BASE_URLS: `${provider.url};${provider.url}`,
    OPENAI_API_KEYS: 'sk-one;sk-two',
    OPENAI_API_CONFIGS: JSON.stringify({ '1': { prefix_id: 'p', model_ids: ['embedder'] } }),
    ENABLE_API_KEYS: 'True',
    USER_PERMISSIONS_FEATURES_API_KEYS: 'True',
  });
  [admin, user, outsider] = [await asUser(app, 'admin'), await asUser(app), await asUser(app)];
  const shared = { read: { user_ids: [user.id], group_ids: [] } };
  await row({ id: 'fake-small', access_control: shared });
  await row({ id: 'p.embedder', access_control: shared });
  await row({
    id: 'preset',
    base_model_id: 'p.embedder',
    access_control: shared,
    params: { system: 'For {{USER_NAME}}', temperature: '0.5', stop: ['a\\nb'], stream_response: false },
  });
  keys = { may: await keyOf(user), mayNot: await keyOf(outsider) };
});
afterAll(async () => {
  await app.close();
  await provider.close();
});
beforeEach(() => {
  provider.reset();
  provider.onOther = embeddings;
});

async function row(model: JsonObject): Promise<void> {
  const whole = { base_model_id: null, name: 'A model', meta: {}, params: {}, is_active: true, ...model };
  expect((await admin.api.post('/api/v1/models/create', whole)).status).toBe(200);
}

const keyOf = async (owner: TestUser) => (await owner.api.post('/api/v1/auths/api_key')).body.api_key as string;

/** Texts of n characters have the vector [n, index]. */
function embeddings({ path, body }: RecordedRequest) {
  if (path !== '/embeddings') return { status: 404, json: { error: { message: 'no route' } } };
  const texts = [body?.input].flat() as string[];
  const data = texts.map((text, index) => ({ object: 'embedding', index, embedding: [text.length, index] }));
  return { json: { object: 'list', data, model: body?.model, usage: { prompt_tokens: 4, total_tokens: 4 } } };
}

async function vectorsOf(client: OpenAI, request: OpenAI.EmbeddingCreateParams): Promise<number[][]> {
  const { data } = await client.embeddings.create(request);
  return data.map(({ embedding }) => [...embedding]);
}

const sdk = (key: string, base: string) => new OpenAI({ apiKey: key, baseURL: `${app.url}${base}`, maxRetries: 0 });
const chats = () => provider.received('/chat/completions');

describe.each(['/api', '/api/v1', '/openai'])('the openai package against %s', (base) => {
  it('gets a reply, whole and streamed', async () => {
    const client = sdk(keys.may, base);
    const whole = await client.chat.completions.create({ model: 'fake-small', messages });
    expect([whole.choices[0]?.message.content, whole.usage?.prompt_tokens]).toEqual(['You said: Hi there', 7]);
    const stream = await client.chat.completions.create({
      model: 'fake-small',
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    let total: number | undefined;
    for await (const { choices, usage: counts } of stream) {
      text += choices[0]?.delta.content ?? '';
      total = counts?.total_tokens ?? total;
    }
    expect([text, total]).toEqual(['You said: Hi there', usage.total_tokens]);
  });

  it('lists what its key may use', async () => {
    const idsFor = async (key: string) => {
      const ids: string[] = [];
      for await (const { id } of sdk(key, base).models.list()) ids.push(id);
      return ids;
    };
    const usable = ['fake-small', 'p.embedder', ...(base === '/openai' ? [] : ['preset'])];
    expect(await idsFor(keys.may)).toEqual(usable);
    expect(await idsFor(keys.mayNot)).toEqual([]);
  });

  it('gets tool calls, streamed', async () => {
    const call = toolCallStream('weather', '{"city":"Århus"}');
    provider.onChat = () => ({ sse: [chunk({ role: 'assistant', content: null }), ...call] });
    const runner = sdk(keys.may, base).chat.completions.stream({ model: 'fake-small', messages });
    const { choices } = await runner.finalChatCompletion();
    expect(choices[0]?.message.tool_calls?.[0]).toMatchObject({
      function: { name: 'weather', arguments: '{"city":"Århus"}' },
    });
  });

  it('gets one vector for each input, and those of a preset', async () => {
    const client = sdk(keys.may, base);
    for (const model of ['p.embedder', 'preset']) {
      // The package asks for base64 of itself; this provider knows numbers only.
      expect(await vectorsOf(client, { model, input: ['a', 'bcd'] })).toEqual([
        [1, 0],
        [3, 1],
      ]);
      expect(await vectorsOf(client, { model, input: ['a', 'bcd'], encoding_format: 'float' })).toEqual([
        [1, 0],
        [3, 1],
      ]);
      expect(provider.lastPost?.body).toEqual({
        model: 'embedder',
        input: ['a', 'bcd'],
        encoding_format: 'float',
      });
      expect(provider.lastPost?.headers.authorization).toBe('Bearer sk-two');
    }
  });

  it('is refused with a key that may not use the model, without a call to the provider', async () => {
    const client = sdk(keys.mayNot, base);
    const status = base === '/openai' ? 403 : 400;
    for (const stream of [false, true]) {
      const refused = client.chat.completions.create({ model: 'fake-small', messages, stream });
      await expect(refused).rejects.toMatchObject({
        status,
        error: { message: 'Model not found', code: null },
      });
    }
    const refused = client.embeddings.create({ model: 'p.embedder', input: 'a' });
    await expect(refused).rejects.toMatchObject({ status: 403 });
    expect(provider.requests.filter(({ path }) => path !== '/models')).toEqual([]);
  });

  it('learns of a failure, and when to try again', async () => {
    provider.onChat = () => ({ ...failure(429, 'slow down'), headers: { 'Retry-After': '7' } });
    for (const stream of [false, true]) {
      const error: unknown = await sdk(keys.may, base)
        .chat.completions.create({ model: 'fake-small', messages, stream })
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ status: 429, error: { message: 'slow down' } });
      expect((error as InstanceType<typeof OpenAI.APIError>).headers?.get('retry-after')).toBe('7');
    }
  });

  it('may leave a stream, which ends it at the provider', async () => {
    const stream = await sdk(keys.may, base).chat.completions.create({
      model: 'fake-small',
      messages: [{ role: 'user', content: '/stall' }],
      stream: true,
    });
    for await (const _ of stream) break;
    stream.controller.abort();
    await chats().at(-1)?.closed;
    expect(chats().at(-1)?.aborted).toBe(true);
  });
});

describe('POST /openai/chat/completions', () => {
  const post = (body: unknown, caller = user) => caller.api.post('/openai/chat/completions', body);

  it('passes everything on but metadata, and the bytes of a stream untouched', async () => {
    const own = { params: { a: 1 }, files: [], chat_id: 'c', features: {}, unknown: { deep: [1] } };
    await post({ model: 'fake-small', messages, ...own, metadata: { chat_id: 'c' } });
    expect(provider.lastPost?.body).toEqual({ model: 'fake-small', messages, ...own });
    const pieces = [': ping\n\n', ...textStream('grüße'), 'data: {"after":1}\n\n'];
    provider.onChat = () => ({ sse: pieces });
    const { body, headers } = await post({ model: 'fake-small', messages, stream: true });
    expect([body, headers.get('content-type')]).toEqual([pieces.join(''), 'text/event-stream; charset=utf-8']);
  });

  it('applies what the row of the model says', async () => {
    await post({ model: 'preset', messages: [{ role: 'system', content: 'Mine' }, ...messages], temperature: 1 });
    expect(provider.lastPost?.body).toEqual({
      model: 'embedder',
      messages: [{ role: 'system', content: `For ${user.name}\nMine` }, ...messages],
      temperature: 0.5,
      stop: ['a\nb'],
    });
  });

  it('hides from users whether a model exists', async () => {
    for (const model of ['fake-large', 'fake-small', 'preset', 'nope']) {
      const answer = await post({ model, messages }, outsider);
      const error = { message: 'Model not found', type: 'permission_error', code: null };
      expect([answer.status, answer.body]).toEqual([403, { detail: 'Model not found', error }]);
    }
    expect(await post({ model: 'nope', messages }, admin)).toMatchObject({
      status: 404,
      body: { detail: 'Model not found' },
    });
  });

  it.each(['?bypass_filter=true', '?bypass_filter=1'])('knows no way around sharing: %s', async (query) => {
    const answer = await outsider.api.post(`/openai/chat/completions${query}`, { model: 'fake-small', messages });
    expect(answer.status).toBe(403);
    expect(chats()).toEqual([]);
  });

  it('refuses anonymous clients, pending accounts, and malformed bodies', async () => {
    const pending = await asUser(app, 'pending');
    const body = { model: 'fake-small', messages };
    expect((await api(app.url).post('/openai/chat/completions', body)).body).toEqual({
      detail: 'Not authenticated',
      error: { message: 'Not authenticated', type: 'authentication_error', code: 'invalid_api_key' },
    });
    expect(await post(body, pending)).toMatchObject({ status: 401, body: { detail: PROHIBITED } });
    expect(await post([1])).toMatchObject({ status: 422, body: { detail: [{ type: 'dict_type', loc: ['body'] }] } });
    for (const model of [undefined, '', 5, null])
      expect(await post({ model, messages })).toMatchObject({
        status: 422,
        body: { detail: [{ type: 'missing', loc: ['body', 'model'] }] },
      });
    expect(chats()).toEqual([]);
  });
});

describe('POST /api/embeddings', () => {
  const post = (body: unknown, caller = user) => caller.api.post('/api/embeddings', body);

  it('passes unknown keys on', async () => {
    const { status, body } = await post({ model: 'p.embedder', input: 'abc', dimensions: 2, foo: 1 });
    expect([status, body.data]).toEqual([200, [{ object: 'embedding', index: 0, embedding: [3, 0] }]]);
    expect(provider.lastPost?.body).toEqual({ model: 'embedder', input: 'abc', dimensions: 2, foo: 1 });
  });

  it.each<[string, JsonObject, number, unknown]>([
    ['an error', { status: 400, json: { error: { message: 'too long' } } }, 400, { error: { message: 'too long' } }],
    ['garbage', { text: 'no JSON' }, 500, { detail: CONNECTION }],
  ])('answers %s of the provider', async (_, answer, status, body) => {
    provider.onOther = () => answer as never;
    expect(await post({ model: 'p.embedder', input: 'a' })).toMatchObject({ status, body });
  });

  it('refuses unknown models, anonymous clients, and bodies without a model', async () => {
    expect(await post({ model: 'nope', input: 'a' }, admin)).toMatchObject({
      status: 404,
      body: { detail: 'Model not found' },
    });
    expect(await post({ model: 'p.embedder', input: 'a' }, outsider)).toMatchObject({
      status: 403,
      body: { detail: 'Model not found' },
    });
    expect((await post({ input: 'a' })).status).toBe(422);
    const pending = await asUser(app, 'pending');
    for (const client of [api(app.url), pending.api])
      expect((await client.post('/api/embeddings', { model: 'p.embedder', input: 'a' })).status).toBe(401);
    expect(provider.received('/embeddings')).toEqual([]);
  });
});

describe('completion', () => {
  it('of a provider that answers a stream with JSON is passed on', async () => {
    provider.onChat = () => ({ json: completion({ content: 'whole' }) });
    const { body } = await user.api.post('/openai/chat/completions', { model: 'fake-small', messages, stream: true });
    expect(body.choices[0].message.content).toBe('whole');
  });
});
