/** @services */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import type { Socket } from 'socket.io-client';
import type { JsonObject } from '../../src/common/util/json';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import {
  chatEvents,
  createChat,
  isDone,
  requestReply,
  storedMessages,
  untilIdle,
  waitForEvent,
  type TestChat,
} from '../support/chat';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { deferred, type Deferred } from '../support/deferred';
import { eventually } from '../support/eventually';
import { chunk, DONE } from '../support/fakes/openai-answers';
import { FakeOpenAiServer } from '../support/fakes/openai-server';
import { api, type Json } from '../support/http';
import { connectSocket, type TestSocket } from '../support/socket';

type Follow = (socket: Socket, chatId: string, messageId: string, show: (message: Json) => void) => Promise<Json>;

const page = readFileSync(join(__dirname, '../../docs/realtime.md'), 'utf8');
const [, source = ''] = /```js\n([^]*?)```/.exec(page) ?? [];
/** The client of the documentation. */
const followReply = runInThisContext(`(${source})`) as Follow;

let database: TestDatabase;
let provider: FakeOpenAiServer;
let app: TestApp;
/** Another node on the same database. */
let second: TestApp;
let user: TestUser;
let other: TestUser;
let tab: TestSocket;
let chat: TestChat;
/** Lets the provider send the rest of the reply. */
let rest: Deferred<string[]>;

const start = () =>
  startTestApp({
    DATABASE_URL: database.url,
    OPENAI_API_BASE_URL: provider.url,
    OPENAI_API_KEY: 'sk-fake',
    BYPASS_MODEL_ACCESS_CONTROL: 'True',
    WEBUI_SECRET_KEY: 'one secret for all nodes of the test',
  });

async function* halves(): AsyncGenerator<string> {
  yield chunk({ role: 'assistant', content: '' });
  for (const content of ['<think>', 'why', '</think>', 'First ']) yield chunk({ content });
  for (const content of await rest.promise) yield chunk({ content });
  yield chunk({}, 'stop');
  yield DONE;
}

const WHOLE =
  /^<details type="reasoning" done="true" duration="\d+">\n<summary>Thought for \d+ seconds<\/summary>\n&gt; why\n<\/details>\nFirst second third$/;

beforeAll(async () => {
  database = await createTestDatabase();
  provider = await FakeOpenAiServer.start();
  [app, second] = [await start(), await start()];
  [user, other] = [await asUser(app), await asUser(app)];
});
afterAll(async () => {
  await Promise.all([app.close(), second.close()]);
  await provider.close();
  await database.drop();
});
beforeEach(async () => {
  provider.reset();
  rest = deferred();
  provider.onChat = () => ({ sse: halves() });
  tab = await connectSocket(app.url, user.token);
  chat = await createChat(user, 'Hi');
});
afterEach(async () => {
  rest.resolve([]);
  await untilIdle(user, chat.id);
  tab.close();
});

/** A reply of which the first half has come. */
async function halfReply(): Promise<string> {
  const { body } = await requestReply(user, tab, chat, 'Hi');
  await waitForEvent(tab, ({ data }) => String(data?.content).endsWith('First'));
  return body.task_id as string;
}

const resume = (socket: TestSocket, more: JsonObject = {}) =>
  socket.emit('chat:resume', { chat_id: chat.id, message_id: 'a1', ...more });
const streamOf = (socket: TestSocket): Json[] =>
  socket.received.filter(([name]) => name === 'chat:stream').map(([, payload]) => payload);
const untilStreamed = (socket: TestSocket, type: string) =>
  socket.waitFor((name, payload) => name === 'chat:stream' && payload.data.type === type);
const untilEnded = (socket: TestSocket) =>
  socket.waitFor((name, payload) => name === 'chat:stream' && Boolean(payload.data.data?.done));

const path = (id = chat.id, message = 'a1') => `/api/v1/chats/${id}/messages/${message}/stream`;

/** The events of a server-sent stream: ids, and data. */
function eventsIn(text: string): { id: string; data: Json }[] {
  return [...text.matchAll(/id: (.*)\ndata: (.*)\n\n/g)].map(([, id = '', data = '']) => ({
    id,
    data: JSON.parse(data),
  }));
}

