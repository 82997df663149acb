import { DataSource } from 'typeorm';
import type { JsonObject } from '../../src/common/util/json';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { chatEvents, createChat, onQuestion, storedMessages, wholeReply, type TestChat } from '../support/chat';
import { chunk, DONE, textStream } from '../support/fakes/openai-answers';
import { FakeOpenAiServer } from '../support/fakes/openai-server';
import { queriesOf } from '../support/query-counter';
import type { Json } from '../support/http';
import { connectSocket, type TestSocket } from '../support/socket';

let app: TestApp;
let provider: FakeOpenAiServer;
let admin: TestUser;
let user: TestUser;
let tab: TestSocket;
let chat: TestChat;
const created: string[] = [];

beforeAll(async () => {
  provider = await FakeOpenAiServer.start();
  app = await startTestApp({
    OPENAI_API_BASE_URL: provider.url,
    OPENAI_API_KEY: 'sk-fake',
    BYPASS_MODEL_ACCESS_CONTROL: 'True',
  });
  admin = await asUser(app, 'admin');
  user = await asUser(app);
});
afterAll(async () => {
  await app.close();
  await provider.close();
});
beforeEach(async () => {
  provider.reset();
  tab = await connectSocket(app.url, user.token);
  chat = await createChat(user, 'Hi');
});
afterEach(async () => {
  tab.close();
  for (const id of created.splice(0)) await admin.api.delete(`/api/v1/functions/id/${id}/delete`);
});

/** An active function that applies to all models. */
async function addFunction(id: string, content: string, { isGlobal = true } = {}): Promise<void> {
  const saved = await admin.api.post('/api/v1/functions/create', { id, name: id, content, meta: { description: '' } });
  expect([saved.status, saved.body]).toMatchObject([200, { id }]);
  created.push(id);
  await admin.api.post(`/api/v1/functions/id/${id}/toggle`);
  if (isGlobal) await admin.api.post(`/api/v1/functions/id/${id}/toggle/global`);
}

async function addPreset(id: string, meta: JsonObject): Promise<void> {
  const preset = { id, name: id, base_model_id: 'fake-small', params: {}, meta, access_control: null };
  expect((await admin.api.post('/api/v1/models/create', preset)).status).toBe(200);
}

const ask = (content: string, more: JsonObject = {}) =>
  user.api.post('/api/chat/completions', { model: 'fake-small', messages: [{ role: 'user', content }], ...more });

/** The events of a reply over sockets, to its end. */
const reply = (prompt: string, more: JsonObject = {}) => wholeReply(user, tab, chat, prompt, more);

const storedReply = async () => (await storedMessages(user, chat.id)).a1;
const sentBodies = () => provider.requests.filter(({ path }) => path === '/chat/completions').map(({ body }) => body);
const content = (text: string) => ({ type: 'chat:completion', data: { content: text } });

const SHOUT = `class Filter {
  inlet(body, __user__) {
    if (body.messages.at(-1).content === 'DENY') throw new Error('refused by filter');
    body.messages.at(-1).content += ' [in ' + __user__.name + ']';
    body.seed = 7;
    return body;
  }
  stream(event) {
    const delta = event.choices?.[0]?.delta;
    if (delta?.content === 'drop') return null;
    if (delta?.content) delta.content = delta.content.toUpperCase();
    return event;
  }
  outlet(body) {
    if (body.messages.at(-1).content === 'BAD') throw new Error('outlet failed');
    body.messages.at(-1).content += ' [out]';
    return body;
  }
}`;

