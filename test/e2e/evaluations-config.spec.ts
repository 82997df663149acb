import OpenAI from 'openai';
import { Detail } from '../../src/common/errors/details';
import type { JsonObject } from '../../src/common/util/json';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { chatEvents, createChat, isDone, requestReply, untilIdle, waitForEvent } from '../support/chat';
import { textStream } from '../support/fakes/openai-answers';
import { FakeOpenAiServer } from '../support/fakes/openai-server';
import { api, headersOf } from '../support/http';
import { connectSocket } from '../support/socket';

const PATH = '/api/v1/evaluations/config';
const messages = [{ role: 'user' as const, content: 'Hi' }];
const refusal = (status: number, detail: string) => ({ status, body: { detail } });

let provider: FakeOpenAiServer;
let app: TestApp;
let admin: TestUser;
let user: TestUser;

beforeAll(async () => {
  provider = await FakeOpenAiServer.start();
  provider.models = ['m-one', 'm-two'];
  app = await startTestApp({ OPENAI_API_BASE_URL: provider.url, ENABLE_EVALUATION_ARENA_MODELS: 'True' });
  [admin, user] = [await asUser(app, 'admin'), await asUser(app)];
});
afterAll(async () => {
  await app.close();
  await provider.close();
});
beforeEach(async () => {
  provider.requests.length = 0;
  await admin.api.delete('/api/v1/models/delete/all');
  await configure({ ENABLE_EVALUATION_ARENA_MODELS: true, EVALUATION_ARENA_MODELS: [] });
});

const configure = (change: JsonObject, caller = admin) => caller.api.post(PATH, change);
const arena = (id: string, meta: JsonObject = {}) => ({
  ...{ id, name: `Arena ${id}` },
  meta: { profile_image_url: 'data:image/png;base64,AAAA', description: 'd', access_control: null, ...meta },
});
const putArenas = (...EVALUATION_ARENA_MODELS: JsonObject[]) => configure({ EVALUATION_ARENA_MODELS });
const entries = async (caller: TestUser) =>
  (await caller.api.get('/api/models')).body.data as (JsonObject & { id: string })[];
const idsOf = async (caller: TestUser) => (await entries(caller)).map(({ id }) => id);
const createRow = (change: object) =>
  admin.api.post('/api/v1/models/create', { name: 'R', base_model_id: null, meta: {}, params: {}, ...change });
const ask = (caller: TestUser, model: string, change: object = {}) =>
  caller.api.post('/api/chat/completions', { model, messages, ...change });
/** Which models were called. */
const called = () => provider.received('/chat/completions').map(({ body }) => body?.model);

describe('GET /api/v1/evaluations/config', () => {
  it('shows administrators the configuration', async () => {
    expect(await admin.api.get(PATH)).toMatchObject({
      status: 200,
      body: { ENABLE_EVALUATION_ARENA_MODELS: true, EVALUATION_ARENA_MODELS: [] },
    });
  });

  it('refuses everybody else', async () => {
    expect(await user.api.get(PATH)).toMatchObject(refusal(401, Detail.accessProhibited));
    expect(await api(app.url).get(PATH)).toMatchObject(refusal(401, Detail.notAuthenticated));
  });
});

describe('POST /api/v1/evaluations/config', () => {
  it('changes what is sent, and keeps the rest as it was sent, pictures included', async () => {
    const arenas = [arena('a', { model_ids: ['m-one'], filter_mode: 'include', other: [1] })];
    await putArenas(...arenas);
    await entries(admin);
    const off = { ENABLE_EVALUATION_ARENA_MODELS: false, EVALUATION_ARENA_MODELS: null };
    const expected = { ENABLE_EVALUATION_ARENA_MODELS: false, EVALUATION_ARENA_MODELS: arenas };
    expect(await configure(off)).toMatchObject({ status: 200, body: expected });
    expect((await admin.api.get(PATH)).body).toEqual(expected);
    expect(await idsOf(admin)).toEqual(['m-one', 'm-two']);
  });

  it.each([
    [422, { EVALUATION_ARENA_MODELS: ['x'] }],
    [422, { EVALUATION_ARENA_MODELS: {} }],
    [422, { ENABLE_EVALUATION_ARENA_MODELS: 'perhaps' }],
    [400, { EVALUATION_ARENA_MODELS: [{ id: 'a' }] }],
    [400, { EVALUATION_ARENA_MODELS: [{ id: '', name: 'A' }] }],
  ])('answers %i to %j, and keeps what there was', async (status, body) => {
    expect((await configure(body)).status).toBe(status);
    expect((await admin.api.get(PATH)).body.EVALUATION_ARENA_MODELS).toEqual([]);
  });

  it('refuses everybody else', async () => {
    const change = { ENABLE_EVALUATION_ARENA_MODELS: false };
    expect(await configure(change, user)).toMatchObject(refusal(401, Detail.accessProhibited));
    expect(await api(app.url).post(PATH, change)).toMatchObject(refusal(401, Detail.notAuthenticated));
    expect((await admin.api.get(PATH)).body.ENABLE_EVALUATION_ARENA_MODELS).toBe(true);
  });
});

