import { Ollama } from 'ollama';
import { UsageService } from '../../src/modules/providers/usage/usage.service';
import { Database } from '../../src/platform/database/database';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { FakeOllamaServer } from '../support/fakes/ollama-server';
import { api } from '../support/http';

const FORBIDDEN = { status: 403, body: { detail: 'Model not found' } };
const CONNECTION = { status: 500, body: { detail: 'Confab: Server Connection Error' } };
/** No server listens there. */
const DEAD = 'http://127.0.0.1:9';

let app: TestApp;
let servers: FakeOllamaServer[];
let first: FakeOllamaServer;
let second: FakeOllamaServer;
let admin: TestUser;
/** May use `fake:1b` and the preset `helper` over it, and nothing else. */
let user: TestUser;
/** May use nothing. */
let outsider: TestUser;
/** Of the two. */
let keys: { may: string; mayNot: string };

beforeAll(async () => {
  servers = await Promise.all([FakeOllamaServer.start(), FakeOllamaServer.start()]);
  [first, second] = servers as [FakeOllamaServer, FakeOllamaServer];
  app = await startTestApp({
    ENABLE_OLLAMA_API: 'True',
    OLLAMA_BASE_URLS: `${first.url};${second.url};${DEAD}`,
    OLLAMA_API_CONFIGS: '{"1":{"prefix_id":"p","key":"k"}}',
    ENABLE_API_KEYS: 'True',
    USER_PERMISSIONS_FEATURES_API_KEYS: 'True',
  });
  [admin, user, outsider] = [await asUser(app, 'admin'), await asUser(app), await asUser(app)];
  keys = { may: await keyOf(user), mayNot: await keyOf(outsider) };
  const row = { meta: {}, params: {}, access_control: { read: { user_ids: [user.id], group_ids: [] } } };
  await admin.api.post('/api/v1/models/create', { ...row, id: 'fake:1b', name: 'Open' });
  const params = {
    ...{ system: 'Be {{USER_NAME}}', temperature: '0.5', max_tokens: 7, format: '{"type":"object"}', think: 'true' },
    ...{ stop: ['\\n'], custom_params: { foo: '5' }, function_calling: 'native' },
  };
  await admin.api.post('/api/v1/models/create', { ...row, id: 'helper', name: 'H', base_model_id: 'fake:1b', params });
});
afterAll(async () => {
  await app.close();
  await Promise.all(servers.map((server) => server.close()));
});
beforeEach(() => servers.forEach((server) => server.reset()));

const keyOf = async (owner: TestUser) => (await owner.api.post('/api/v1/auths/api_key')).body.api_key as string;
const messages = [{ role: 'user', content: 'one two' }];
const sent = (path: string, server = first) => server.received(path)[0]?.body;
/** Calls that take something of a model. */
const calls = () =>
  servers.flatMap(({ requests }) => requests).filter(({ path }) => path !== '/api/tags' && path !== '/api/ps');

/** A body for each route that runs a model. */
const RUNS: [string, object][] = [
  ['/ollama/api/show', {}],
  ['/ollama/api/embed', { input: 'a' }],
  ['/ollama/api/embeddings', { prompt: 'a' }],
  ['/ollama/api/generate', { prompt: 'a', stream: false }],
  ['/ollama/api/chat', { messages, stream: false }],
  ['/ollama/v1/completions', { prompt: 'a' }],
  ['/ollama/v1/chat/completions', { messages }],
];
const INDEXED = RUNS.filter(([path]) => path !== '/ollama/api/show');