describe('filters of requests', () => {
  it('change what the provider gets', async () => {
    await addFunction('shout', SHOUT);
    expect((await ask('Hi')).status).toBe(200);
    expect(sentBodies()).toEqual([
      { model: 'fake-small', seed: 7, messages: [{ role: 'user', content: `Hi [in ${user.name}]` }] },
    ]);
  });

  it('cost no query while there are none', async () => {
    await ask('Hi');
    const statements = await queriesOf(app.get(DataSource), () => ask('Hi'));
    expect(statements.length).toBeGreaterThan(0);
    expect(statements.filter((statement) => statement.includes('"function"'))).toEqual([]);
  });

  it('run in the order of their priority, those of other models do not', async () => {
    const mark = (letter: string, priority: number) =>
      `class Filter { constructor() { this.valves = { priority: ${priority} } }
        inlet(body) { body.messages.at(-1).content += '${letter}'; return body } }`;
    await addFunction('later', mark('b', 5));
    await addFunction('first', mark('a', -1), { isGlobal: false });
    await addFunction('other', mark('x', 0), { isGlobal: false });
    await addPreset('with-first', { filterIds: ['first', 'unknown'] });
    await ask('', { model: 'with-first' });
    await ask('');
    expect(sentBodies().map((body) => (body?.messages as JsonObject[])[0]?.content)).toEqual(['ab', 'b']);
  });

  it('that are toggles run when the user switched them on', async () => {
    await addFunction(
      'toggle',
      `class Filter { constructor() { this.toggle = true } inlet(body) { body.seed = 1; return body } }`,
    );
    await ask('Hi');
    await ask('Hi', { filter_ids: ['toggle'] });
    expect(sentBodies().map((body) => body?.seed)).toEqual([undefined, 1]);
  });

  it('refuse a request with their own text, as a response and over sockets', async () => {
    await addFunction('shout', SHOUT);
    const refused = await ask('DENY');
    expect([refused.status, refused.body]).toMatchObject([400, { detail: 'refused by filter' }]);
    expect(await reply('DENY')).toEqual([
      { type: 'chat:message:error', data: { error: { content: 'refused by filter' } } },
      { type: 'chat:tasks:cancel' },
    ]);
    expect(await storedReply()).toMatchObject({ content: '', done: true, error: { content: 'refused by filter' } });
    expect(sentBodies()).toEqual([]);
  });

  it('select another model, which the user may use', async () => {
    await addFunction(
      'route',
      `class Filter { inlet(body) { body.model = body.messages.at(-1).content; return body } }`,
    );
    await ask('fake-large');
    expect(sentBodies()).toMatchObject([{ model: 'fake-large' }]);
    const unknown = await ask('no-such-model');
    expect([unknown.status, unknown.body]).toMatchObject([400, { detail: 'Model not found' }]);
  });

  it('see the request as the contract says, and may return nothing but a body', async () => {
    await addFunction(
      'look',
      `class Filter { inlet(body, __metadata__, __id__) {
        if (body.messages[0].content === 'none') return 'text';
        return { messages: [{ role: 'user', content: JSON.stringify([body, __metadata__.params, __id__]) }] } } }`,
    );
    await ask('Hi', { features: { memory: true }, variables: { a: 'b' } });
    const [body, params, id] = JSON.parse((sentBodies()[0]?.messages as { content: string }[])[0]!.content);
    expect(body).toMatchObject({ model: 'fake-small', features: { memory: true }, metadata: { user_id: user.id } });
    expect(body).not.toHaveProperty('variables');
    expect([params.function_calling, id]).toEqual(['default', 'look']);
    expect((await ask('none')).body).toMatchObject({ detail: 'The filter look returned no body' });
  });
});

describe('filters of streams', () => {
  it('change and drop chunks, over sockets and in the stored message', async () => {
    await addFunction('shout', SHOUT);
    provider.onChat = () => ({ sse: textStream('hel', 'drop', 'lo') });
    const events = await reply('Hi');
    expect(events.slice(1, 3)).toEqual([content('HEL'), content('HELLO')]);
    expect(events.at(-1)).toEqual({
      type: 'chat:completion',
      data: { done: true, content: 'HELLO', title: 'New Chat' },
    });
    expect(await storedReply()).toMatchObject({ content: 'HELLO' });
  });

  it('change the stream of a plain request', async () => {
    await addFunction('shout', SHOUT);
    provider.onChat = () => ({ sse: textStream('hel', 'lo') });
    const { body } = await ask('Hi', { stream: true });
    expect(body).toBe(
      [
        chunk({ role: 'assistant', content: '' }),
        chunk({ content: 'HEL' }),
        chunk({ content: 'LO' }),
        chunk({}, 'stop'),
        DONE,
      ].join(''),
    );
  });
});

