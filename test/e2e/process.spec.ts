/** @services */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import OpenAI from 'openai';
import { Client } from 'pg';
import type { TestUser } from '../support/as-user';
import {
  chatEvents,
  createChat,
  isCancel,
  isDone,
  requestReply,
  storedMessages,
  untilIdle,
  waitForEvent,
  type TestChat,
} from '../support/chat';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { deferred } from '../support/deferred';
import { embeddingsOf } from '../support/fakes/embedding-server';
import { chunk, DONE, textStream } from '../support/fakes/openai-answers';
import { FakeOpenAiServer } from '../support/fakes/openai-server';
import { api, type Json } from '../support/http';
import { buildServer, startServerProcess, type ServerProcess } from '../support/process';
import { connectSocket, type TestSocket } from '../support/socket';
import { upload } from '../support/uploads';

/** The built server as a process, used by real clients, and killed. */
let database: TestDatabase;
let dataDir: string;
let provider: FakeOpenAiServer;
let server: ServerProcess;
let user: TestUser;

const start = (more: Record<string, string> = {}) =>
  startServerProcess({
    ...more,
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    OPENAI_API_BASE_URL: provider.url,
    OPENAI_API_KEY: 'sk-fake',
    ENABLE_API_KEYS: 'True',
    RAG_EMBEDDING_ENGINE: 'openai',
    RAG_EMBEDDING_BATCH_SIZE: '4',
    CHUNK_OVERLAP: '0',
    USER_PERMISSIONS_FEATURES_API_KEYS: 'True',
  });

/** Starts again; sessions go on. */
async function restart(more: Record<string, string> = {}): Promise<void> {
  server = await start(more);
  user = { ...user, api: api(server.url, user.token) };
}

/** The first account, which is the administrator. */
async function signUp(): Promise<TestUser> {
  const account = { name: 'Ann', email: 'ann@example.com', password: 'a long password' };
  const { status, body } = await api(server.url).post('/api/v1/auths/signup', account);
  expect([status, body.role]).toEqual([200, 'admin']);
  const token = body.token as string;
  return { ...account, id: body.id as string, role: 'admin', token, api: api(server.url, token) };
}

beforeAll(async () => {
  buildServer();
  database = await createTestDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'confab-process-'));
  provider = await FakeOpenAiServer.start();
  server = await start();
  user = await signUp();
}, 600_000);
afterAll(async () => {
  provider.dropConnections();
  expect(await server.end('SIGTERM')).toBe(0);
  await provider.close();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});
beforeEach(() => provider.reset());

const openai = (apiKey: string) => new OpenAI({ apiKey, baseURL: `${server.url}/api/v1`, maxRetries: 0 });
const ask = (content: string) => ({ model: 'fake-small', messages: [{ role: 'user' as const, content }] });

async function streamed(client: OpenAI, content: string): Promise<string> {
  let text = '';
  for await (const part of await client.chat.completions.create({ ...ask(content), stream: true }))
    text += part.choices[0]?.delta.content ?? '';
  return text;
}

async function ownChat(prompt: string): Promise<{ chat: TestChat; tab: TestSocket }> {
  return { chat: await createChat(user, prompt), tab: await connectSocket(server.url, user.token) };
}

describe('a program with the openai package', () => {
  it('lists models, chats, streams and aborts, with a session token and with an API key', async () => {
    const { body } = await user.api.post('/api/v1/auths/api_key');
    for (const key of [user.token, body.api_key as string]) {
      const client = openai(key);
      expect((await client.models.list()).data.map(({ id }) => id)).toEqual([
        'fake-small',
        'fake-large',
        'arena-model',
      ]);
      const whole = await client.chat.completions.create(ask('Hi'));
      expect(whole.choices[0]?.message.content).toBe('You said: Hi');
      expect(await streamed(client, 'Hi there')).toBe('You said: Hi there');
      const asked = provider.nextChat();
      for await (const _ of await client.chat.completions.create({ ...ask('/stall'), stream: true })) break;
      const request = await asked;
      await request.closed;
      expect(request.aborted).toBe(true);
    }
  });
});

