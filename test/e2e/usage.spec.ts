import { DataSource } from 'typeorm';
import { UsageRecordsRepository } from '../../src/modules/providers/usage/usage-records.repository';
import { UsageService } from '../../src/modules/providers/usage/usage.service';
import type { NewUsageRecord } from '../../src/modules/providers/usage/usage.types';
import type { JsonObject } from '../../src/common/util/json';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { createChat, isDone, requestReply, untilIdle, waitForEvent } from '../support/chat';
import { completion, failure, textStream, usageChunk } from '../support/fakes/openai-answers';
import { FakeOpenAiServer, type RecordedRequest } from '../support/fakes/openai-server';
import { api, type Json } from '../support/http';
import { queriesOf } from '../support/query-counter';
import { connectSocket } from '../support/socket';

const PATH = '/api/v1/analytics/usage';
const messages = [{ role: 'user', content: 'Hi' }];
const cachedUsage = { prompt_tokens: 7, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 5 } };

let app: TestApp;
let provider: FakeOpenAiServer;
let admin: TestUser;
let user: TestUser;

beforeAll(async () => {
  provider = await FakeOpenAiServer.start();
  app = await startTestApp({
    OPENAI_API_BASE_URL: provider.url,
    OPENAI_API_KEY: 'sk-fake',
    ENABLE_DIRECT_CONNECTIONS: 'True',
    ENABLE_API_KEYS: 'True',
    USER_PERMISSIONS_FEATURES_API_KEYS: 'True',
  });
  admin = await asUser(app, 'admin');
  user = await asUser(app);
  for (const [id, base] of [
    ['fake-small', null],
    ['preset', 'fake-small'],
  ])
    await admin.api.post('/api/v1/models/create', { id, base_model_id: base, name: 'M', meta: {}, params: {} });
});
afterAll(async () => {
  await app.close();
  await provider.close();
});
beforeEach(async () => {
  provider.reset();
  await app.get(DataSource).query('DELETE FROM usage_record');
});

/** What was recorded, oldest first. */
async function records(): Promise<JsonObject[]> {
  await app.get(UsageService).settled();
  return app.get(DataSource).query('SELECT * FROM usage_record ORDER BY id');
}

const ask = (body: object, path = '/api/chat/completions', caller = user) =>
  caller.api.post(path, { model: 'fake-small', messages, ...body });