const COMPLETED = { model: 'fake-small', id: 'a1', session_id: 's' };
const shown = (text: string) => [
  { id: 'u1', role: 'user', content: 'q' },
  { id: 'a1', role: 'assistant', content: text },
];

describe('POST /api/chat/completed', () => {
  it('returns the chat as the filters leave it', async () => {
    await addFunction('shout', SHOUT);
    const body = { ...COMPLETED, chat_id: chat.id, messages: shown('r') };
    const { status, body: answer } = await user.api.post('/api/chat/completed', body);
    expect([status, answer]).toEqual([200, { ...body, messages: shown('r [out]') }]);
  });

  it('responds with the message of a filter that fails', async () => {
    await addFunction('shout', SHOUT);
    const body = { ...COMPLETED, chat_id: chat.id, messages: shown('BAD') };
    const { status, body: answer } = await user.api.post('/api/chat/completed', body);
    expect([status, answer]).toEqual([400, { detail: 'Error: outlet failed' }]);
  });

  it('refuses the chat of another user, and a body without a key', async () => {
    const other = await asUser(app);
    const foreign = await other.api.post('/api/chat/completed', { ...COMPLETED, chat_id: chat.id, messages: [] });
    expect(foreign.status).toBe(404);
    const { session_id: _, ...missing } = COMPLETED;
    expect((await user.api.post('/api/chat/completed', { ...missing, chat_id: 'x' })).body).toEqual({
      detail: "'session_id'",
    });
  });
});

const ACT = `class Action {
  constructor() { this.actions = [{ id: 'sub', name: 'Sub' }] }
  async action(body, __id__, __user__, __event_emitter__, __event_call__) {
    if (body.event === 'bad') throw new Error('action failed');
    await __event_emitter__({ type: 'status', data: { description: 'working', done: false } });
    const ok = await __event_call__({ type: 'confirmation', data: { title: 'Sure?' } });
    await __event_emitter__({ type: 'replace', data: { content: 'replaced' } });
    return { id: __id__, user: __user__.name, ok, n: body.messages.length };
  }
}`;

describe('POST /api/chat/actions/:id', () => {
  const act = (id: string, more: JsonObject = {}, by = user) =>
    by.api.post(`/api/chat/actions/${id}`, {
      ...{ model: 'fake-small', chat_id: chat.id, id: 'a1', session_id: tab.id, messages: shown('r') },
      ...more,
    });

  it('asks the socket of the request, stores what it emits, and returns the value', async () => {
    await addFunction('act', ACT);
    onQuestion(tab, () => true);
    const { status, body } = await act('act.sub');
    expect([status, body]).toEqual([200, { id: 'sub', user: user.name, ok: true, n: 2 }]);
    expect(chatEvents(tab).map(({ type }) => type)).toEqual(['status', 'confirmation', 'replace']);
    expect(await storedReply()).toMatchObject({
      content: 'replaced',
      statusHistory: [{ description: 'working', done: false }],
    });
  });

  it('runs active actions of the model alone', async () => {
    await addFunction('act', ACT, { isGlobal: false });
    onQuestion(tab, () => null);
    expect((await act('act')).body).toEqual({ detail: 'Action not found: act' });
    await addPreset('with-act', { actionIds: ['act'] });
    expect((await act('act', { model: 'with-act' })).body).toMatchObject({ id: 'act', ok: null });
    await admin.api.post('/api/v1/functions/id/act/toggle');
    expect((await act('act', { model: 'with-act' })).body).toEqual({ detail: 'Action not found: act' });
  });

  it('refuses chats and sockets of other users, unknown models, and failures', async () => {
    await addFunction('act', ACT);
    const other = await asUser(app);
    const foreign = await createChat(other, 'secret');
    expect((await act('act', { chat_id: foreign.id })).status).toBe(404);
    expect((await act('act', {}, other)).status).toBe(404);
    const theirs = await connectSocket(app.url, other.token);
    expect((await act('act', { session_id: theirs.id })).status).toBe(404);
    expect(theirs.received).toEqual([]);
    theirs.close();
    expect((await act('act', { model: 'nope' })).body).toEqual({ detail: 'Model not found' });
    expect((await act('act', { event: 'bad' })).body).toEqual({ detail: 'Error: action failed' });
    expect((await act('act', { session_id: 'gone' })).body).toEqual({
      detail: 'Error: The browser is no longer connected',
    });
  });
});