describe('the ollama package', () => {
  const withKey = (key: string) =>
    new Ollama({ host: `${app.url}/ollama`, headers: { Authorization: `Bearer ${key}` } });
  const clientOf = ({ token }: TestUser) => withKey(token);
  let client: Ollama;
  let refused: Ollama;
  beforeAll(() => void ([client, refused] = [withKey(keys.may), withKey(keys.mayNot)]));

  async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
    const all: T[] = [];
    for await (const item of items) all.push(item);
    return all;
  }

  it('lists what its user may use', async () => {
    expect((await client.list()).models.map(({ model }) => model)).toEqual(['fake:1b']);
    expect((await clientOf(admin).list()).models.map(({ model }) => model)).toEqual([
      'fake:1b',
      'other:latest',
      'p.fake:1b',
      'p.other:latest',
    ]);
  });

  it('works with a session as with a key', async () => {
    expect((await clientOf(user).list()).models.map(({ model }) => model)).toEqual(['fake:1b']);
    expect((await clientOf(user).chat({ model: 'helper', messages })).message.content).toBe('You said: one two');
  });

  it('returns the version and shows a model', async () => {
    expect(await client.version()).toEqual({ version: '0.9.1' });
    expect(await client.show({ model: 'fake:1b' })).toMatchObject({ modelfile: 'FROM fake:1b' });
  });

  it('chats, streamed and not', async () => {
    const answer = await client.chat({ model: 'fake:1b', messages });
    expect(answer).toMatchObject({ done: true, message: { content: 'You said: one two' }, eval_count: 30 });
    const parts = await collect(await client.chat({ model: 'fake:1b', messages, stream: true }));
    expect(parts.map(({ message }) => message.content).join('')).toBe('You said: one two');
    expect(parts.at(-1)).toMatchObject({ done: true, eval_count: 30 });
  });

  it('thinks and calls tools', async () => {
    const ask = (content: string) => client.chat({ model: 'fake:1b', messages: [{ role: 'user', content }] });
    expect((await ask('/think')).message).toMatchObject({ thinking: 'Let me see' });
    expect((await ask('/tool')).message.tool_calls).toEqual([
      { function: { name: 'add', arguments: { a: 1, b: 'é' } } },
    ]);
  });

  it('generates, streamed and not', async () => {
    const request = { model: 'fake:1b', prompt: 'one' };
    expect((await client.generate(request)).response).toBe('You said: one');
    const parts = await collect(await client.generate({ ...request, stream: true }));
    expect(parts.map(({ response }) => response).join('')).toBe('You said: one');
  });

  it('embeds', async () => {
    const { embeddings } = await client.embed({ model: 'fake:1b', input: ['a', 'bcd'] });
    expect(embeddings).toEqual([
      [1, 1],
      [3, 1],
    ]);
    expect((await client.embeddings({ model: 'fake:1b', prompt: 'ab' })).embedding).toEqual([2, 1]);
  });

  it('pulls with progress, copies, pushes and deletes, for administrators', async () => {
    const master = clientOf(admin);
    const progress = await collect(await master.pull({ model: 'new:1b', stream: true }));
    expect(progress.map(({ status, completed }) => [status, completed])).toEqual([
      ['pulling manifest', undefined],
      ['pulling abc', 50],
      ['pulling abc', 100],
      ['success', undefined],
    ]);
    expect((await collect(await master.create({ model: 'mine', from: 'new:1b', stream: true }))).at(-1)).toMatchObject({
      status: 'success',
    });
    expect((await collect(await master.push({ model: 'fake:1b', stream: true }))).at(-1)).toMatchObject({
      status: 'success',
    });
    await master.copy({ source: 'new:1b', destination: 'copied' });
    await master.delete({ model: 'new:1b' });
    expect(first.models).toEqual(['fake:1b', 'other:latest', 'mine', 'copied']);
  });

  it('lists nothing with a key that may use nothing', async () => {
    expect((await refused.list()).models).toEqual([]);
  });

  it.each<[string, (each: Ollama, model: string) => Promise<unknown>]>([
    ['show', (each, model) => each.show({ model })],
    ['chat', (each, model) => each.chat({ model, messages })],
    ['streamed chat', (each, model) => each.chat({ model, messages, stream: true })],
    ['generate', (each, model) => each.generate({ model, prompt: 'a' })],
    ['streamed generate', (each, model) => each.generate({ model, prompt: 'a', stream: true })],
    ['embed', (each, model) => each.embed({ model, input: 'a' })],
    ['embeddings', (each, model) => each.embeddings({ model, prompt: 'a' })],
  ])('is refused a model that its key may not use, as one that there is not: %s', async (_, act) => {
    const attempts = [act(refused, 'fake:1b'), act(refused, 'helper'), act(refused, 'zzz'), act(client, 'other')];
    for (const attempt of await Promise.allSettled(attempts))
      expect(attempt).toMatchObject({ status: 'rejected', reason: { status_code: 403 } });
    expect(calls()).toEqual([]);
  });

  it.each<[string, (each: Ollama) => Promise<unknown>]>([
    ['pull', (each) => each.pull({ model: 'fake:1b' })],
    ['streamed pull', (each) => each.pull({ model: 'fake:1b', stream: true })],
    ['push', (each) => each.push({ model: 'fake:1b' })],
    ['create', (each) => each.create({ model: 'mine', from: 'fake:1b' })],
    ['copy', (each) => each.copy({ source: 'fake:1b', destination: 'mine' })],
    ['delete', (each) => each.delete({ model: 'fake:1b' })],
    ['ps', (each) => each.ps()],
  ])('administers nothing, whatever the key may use: %s', async (_, act) => {
    for (const attempt of await Promise.allSettled([act(client), act(refused)]))
      expect(attempt).toMatchObject({ status: 'rejected', reason: { status_code: 401 } });
    expect(calls()).toEqual([]);
  });
});