describe('what is recorded', () => {
  it('is each reply: who, by which key, of which model, and what it took', async () => {
    provider.onChat = () => ({ json: { ...completion({ content: 'x' }), usage: cachedUsage } });
    const { body: key } = await user.api.post('/api/v1/auths/api_key');
    await ask({ model: 'preset' });
    await api(app.url, key.api_key as string).post('/openai/chat/completions', { model: 'fake-small', messages });
    const [first, second] = await records();
    expect(first).toMatchObject({
      ...{ user_id: user.id, api_key_id: null, purpose: 'completion', model_id: 'preset', base_model_id: 'fake-small' },
      ...{ provider: 'openai', connection: 0, input_tokens: 7, output_tokens: 3, cached_tokens: 5 },
      ...{ first_token_ms: null, duration_ms: expect.any(Number), status: 200 },
    });
    expect(Math.abs(Number(first?.created_at) - Date.now() / 1000)).toBeLessThan(60);
    expect(second).toMatchObject({ model_id: 'fake-small', api_key_id: expect.any(String) });
  });

  it.each(['/api/chat/completions', '/openai/chat/completions'])('is a streamed reply of %s', async (path) => {
    provider.onChat = () => ({ sse: [...textStream('a', 'b').slice(0, -1), usageChunk(), 'data: [DONE]\n\n'] });
    await ask({ stream: true }, path);
    const [record] = await records();
    expect(record).toMatchObject({ input_tokens: 7, output_tokens: 3, cached_tokens: null, status: 200 });
    expect(record?.first_token_ms).toEqual(expect.any(Number));
    expect(Number(record?.first_token_ms)).toBeLessThanOrEqual(Number(record?.duration_ms));
  });

  it('is a reply over sockets, and the small generations that follow it', async () => {
    const tab = await connectSocket(app.url, user.token);
    const chat = await createChat(user, 'Hi');
    await requestReply(user, tab, chat, 'Hi', { background_tasks: { title_generation: true } });
    await waitForEvent(tab, isDone);
    await untilIdle(user, chat.id);
    tab.close();
    expect(await records()).toMatchObject([
      { purpose: 'completion', user_id: user.id, status: 200 },
      { purpose: 'task', user_id: user.id, status: 200, input_tokens: 7 },
    ]);
  });

  it('is a reply of a model that the browser of its user runs', async () => {
    const tab = await connectSocket(app.url, user.token);
    tab.raw.on('events', ({ data }: Json, acknowledge?: (value: unknown) => void) => {
      if (data.type !== 'request:chat:completion') return;
      acknowledge?.({ status: true });
      for (const frame of [{ choices: [{ delta: { content: 'Hi' } }] }, { usage: cachedUsage }, { done: true }])
        tab.raw.emit(data.data.channel as string, frame);
    });
    const chat = await createChat(user, 'Hi');
    const model = { id: 'mine', name: 'Mine', direct: true };
    await requestReply(user, tab, chat, 'Hi', { model: 'mine', model_item: model });
    await waitForEvent(tab, isDone);
    await untilIdle(user, chat.id);
    tab.close();
    const counts = { input_tokens: 7, output_tokens: 3, cached_tokens: 5, connection: null };
    expect(await records()).toMatchObject([{ provider: 'browser', model_id: 'mine', user_id: user.id, ...counts }]);
  });

  it('is embeddings', async () => {
    provider.onOther = ({ body }: RecordedRequest) => ({
      json: { object: 'list', data: [], model: body?.model, usage: { prompt_tokens: 4, total_tokens: 4 } },
    });
    await ask({ input: 'a' }, '/api/embeddings');
    expect(await records()).toMatchObject([{ purpose: 'embedding', input_tokens: 4, output_tokens: null }]);
  });

  it('is a failure, with its status', async () => {
    provider.onChat = () => failure(429, 'slow down');
    await ask({});
    provider.onChat = () => ({ text: 'garbage' });
    await ask({ stream: true });
    expect((await records()).map(({ status }) => status)).toEqual([429, 500]);
  });

  it('is a call that its client gave up', async () => {
    const client = new AbortController();
    const headers = { Authorization: `Bearer ${user.token}`, 'Content-Type': 'application/json' };
    const body = JSON.stringify({ model: 'fake-small', messages: [{ role: 'user', content: '/stall' }], stream: true });
    const answer = await fetch(`${app.url}/openai/chat/completions`, {
      ...{ method: 'POST', headers, body, signal: client.signal },
    });
    await answer.body?.getReader().read();
    client.abort();
    await provider.lastPost?.closed;
    let found = await records();
    while (found.length === 0) found = await records();
    expect(found).toMatchObject([{ status: 499 }]);
  });

  it('is nothing of what was refused before a provider was called', async () => {
    await ask({ model: 'fake-large' });
    await ask({ model: 'fake-large' }, '/api/embeddings');
    expect(await records()).toEqual([]);
  });

  it('is written together when many calls end at once', async () => {
    const dataSource = app.get(DataSource);
    const usage = app.get(UsageService);
    const statements = await queriesOf(dataSource, async () => {
      const call = { provider: 'openai', model: { id: 'm' }, purpose: 'task' as const };
      await Promise.all(
        Array.from({ length: 1000 }, () =>
          usage.meter({ ...call, signal: new AbortController().signal }).whole(() => Promise.resolve({})),
        ),
      );
      await usage.settled();
    });
    expect(statements.length).toBeLessThanOrEqual(3);
    expect(await records()).toHaveLength(1000);
  });
});