const PIPE = `class Pipe {
  constructor() { this.name = 'Pipe: ' }
  pipes() { return ['text', 'gen', 'bad', 'call', 'self'].map((id) => ({ id, name: id })) }
  async pipe(body, __user__, __event_emitter__, __event_call__, __chat_id__, __task__, __metadata__, __tools__, context) {
    const name = body.model.split('.').at(-1);
    if (name === 'bad') throw new Error('pipe failed');
    if (name === 'gen') return (async function* () {
      await __event_emitter__({ type: 'status', data: { description: 'piping' } });
      yield 'one ';
      yield await __event_call__({ type: 'input', data: { title: 'Two?' } });
    })();
    if (name === 'call') return (await context.complete({ model: 'fake-large', messages: body.messages })).choices[0].message.content;
    if (name === 'self') return (await context.complete({ model: 'pp.self', messages: [] })).choices[0].message.content;
    return [__user__.name, __chat_id__, __task__, __metadata__.user_id, Object.keys(__tools__), typeof __event_emitter__].join('|');
  }
}`;

describe('pipes', () => {
  const contentOf = ({ body }: { body: Json }) => body.choices?.[0].message.content as unknown;

  it('reply with text, and get what belongs to the reply', async () => {
    await addFunction('pp', PIPE, { isGlobal: false });
    expect(contentOf(await ask('Hi', { model: 'pp.text' }))).toBe(`${user.name}|||${user.id}||function`);
  });

  it('stream over sockets, emit events and ask the socket', async () => {
    await addFunction('pp', PIPE, { isGlobal: false });
    onQuestion(tab, () => 'two');
    const events = await reply('Hi', { model: 'pp.gen' });
    expect(events).toMatchObject([
      { type: 'status', data: { description: 'piping' } },
      content('one'),
      { type: 'input' },
      content('one two'),
      { type: 'chat:completion', data: { choices: [{ finish_reason: 'stop' }] } },
      { type: 'chat:completion', data: { done: true, content: 'one two' } },
    ]);
    expect(await storedReply()).toMatchObject({
      content: 'one two',
      model: 'pp.gen',
      statusHistory: [{ description: 'piping' }],
    });
  });

  it('call other models as the user, but not each other without end', async () => {
    await addFunction('pp', PIPE, { isGlobal: false });
    expect(contentOf(await ask('Hi', { model: 'pp.call' }))).toBe('You said: Hi');
    const endless = await ask('Hi', { model: 'pp.self' });
    expect(JSON.stringify(endless.body)).toContain('Models call each other too deeply');
  });

  it('fail with their message', async () => {
    await addFunction('pp', PIPE, { isGlobal: false });
    const { status, body } = await ask('Hi', { model: 'pp.bad' });
    expect([status, JSON.stringify(body)]).toEqual([expect.any(Number), expect.stringContaining('pipe failed')]);
    expect(status).toBeGreaterThanOrEqual(500);
    const events = await reply('Hi', { model: 'pp.bad' });
    expect(events.some(({ data }) => JSON.stringify(data).includes('pipe failed'))).toBe(true);
    expect(await storedReply()).toMatchObject({ done: true, error: { content: 'pipe failed' } });
  });

  it('know that they generate a title, and reach no client then', async () => {
    await addFunction('pp', PIPE, { isGlobal: false });
    await reply('Hi', { model: 'pp.text', background_tasks: { title_generation: true } });
    expect(chatEvents(tab).filter(({ type }) => type === 'chat:title')).toHaveLength(1);
  });
});