describe.each(RUNS)('POST %s', (path, body) => {
  it('requires credentials and a verified account', async () => {
    const pending = await asUser(app, 'pending');
    for (const client of [api(app.url), pending.api])
      expect((await client.post(path, { ...body, model: 'fake:1b' })).status).toBe(401);
    expect(calls()).toEqual([]);
  });

  it('refuses users a model that is not theirs, as one that there is not', async () => {
    for (const model of ['other', 'other:latest', 'p.fake:1b', 'fake', 'zzz'])
      expect(await user.api.post(path, { ...body, model })).toMatchObject(FORBIDDEN);
    expect(calls()).toEqual([]);
  });

  it('reports an unknown model to administrators', async () => {
    const { status, body: answer } = await admin.api.post(path, { ...body, model: 'zzz' });
    expect([status, answer.detail]).toEqual([400, expect.stringMatching(/^Model 'zzz(:latest)?' was not found$/)]);
  });

  it('adds the version that is meant, strips the prefix and sends the key of the server', async () => {
    expect((await admin.api.post(path, { ...body, model: 'p.other' })).status).toBe(200);
    const [call] = calls();
    expect(call?.body?.model).toMatch(/^other(:latest)?$/);
    expect(call?.headers.authorization).toBe('Bearer k');
  });

  it('ignores parameters that would open models', async () => {
    expect(await user.api.post(`${path}?bypass_filter=true`, { ...body, model: 'other' })).toMatchObject(FORBIDDEN);
  });
});

describe.each(INDEXED)('POST %s/{url_idx}', (path, body) => {
  it('refuses users a server that does not have the model', async () => {
    expect((await user.api.post(`${path}/0`, { ...body, model: 'fake:1b' })).status).toBe(200);
    for (const index of [1, 2, 9])
      expect(await user.api.post(`${path}/${index}`, { ...body, model: 'fake:1b' })).toMatchObject(FORBIDDEN);
    expect(calls()).toHaveLength(1);
  });

  it('lets administrators ask any server for anything', async () => {
    expect(await admin.api.post(`${path}/2`, { ...body, model: 'zzz' })).toMatchObject(CONNECTION);
    expect((await admin.api.post(`${path}/9`, { ...body, model: 'zzz' })).status).toBe(404);
    expect((await admin.api.post(`${path}/x`, { ...body, model: 'zzz' })).status).toBe(422);
  });
});

describe('POST /ollama/api/chat', () => {
  const chat = (change: object, caller = user) =>
    caller.api.post('/ollama/api/chat', { model: 'fake:1b', messages, stream: false, ...change });

  it('forwards the body without metadata', async () => {
    const body = { options: { seed: 1 }, foo: 1, messages: [{ role: 'user', content: 'x', images: ['AAAA'] }] };
    await chat({ ...body, metadata: { a: 1 } });
    expect(sent('/api/chat')).toEqual({ ...body, model: 'fake:1b', stream: false });
  });

  it('streams by default, line by line', async () => {
    const { body, headers } = await chat({ stream: undefined });
    expect(headers.get('content-type')).toBe('application/x-ndjson');
    expect(String(body).trim().split('\n')).toHaveLength(5);
  });

  it('lays the params and the instructions of a preset over the request', async () => {
    await chat({ model: 'helper', options: { temperature: 0.1, seed: 4 } });
    expect(sent('/api/chat')).toEqual({
      model: 'fake:1b',
      stream: false,
      messages: [{ role: 'system', content: `Be ${user.name}` }, ...messages],
      format: { type: 'object' },
      think: true,
      options: { temperature: 0.5, seed: 4, num_predict: 7, stop: ['\n'], foo: 5 },
    });
  });

  it.each([
    ['no messages', { messages: undefined }],
    ['messages that are no list', { messages: 'x' }],
    ['a message without content', { messages: [{ role: 'user', content: null }] }],
    ['no model', { model: undefined }],
  ])('refuses %s', async (_, change) => {
    expect((await chat(change)).status).toBe(400);
  });

  it('passes the error of Ollama on, with its status', async () => {
    expect(await chat({ messages: [{ role: 'user', content: '/fail 503 busy' }] })).toMatchObject({
      status: 503,
      body: { detail: 'busy' },
    });
  });

  it('ends a stream that breaks off with an error', async () => {
    const { body } = await chat({ stream: true, messages: [{ role: 'user', content: '/break' }] });
    const lines = String(body).trim().split('\n');
    expect(JSON.parse(lines.at(-1)!)).toEqual({ error: 'Confab: Server Connection Error' });
  });

  it('ends the call of a client that disconnects', async () => {
    const called = first.nextRequest('/api/chat');
    const controller = new AbortController();
    const headers = { Authorization: `Bearer ${user.token}`, 'Content-Type': 'application/json' };
    const body = JSON.stringify({ model: 'fake:1b', messages: [{ role: 'user', content: '/stall' }] });
    const answer = await fetch(`${app.url}/ollama/api/chat`, {
      method: 'POST',
      headers,
      body,
      signal: controller.signal,
    });
    const request = await called;
    await answer.body!.getReader().read();
    controller.abort();
    await request.closed;
    expect(request.aborted).toBe(true);
  });
});