describe('arenas in the list', () => {
  it('begin with one for administrators', async () => {
    expect((await entries(admin)).at(-1)).toEqual({
      ...{ id: 'arena-model', name: 'Arena Model', object: 'model', owned_by: 'arena', arena: true },
      created: expect.any(Number),
      info: { meta: { description: expect.any(String), model_ids: null } },
      ...{ actions: [], filters: [], tags: [] },
    });
    expect(await idsOf(user)).toEqual([]);
  });

  it('are between models and presets, for those they are shared with, without pictures', async () => {
    await createRow({ id: 'preset', base_model_id: 'm-one', access_control: null });
    await putArenas(
      arena('open'),
      arena('mine', { access_control: { read: { user_ids: [user.id], group_ids: [] } } }),
      arena('closed', { access_control: {} }),
      { id: 'unsaid', name: 'Unsaid' },
      arena('m-two'),
      arena('preset'),
    );
    expect(await idsOf(admin)).toEqual(['m-one', 'm-two', 'open', 'mine', 'closed', 'unsaid', 'preset']);
    expect(await idsOf(user)).toEqual(['open', 'mine', 'preset']);
    expect(JSON.stringify(await entries(user))).not.toMatch(/base64|profile_image_url/);
    expect((await entries(user)).find(({ id }) => id === 'preset')).toMatchObject({ owned_by: 'arena' });
  });

  it('are not sent again to those who have the list', async () => {
    const url = `${app.url}/api/models`;
    const { etag } = await headersOf(url, admin);
    expect((await headersOf(url, admin, etag)).status).toBe(304);
    await putArenas(arena('new'));
    expect((await headersOf(url, admin, etag)).status).toBe(200);
  });

  it('are no models of providers', async () => {
    for (const path of ['/api/models/base', '/openai/models'])
      expect(JSON.stringify((await admin.api.get(path)).body)).not.toContain('arena');
  });
});

describe('a reply of an arena', () => {
  beforeEach(() => putArenas(arena('duel', { model_ids: ['m-two'] }), arena('closed', { access_control: {} })));

  it('names the model that replied, without access to it', async () => {
    const { status, body } = await ask(user, 'duel');
    expect([status, body.selected_model_id, body.choices[0].message.content]).toEqual([200, 'm-two', 'You said: Hi']);
    expect(called()).toEqual(['m-two']);
  });

  it('names it at the beginning of a stream, which clients of OpenAI read', async () => {
    const { body } = await ask(user, 'duel', { stream: true });
    const [first = ''] = String(body).split('\n\n');
    expect(JSON.parse(first.replace('data: ', ''))).toMatchObject({ choices: [], selected_model_id: 'm-two' });
    const client = new OpenAI({ apiKey: user.token, baseURL: `${app.url}/api`, maxRetries: 0 });
    const stream = await client.chat.completions.create({ model: 'duel', messages, stream: true });
    let text = '';
    for await (const { choices } of stream) text += choices?.[0]?.delta.content ?? '';
    expect(text).toBe('You said: Hi');
  });

  it.each([true, false])('sends and stores it over sockets, streamed: %s', async (isStream) => {
    const tab = await connectSocket(app.url, user.token);
    const chat = await createChat(user, 'Hi');
    await requestReply(user, tab, chat, 'Hi', { model: 'duel', stream: isStream });
    await waitForEvent(tab, isDone);
    await untilIdle(user, chat.id);
    const told = chatEvents(tab)
      .filter(({ type }) => type === 'chat:completion')
      .map(({ data }) => data as JsonObject);
    tab.close();
    expect(told[0]).toMatchObject({ selected_model_id: 'm-two', ...(!isStream && { choices: expect.anything() }) });
    expect(told.at(-1)).toMatchObject({ done: true, content: 'You said: Hi' });
    const { body } = await user.api.get(`/api/v1/chats/${chat.id}`);
    expect(body.chat.history.messages.a1).toMatchObject({ model: 'duel', selectedModelId: 'm-two', done: true });
  });

  it('refuses users it is not shared with, without a call to a provider', async () => {
    for (const model of ['closed', 'arena-model']) expect((await ask(user, model)).status).toBe(400);
    await configure({ ENABLE_EVALUATION_ARENA_MODELS: false });
    expect((await ask(admin, 'duel')).status).toBe(400);
    expect(called()).toEqual([]);
  });

  it('is drawn from existing models: missing and inactive ones are skipped', async () => {
    await createRow({ id: 'm-one', is_active: false });
    await putArenas(
      arena('duel', { model_ids: ['gone', 'm-one', 'duel', 'm-two'] }),
      arena('none', { model_ids: ['gone'] }),
    );
    for (let n = 0; n < 5; n++) expect((await ask(user, 'duel')).body.selected_model_id).toBe('m-two');
    expect((await ask(user, 'none')).status).toBe(400);
  });

  it('is drawn from all others when models are excluded, of presets only from those that the caller may use', async () => {
    await createRow({ id: 'open', base_model_id: 'm-one', access_control: null, params: { system: 'Be open' } });
    await createRow({ id: 'secret', base_model_id: 'm-one', access_control: {}, params: { system: 'Be secret' } });
    await putArenas(arena('rest', { model_ids: ['m-one', 'm-two'], filter_mode: 'exclude' }));
    for (let n = 0; n < 5; n++) expect((await ask(user, 'rest')).body.selected_model_id).toBe('open');
    expect(provider.lastPost?.body).toMatchObject({
      model: 'm-one',
      messages: [{ role: 'system', content: 'Be open' }, ...messages],
    });
  });

  it('is drawn from everything that there is without a list, each model now and then', async () => {
    await putArenas(arena('all'));
    provider.onChat = () => ({ sse: textStream('x') });
    while (new Set(called()).size < 2) expect((await ask(user, 'all', { stream: true })).status).toBe(200);
    expect(new Set(called())).toEqual(new Set(['m-one', 'm-two']));
    provider.onChat = undefined;
  });

  it('is no model for the routes of providers', async () => {
    expect((await user.api.post('/openai/chat/completions', { model: 'duel', messages })).status).toBe(403);
    expect((await user.api.post('/api/embeddings', { model: 'duel', input: 'a' })).status).toBe(403);
  });
});