describe('GET /api/v1/analytics/usage', () => {
  const record = (change: Partial<NewUsageRecord>): NewUsageRecord => ({
    ...{ createdAt: 1_793_000_000, day: '2026-10-26', userId: user.id, apiKeyId: null, purpose: 'completion' },
    ...{ modelId: 'a', baseModelId: 'a', provider: 'openai', connection: 0, inputTokens: 10, outputTokens: 2 },
    ...{ cachedTokens: null, firstTokenMs: null, durationMs: 100, status: 200 },
    ...change,
  });
  const insert = (...changes: Partial<NewUsageRecord>[]) =>
    app.get(UsageRecordsRepository).insert(changes.map((change) => record(change)));
  const report = async (query: string): Promise<Json> => {
    const { status, body } = await admin.api.get(`${PATH}?from=2026-10-01&to=2026-10-31&${query}`);
    expect(status).toBe(200);
    return body;
  };

  it('sums up by day and model, newest day first', async () => {
    await insert(
      { day: '2026-10-25', cachedTokens: 4, firstTokenMs: 10 },
      { day: '2026-10-25', status: 500, inputTokens: null, outputTokens: null, durationMs: 200 },
      { day: '2026-10-26' },
      { day: '2026-10-26', modelId: 'b' },
      { day: '2026-09-30' },
      { day: '2026-11-01' },
    );
    const sum = { calls: 1, failures: 0, input_tokens: 10, output_tokens: 2, cached_tokens: 0, duration_ms: 100 };
    expect(await report('')).toEqual({
      from: '2026-10-01',
      to: '2026-10-31',
      total: 3,
      items: [
        { day: '2026-10-26', model_id: 'a', ...sum, first_token_ms: null },
        { day: '2026-10-26', model_id: 'b', ...sum, first_token_ms: null },
        {
          ...{ day: '2026-10-25', model_id: 'a', calls: 2, failures: 1, input_tokens: 10, output_tokens: 2 },
          ...{ cached_tokens: 4, first_token_ms: 10, duration_ms: 150 },
        },
      ],
    });
  });

  it('sums up by anything else, with the names of users', async () => {
    await insert({}, { userId: 'gone', purpose: 'task' }, { userId: null, apiKeyId: 'k', provider: 'ollama' });
    const { items } = await report('group_by=user,provider');
    expect(
      items.map(({ user_id, user_name, provider: kind, calls }: Json) => [user_id, user_name, kind, calls]),
    ).toEqual(
      expect.arrayContaining([
        [user.id, user.name, 'openai', 1],
        ['gone', null, 'openai', 1],
        [null, null, 'ollama', 1],
      ]),
    );
    expect((await report('group_by=purpose,api_key,base_model')).items[0]).toMatchObject({
      ...{ purpose: 'completion', api_key_id: 'k', base_model_id: 'a' },
    });
  });

  it('takes one user or one model', async () => {
    await insert({}, { modelId: "x' OR 1=1" }, { userId: 'other' });
    expect((await report(`user_id=${user.id}`)).items).toHaveLength(2);
    expect((await report(`user_id=${user.id}&model_id=a`)).items).toMatchObject([{ calls: 1 }]);
    expect((await report(`model_id=${encodeURIComponent("x' OR 1=1")}`)).items).toMatchObject([{ calls: 1 }]);
  });

  it('covers the last thirty days by default', async () => {
    const { body } = await admin.api.get(PATH);
    const days = (Date.parse(body.to as string) - Date.parse(body.from as string)) / 86_400_000;
    expect([body.to, days]).toEqual([new Date().toISOString().slice(0, 10), 29]);
  });

  it('gives pages, with as many statements for ten thousand calls as for one', async () => {
    const dataSource = app.get(DataSource);
    const count = async () => (await queriesOf(dataSource, () => report('group_by=user'))).length;
    await insert({});
    const before = await count();
    await dataSource.query(
      `INSERT INTO usage_record (created_at, day, user_id, purpose, model_id, base_model_id, provider, duration_ms, status)
       SELECT 1793000000, '2026-10-20', 'u' || (n % 1200), 'completion', 'm', 'm', 'openai', 1, 200
       FROM generate_series(1, 10000) n`,
    );
    expect(await count()).toBe(before);
    const { items, total } = await report('group_by=user&page=3');
    expect([items.length, total]).toEqual([201, 1201]);
    expect((await report('group_by=user&page=4')).items).toEqual([]);
  });

  it.each(['from=yesterday', 'group_by=password', 'group_by=', 'page=0', 'to=2026-02-30'])(
    'refuses %s',
    async (query) => {
      expect((await admin.api.get(`${PATH}?${query}`)).status).toBe(422);
    },
  );

  it('refuses everybody but administrators', async () => {
    const pending = await asUser(app, 'pending');
    for (const client of [api(app.url), pending.api, user.api]) expect((await client.get(PATH)).status).toBe(401);
  });
});