describe('POST /ollama/api/generate', () => {
  it('sends the keys that it knows, with those of a preset', async () => {
    const body = {
      model: 'helper',
      prompt: 'x',
      suffix: 's',
      system: 'Own',
      options: { seed: 1 },
      extra: 1,
      stream: false,
    };
    await user.api.post('/ollama/api/generate', body);
    expect(sent('/api/generate')).toEqual({
      ...{ model: 'fake:1b', prompt: 'x', suffix: 's', stream: false, format: { type: 'object' }, think: true },
      system: `Be ${user.name}\nOwn`,
      options: { seed: 1, temperature: 0.5, num_predict: 7, stop: ['\n'], foo: 5 },
    });
  });
});

describe('POST /ollama/v1/chat/completions', () => {
  const chat = (change: object) =>
    user.api.post('/ollama/v1/chat/completions', { model: 'fake:1b', messages, ...change });

  it('answers in the form of OpenAI, streamed and not', async () => {
    expect((await chat({})).body.choices[0].message.content).toBe('You said: one two');
    const { body, headers } = await chat({ stream: true });
    expect(headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(body).toMatch(/^data: \{.*"content":"You said: one two".*\n\ndata: \[DONE\]\n\n$/);
  });

  it('lays the params of a preset over the request as keys', async () => {
    await chat({ model: 'helper', max_tokens: 99 });
    expect(sent('/v1/chat/completions')).toMatchObject({ model: 'fake:1b', temperature: 0.5, max_tokens: 7, foo: 5 });
  });
});

describe('GET /ollama/api/tags', () => {
  it('gives what the caller may use, and where it is', async () => {
    first.loaded = ['fake:1b'];
    await admin.api.get('/api/models?refresh=true');
    expect((await user.api.get('/ollama/api/tags')).body.models).toMatchObject([
      { model: 'fake:1b', name: 'fake:1b', urls: [0], connection_type: 'local', expires_at: expect.any(Number) },
    ]);
    expect((await admin.api.get('/ollama/api/tags')).body.models.map(({ model }: { model: string }) => model)).toEqual([
      'fake:1b',
      'other:latest',
      'p.fake:1b',
      'p.other:latest',
    ]);
    expect((await api(app.url).get('/ollama/api/tags')).status).toBe(401);
  });
});

describe('GET /ollama/v1/models', () => {
  it('gives the same in the form of OpenAI', async () => {
    expect((await user.api.get('/ollama/v1/models')).body).toEqual({
      data: [{ id: 'fake:1b', object: 'model', created: 1_767_323_045, owned_by: 'openai' }],
      object: 'list',
    });
    expect((await api(app.url).get('/ollama/v1/models')).status).toBe(401);
  });

  it('gives those of one server to administrators', async () => {
    const { body } = await admin.api.get('/ollama/v1/models/1');
    expect(body.data.map(({ id }: { id: string }) => id)).toEqual(['fake:1b', 'other:latest']);
    expect((await user.api.get('/ollama/v1/models/1')).status).toBe(401);
    expect((await admin.api.get('/ollama/v1/models/9')).status).toBe(404);
  });
});

describe('the accounts', () => {
  it('hold what each call took, in whichever form it was asked for', async () => {
    const owner = await asUser(app, 'admin');
    const call = (path: string, body: object) => owner.api.post(path, { messages, prompt: 'a', ...body });
    await call('/ollama/api/chat', { model: 'helper' });
    await call('/ollama/api/generate', { model: 'fake:1b', stream: false });
    await call('/ollama/api/embed', { model: 'fake:1b', input: 'a' });
    await call('/api/chat/completions', { model: 'fake:1b', stream: true });
    await app.get(UsageService).settled();
    const rows = await app.get(Database).query<{ taken: string }>(
      `SELECT concat_ws(' ', provider, purpose, model_id, base_model_id, input_tokens, output_tokens, status) AS taken
       FROM usage_record WHERE user_id = '${owner.id}' ORDER BY id`,
    );
    expect(rows.map(({ taken }) => taken)).toEqual([
      'ollama completion helper fake:1b 10 30 200',
      'ollama completion fake:1b fake:1b 10 30 200',
      'ollama embedding fake:1b fake:1b 4 0 200',
      'ollama completion fake:1b fake:1b 10 30 200',
    ]);
  });
});