describe('chat:resume', () => {
  it('continues a reply on another device, from a snapshot', async () => {
    const taskId = await halfReply();
    const device = await connectSocket(app.url, user.token);
    const shown: string[] = [];
    const done = followReply(device.raw, chat.id, 'a1', ({ content }: Json) => shown.push(content as string));
    await untilStreamed(device, 'chat:snapshot');
    rest.resolve(['second ', 'third']);
    expect(await done).toMatchObject({ content: expect.stringMatching(WHOLE), done: true });
    const stream = streamOf(device);
    expect(stream[0].data.data.message.content).toMatch(/First$/);
    expect(stream.map(({ seq }) => seq)).toEqual(stream.map((_, index) => stream[0].seq + index));
    expect(stream.every(({ task_id }) => task_id === taskId)).toBe(true);
    expect(shown.at(-1)).toBe((await storedMessages(user, chat.id)).a1.content);
    expect(chatEvents(device)).toEqual([]);
    await waitForEvent(tab, isDone);
    expect(chatEvents(tab).at(-1)?.data.content).toMatch(WHOLE);
    expect(streamOf(tab)).toEqual([]);
    device.close();
  });

  it('continues where a lost connection ended, without a gap or a duplicate', async () => {
    const taskId = await halfReply();
    const before = await connectSocket(app.url, user.token);
    expect(await resume(before)).toEqual([{ status: 'running', task_id: taskId }]);
    const { seq } = await untilStreamed(before, 'chat:snapshot');
    before.close();
    rest.resolve(['second ', 'third']);
    await waitForEvent(tab, ({ data }) => String(data?.content).endsWith('third'));
    const after = await connectSocket(app.url, user.token);
    await resume(after, { task_id: taskId, seq });
    await untilEnded(after);
    const stream = streamOf(after);
    // The reply may have ended before the new connection: then it is whole.
    if (stream[0].data.type !== 'chat:snapshot')
      expect(stream.map((item) => item.seq)).toEqual(stream.map((_, index) => (seq as number) + 1 + index));
    after.close();
  });

  it('goes on when the only socket leaves, and gives the end to the next', async () => {
    await halfReply();
    tab.close();
    rest.resolve(['second ', 'third']);
    await untilIdle(user, chat.id);
    tab = await connectSocket(app.url, user.token);
    expect(await resume(tab)).toEqual([{ status: 'finished', task_id: null }]);
    await untilEnded(tab);
    expect(streamOf(tab).map(({ data }) => data.type)).toEqual(['chat:snapshot', 'chat:completion']);
    expect(streamOf(tab)[0].data.data.message).toMatchObject({ content: expect.stringMatching(WHOLE), done: true });
  });

  it('is for the user of the chat', async () => {
    await halfReply();
    const [foreign, anonymous] = [await connectSocket(app.url, other.token), await connectSocket(app.url)];
    for (const socket of [foreign, anonymous]) {
      expect(await resume(socket)).toEqual([]);
      socket.close();
    }
    for (const body of [{ chat_id: 'nope' }, { message_id: 'nope' }, { message_id: 1 }, { chat_id: 'x'.repeat(513) }])
      expect(await resume(tab, body)).toEqual([]);
    expect(await tab.emit('chat:resume', 'nonsense')).toEqual([]);
    expect([...streamOf(foreign), ...streamOf(anonymous), ...streamOf(tab)]).toEqual([]);
  });

  it('follows a temporary chat, also of the same id by two users', async () => {
    chat = { ...chat, id: 'local:same' };
    await halfReply();
    expect((await resume(tab))[0]).toMatchObject({ status: 'running' });
    const foreign = await connectSocket(app.url, other.token);
    expect(await resume(foreign)).toEqual([]);
    rest.resolve(['second ', 'third']);
    await untilEnded(tab);
    foreign.close();
  });

  it('follows a reply of another node by what is stored', async () => {
    await halfReply();
    const far = await connectSocket(second.url, user.token);
    expect((await resume(far))[0]).toMatchObject({ status: 'running' });
    rest.resolve(['second ', 'third']);
    await untilEnded(far);
    const snapshots = streamOf(far).filter(({ data }) => data.type === 'chat:snapshot');
    expect(snapshots.at(-1).data.data.message).toMatchObject({ content: expect.stringMatching(WHOLE), done: true });
    far.close();
  });

  it('ends for a socket that signs in as another user', async () => {
    await halfReply();
    const device = await connectSocket(app.url, user.token);
    await resume(device);
    await untilStreamed(device, 'chat:snapshot');
    await device.emit('user-join', { auth: { token: other.token } });
    rest.resolve(['second ', 'third']);
    await waitForEvent(tab, isDone);
    expect(streamOf(device)).toHaveLength(1);
    device.close();
  });
});