describe('a browser', () => {
  it('gets the events in order, and finds stored what it saw', async () => {
    const { chat, tab } = await ownChat('Hello you');
    provider.onChat = () => ({ sse: textStream('Hel', 'lo ', 'you') });
    await requestReply(user, tab, chat, 'Hello you');
    await waitForEvent(tab, isDone);
    await untilIdle(user, chat.id);
    const told = chatEvents(tab).map(({ data }) => data.content as string | undefined);
    expect(told.filter((text) => text !== undefined)).toEqual(['Hel', 'Hello', 'Hello you', 'Hello you']);
    expect((await storedMessages(user, chat.id)).a1).toMatchObject({ content: 'Hello you', done: true });
    tab.close();
  });

  it('receives nothing after sign-out', async () => {
    const { email, password } = user;
    const { body } = await api(server.url).post('/api/v1/auths/signin', { email, password });
    const token = body.token as string;
    const tab = await connectSocket(server.url, token);
    expect((await api(server.url, token).get('/api/v1/auths/signout')).status).toBe(200);
    await tab.closed;
    const again = await connectSocket(server.url);
    expect(await again.emit('user-join', { auth: { token } })).toEqual([]);
    expect((await api(server.url, token).get('/api/v1/auths/')).status).toBe(401);
    await expect(openai(token).chat.completions.create(ask('Hi'))).rejects.toMatchObject({ status: 401 });
    again.close();
  });
});

describe('kill -9', () => {
  it('in the middle of a stream leaves the text so far, and the chat usable', async () => {
    const { chat, tab } = await ownChat('/stall');
    await requestReply(user, tab, chat, '/stall');
    await waitForEvent(tab, ({ data }) => data?.content === 'Half');
    await storedText(chat, 'Half');
    expect(await server.end('SIGKILL')).toBeNull();
    await restart();
    const { a1 } = await storedMessages(user, chat.id);
    expect(a1).toMatchObject({ content: 'Half', done: true, error: { content: expect.stringMatching(/interrupted/) } });
    await expectUsable(chat);
  });

  it('leaves its replies to another node, which marks them and ends who follows them', async () => {
    const { chat, tab } = await ownChat('/stall');
    const second = await start();
    const far = await connectSocket(second.url, user.token);
    await requestReply(user, tab, chat, '/stall');
    await storedText(chat, 'Half');
    const [following] = await far.emit('chat:resume', { chat_id: chat.id, message_id: 'a1' });
    expect(following).toMatchObject({ status: 'running' });
    await server.end('SIGKILL');
    await waitForEvent(far, isCancel);
    await far.waitFor((name, { data }) => name === 'chat:stream' && data.data?.done === true);
    const { a1 } = await storedMessages({ ...user, api: api(second.url, user.token) }, chat.id);
    expect(a1).toMatchObject({ content: 'Half', done: true, error: { content: expect.stringMatching(/interrupted/) } });
    const snapshots = far.received.filter(([, payload]) => (payload as Json).data.type === 'chat:snapshot');
    expect((snapshots.at(-1)?.[1] as Json).data.data.message).toMatchObject({ content: 'Half', error: a1.error });
    far.close();
    expect(await second.end('SIGTERM')).toBe(0);
    await restart();
    await expectUsable(chat);
  });

  it('marks a reply that was complete before and is being written again', async () => {
    const { chat, tab } = await ownChat('/stall');
    provider.onChat = () => ({ sse: textStream('Whole') });
    await requestReply(user, tab, chat, '/stall');
    await waitForEvent(tab, isDone);
    provider.onChat = undefined;
    await requestReply(user, tab, chat, '/stall');
    await storedText(chat, 'WholeHalf');
    await server.end('SIGKILL');
    await restart();
    const { a1 } = await storedMessages(user, chat.id);
    expect(a1).toMatchObject({ content: 'WholeHalf', done: true });
    expect(a1.error.content).toMatch(/interrupted/);
  });

  it('loses no chat that was saved, and no reply that was done', async () => {
    const { chat, tab } = await ownChat('Hi');
    await requestReply(user, tab, chat, 'Hi');
    await waitForEvent(tab, isDone);
    const saved = await createChat(user, 'Saved just now');
    await server.end('SIGKILL');
    await restart();
    expect((await storedMessages(user, chat.id)).a1).toMatchObject({ content: 'You said: Hi', done: true });
    expect((await storedMessages(user, chat.id)).a1.error).toBeUndefined();
    expect((await storedMessages(user, saved.id)).u1.content).toBe('Saved just now');
  });
});