describe('GET /api/v1/chats/{id}/messages/{message_id}/stream', () => {
  const open = (url: string, headers: Record<string, string> = {}) =>
    fetch(`${url}${path()}`, { headers: { Authorization: `Bearer ${user.token}`, ...headers } });

  it('sends a snapshot and the rest, and continues after Last-Event-ID', async () => {
    const taskId = await halfReply();
    const [whole, resumed] = await Promise.all([open(app.url), open(app.url, { 'Last-Event-ID': `${taskId}:0` })]);
    expect([whole.status, whole.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    rest.resolve(['second ', 'third']);
    const [events, later] = [eventsIn(await whole.text()), eventsIn(await resumed.text())];
    expect(events[0]?.data.data.type).toBe('chat:snapshot');
    expect(events.at(-1)).toMatchObject({ id: 'end', data: { data: { data: { done: true } } } });
    expect(later.map(({ data }) => data.seq)).toEqual(later.map((_, index) => index + 1));
    expect(later[0]?.id).toBe(`${taskId}:1`);
    const { seq } = events[0]?.data as { seq: number };
    expect(later.slice(seq)).toEqual(events.slice(1));
  });

  it('ends for a finished reply: whole, or 204 for a client that has read it', async () => {
    rest.resolve(['second ', 'third']);
    await requestReply(user, tab, chat, 'Hi');
    await untilIdle(user, chat.id);
    const events = eventsIn(await (await open(app.url)).text());
    expect(events.map(({ id, data }) => [id, data.data.type])).toEqual([
      ['', 'chat:snapshot'],
      ['end', 'chat:completion'],
    ]);
    expect((await open(app.url, { 'Last-Event-ID': 'end' })).status).toBe(204);
    expect((await open(app.url, { 'Last-Event-ID': 'no:such' })).status).toBe(200);
  });

  it('follows a reply of another node', async () => {
    await halfReply();
    const far = await open(second.url);
    rest.resolve(['second ', 'third']);
    const events = eventsIn(await far.text());
    expect(events.at(-2)?.data.data.data.message.content).toMatch(WHOLE);
  });

  it('refuses too many readers of a user, and counts none that has left', async () => {
    await halfReply();
    const leaving = new AbortController();
    const headers = { Authorization: `Bearer ${user.token}` };
    const readers = Array.from({ length: 100 }, () =>
      fetch(`${app.url}${path()}`, { headers, signal: leaving.signal }),
    );
    for (const reader of readers) expect((await reader).status).toBe(200);
    expect((await user.api.get(path())).status).toBe(429);
    leaving.abort();
    await eventually(async () => {
      const answer = await open(app.url);
      await answer.body?.cancel();
      return answer.status === 200 || undefined;
    });
  });

  it('is for the user of the chat', async () => {
    await halfReply();
    expect((await api(app.url).get(path())).status).toBe(401);
    expect((await other.api.get(path())).status).toBe(404);
    expect((await (await asUser(app, 'admin')).api.get(path())).status).toBe(404);
    expect((await user.api.get(path(chat.id, 'nope'))).status).toBe(404);
    expect((await user.api.get(path('nope'))).status).toBe(404);
    expect((await (await asUser(app, 'pending')).api.get(path())).status).toBe(401);
  });
});