describe('kill -9 while a file is processed', () => {
  const rows = async <T>(sql: string, ...values: unknown[]): Promise<T[]> => {
    const client = new Client(database.url);
    await client.connect();
    return (await client.query(sql, values).finally(() => client.end())).rows as T[];
  };

  it('processes it after the start: once, and to its end', async () => {
    const lines = Array.from({ length: 300 }, (_, index) => `Line ${index} of the log of Skerry Rock.`);
    const stalled = deferred<void>();
    let batches = 0;
    provider.onOther = (request) => {
      if (batches++ < 2) return embeddingsOf(request);
      stalled.resolve();
      return 'never';
    };
    const { id } = (await upload(server, user, lines.join('\n'))).body;
    await stalled.promise;
    await server.end('SIGKILL');
    const texts: string[] = [];
    provider.onOther = (request) => {
      texts.push(...(request.body?.input as string[]));
      return embeddingsOf(request);
    };
    await restart();
    const file = async () => (await user.api.get(`/api/v1/files/${id}`)).body;
    while ((await file()).data.status === 'pending') await setImmediate();
    expect((await file()).data.status).toBe('completed');
    expect(new Set(texts).size).toBe(texts.length);
    const chunks = await rows<{ position: number; text: string }>(
      `SELECT position, text FROM chunk JOIN source_document d ON d.id = document_id WHERE file_id = $1 ORDER BY position`,
      id,
    );
    expect(chunks.map(({ position }) => position)).toEqual(chunks.map((_, index) => index));
    const found = chunks.flatMap(({ text }) => text.split('\n'));
    expect([...new Set(found)]).toEqual(lines);
    const [left] = await rows(
      `SELECT (SELECT count(*)::int FROM source_document) AS documents, (SELECT count(*)::int FROM chunk_vector) AS vectors,
              (SELECT count(*)::int FROM job.job WHERE name = 'files.process' AND state < 'completed') AS jobs`,
    );
    expect(left).toEqual({ documents: 1, vectors: chunks.length, jobs: 0 });
  });
});

describe('SIGTERM', () => {
  it('notifies the clients of unfinished replies, in their streams and over sockets', async () => {
    await server.end('SIGTERM');
    await restart({ SHUTDOWN_GRACE_SECONDS: '1' });
    const { chat, tab } = await ownChat('/stall');
    await requestReply(user, tab, chat, '/stall');
    await waitForEvent(tab, ({ data }) => data?.content === 'Half');
    const stream = await openai(user.token).chat.completions.create({ ...ask('/stall'), stream: true });
    const read = (async () => {
      for await (const _ of stream);
    })();
    const ended = server.end('SIGTERM');
    await expect(read).rejects.toThrow(/stopped before the reply was complete/);
    await waitForEvent(tab, isCancel);
    expect(await ended).toBe(0);
    await restart();
    expect((await storedMessages(user, chat.id)).a1).toMatchObject({ content: 'Half', done: true });
  });

  it('lets a running reply finish', async () => {
    const { chat, tab } = await ownChat('Slow');
    const finish = deferred<void>();
    provider.onChat = () => ({ sse: waitingStream(finish.promise) });
    await requestReply(user, tab, chat, 'Slow');
    await waitForEvent(tab, ({ data }) => data?.content === 'First');
    const ended = server.end('SIGTERM');
    await refusesConnections(server.url);
    finish.resolve();
    await waitForEvent(tab, isDone);
    expect(chatEvents(tab).filter(isCancel)).toEqual([]);
    expect(await ended).toBe(0);
    await restart();
    expect((await storedMessages(user, chat.id)).a1).toMatchObject({ content: 'First second', done: true });
  });
});

async function* waitingStream(finish: Promise<void>): AsyncGenerator<string> {
  yield chunk({ content: 'First ' });
  await finish;
  yield chunk({ content: 'second' });
  yield DONE;
}

/** Resolves when the text is in the database. */
async function storedText(chat: TestChat, text: string): Promise<void> {
  while ((await storedMessages(user, chat.id)).a1.content !== text);
}

async function refusesConnections(url: string): Promise<void> {
  while (await fetch(`${url}/health`, { headers: { Connection: 'close' } }).then(Boolean, () => false));
}

/** The chat lists no task, takes another reply, and can be saved. */
async function expectUsable(chat: TestChat): Promise<void> {
  expect((await user.api.get(`/api/tasks/chat/${chat.id}`)).body).toEqual({ task_ids: [] });
  const tab = await connectSocket(server.url, user.token);
  await requestReply(user, tab, chat, 'Again', { id: 'a2' });
  await waitForEvent(tab, isDone);
  await untilIdle(user, chat.id);
  expect((await storedMessages(user, chat.id)).a2).toMatchObject({ content: 'You said: Again', done: true });
  tab.close();
}
