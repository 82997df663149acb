/** @services */
import { InterruptedRepliesService } from '../../src/modules/completions/reply/interrupted-replies.service';
import { Database } from '../../src/platform/database/database';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
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
import { FakeOpenAiServer, type RecordedRequest } from '../support/fakes/openai-server';
import { api } from '../support/http';
import { connectSocket, type TestSocket } from '../support/socket';

let database: TestDatabase;
let provider: FakeOpenAiServer;
let app: TestApp;
/** Another node on the same database. */
let second: TestApp;
let admin: TestUser;
let user: TestUser;
let other: TestUser;
let tab: TestSocket;
let chat: TestChat;

const start = () =>
  startTestApp({
    DATABASE_URL: database.url,
    OPENAI_API_BASE_URL: provider.url,
    OPENAI_API_KEY: 'sk-fake',
    BYPASS_MODEL_ACCESS_CONTROL: 'True',
    WEBUI_SECRET_KEY: 'one secret for all nodes of the test',
  });

beforeAll(async () => {
  database = await createTestDatabase();
  provider = await FakeOpenAiServer.start();
  app = await start();
  second = await start();
  admin = await asUser(app, 'admin');
  [user, other] = [await asUser(app), await asUser(app)];
});
afterAll(async () => {
  await Promise.all([app.close(), second.close()]);
  await provider.close();
  await database.drop();
});
beforeEach(async () => {
  provider.reset();
  tab = await connectSocket(app.url, user.token);
  chat = await createChat(user, 'Hi');
});
afterEach(async () => {
  provider.dropConnections();
  await untilIdle(user, chat.id);
  tab.close();
});

/** A reply that has begun and runs until the test ends it. */
async function stalledReply(): Promise<{ taskId: string; request: RecordedRequest }> {
  const asked = provider.nextChat();
  const { body } = await requestReply(user, tab, chat, '/stall');
  await waitForEvent(tab, ({ data }) => data?.content === 'Half');
  return { taskId: body.task_id as string, request: await asked };
}

const stop = (as: TestUser, taskId: string) => as.api.post(`/api/tasks/stop/${taskId}`);
const tasksOf = async (as: TestUser) => (await as.api.get('/api/tasks')).body.tasks as string[];
const tasksOfChat = async (as: TestUser, chatId: string) =>
  (await as.api.get(`/api/tasks/chat/${encodeURIComponent(chatId)}`)).body.task_ids as string[];

describe('GET /api/tasks', () => {
  it('lists own tasks, and everybody’s to administrators', async () => {
    const { taskId } = await stalledReply();
    expect([await tasksOf(user), await tasksOf(other), await tasksOf(admin)]).toEqual([[taskId], [], [taskId]]);
  });

  it('needs a verified user', async () => {
    const pending = await asUser(app, 'pending');
    expect((await api(app.url).get('/api/tasks')).status).toBe(401);
    expect((await pending.api.get('/api/tasks')).status).toBe(401);
  });
});

describe('GET /api/tasks/chat/{chat_id}', () => {
  it('lists the tasks of an own chat, on whichever node they run', async () => {
    const { taskId } = await stalledReply();
    expect(await tasksOfChat(user, chat.id)).toEqual([taskId]);
    expect((await api(second.url, user.token).get(`/api/tasks/chat/${chat.id}`)).body.task_ids).toEqual([taskId]);
  });

  it('lists nothing of other chats, not even to administrators', async () => {
    await stalledReply();
    expect([await tasksOfChat(other, chat.id), await tasksOfChat(admin, chat.id)]).toEqual([[], []]);
    expect(await tasksOfChat(user, 'nope')).toEqual([]);
    expect((await api(app.url).get(`/api/tasks/chat/${chat.id}`)).status).toBe(401);
  });

  it('lists nothing after a reply has completed or failed', async () => {
    await requestReply(user, tab, chat, 'Hi');
    await waitForEvent(tab, isDone);
    await untilIdle(user, chat.id);
    await requestReply(user, tab, chat, '/fail 500 no');
    await waitForEvent(tab, isCancel);
    await untilIdle(user, chat.id);
    expect(await tasksOf(user)).toEqual([]);
  });
});

describe('POST /api/tasks/stop/{task_id}', () => {
  it('ends a stream, keeps its text, and ends the call of the provider', async () => {
    const { taskId, request } = await stalledReply();
    expect((await stop(user, taskId)).body).toEqual({
      status: true,
      message: `Task ${taskId} successfully cancelled.`,
    });
    expect((await storedMessages(user, chat.id)).a1).toMatchObject({ content: 'Half', done: true });
    expect((await storedMessages(user, chat.id)).a1.error).toBeUndefined();
    await waitForEvent(tab, isCancel);
    expect(chatEvents(tab).filter(isCancel)).toHaveLength(1);
    expect(chatEvents(tab).filter(isDone)).toEqual([]);
    await request.closed;
    expect(request.aborted).toBe(true);
    expect((await stop(user, taskId)).body).toEqual({ status: false, message: `Task with ID ${taskId} not found.` });
  });

  it('ends a reply that has not begun', async () => {
    const asked = provider.nextChat();
    const { body } = await requestReply(user, tab, chat, '/hang');
    const request = await asked;
    expect((await stop(user, body.task_id as string)).body.message).toBe(`Task ${body.task_id} successfully stopped.`);
    await request.closed;
    await waitForEvent(tab, isCancel);
    expect(chatEvents(tab)).toEqual([{ type: 'chat:tasks:cancel' }]);
    expect((await storedMessages(user, chat.id)).a1).toMatchObject({ content: '', done: true });
  });

  it('is for the owner and administrators', async () => {
    const { taskId, request } = await stalledReply();
    const refusal = { status: false, message: `Task with ID ${taskId} not found.` };
    expect(await stop(other, taskId)).toMatchObject({ status: 200, body: refusal });
    expect((await api(app.url).post(`/api/tasks/stop/${taskId}`)).status).toBe(401);
    expect(request.aborted).toBe(false);
    expect((await stop(admin, taskId)).body.status).toBe(true);
  });

  it('ends a task of another node', async () => {
    const { taskId } = await stalledReply();
    const answer = await api(second.url, user.token).post(`/api/tasks/stop/${taskId}`);
    expect(answer.body).toEqual({ status: true, message: `Stop signal sent for ${taskId}` });
    await waitForEvent(tab, isCancel);
    await untilIdle(user, chat.id);
  });
});

describe('deleting a chat', () => {
  it('ends its replies', async () => {
    const { request } = await stalledReply();
    expect((await user.api.delete(`/api/v1/chats/${chat.id}`)).status).toBe(200);
    await request.closed;
    expect(request.aborted).toBe(true);
  });

  it('ignores stops by other users', async () => {
    const { taskId, request } = await stalledReply();
    await other.api.delete(`/api/v1/chats/${chat.id}`);
    expect(await tasksOf(user)).toEqual([taskId]);
    expect(request.aborted).toBe(false);
  });
});

describe('losing the role', () => {
  const setRole = ({ id, name, email }: TestUser, role: string) =>
    admin.api.post(`/api/v1/users/${id}/update`, { role, name, email, profile_image_url: '/user.png' });

  it('ends the replies of an account that has to wait again, on every node, and of no other', async () => {
    const locked = await asUser(app);
    const { taskId } = await stalledReply();
    const stream = await fetch(`${second.url}/api/chat/completions`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${locked.token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ model: 'fake-small', stream: true, messages: [{ role: 'user', content: '/stall' }] }),
    });
    const asked = provider.received('/chat/completions').at(-1);
    expect((await setRole(locked, 'pending')).status).toBe(200);
    expect(await stream.text()).toMatch(/Half[^]*error/);
    await asked?.closed;
    expect(asked?.aborted).toBe(true);
    expect(await tasksOf(user)).toEqual([taskId]);
  });

  it('lets them go on when the new role may ask, too', async () => {
    const { request } = await stalledReply();
    expect((await setRole(user, 'admin')).status).toBe(200);
    expect(request.aborted).toBe(false);
    user = await asUser(app);
  });
});

describe('a node that died', () => {
  const DEAD_NODE = 1;

  async function leaveTask(id: string, isWriting: boolean): Promise<void> {
    await app
      .get(Database)
      .query(
        `INSERT INTO completion_task (id, node_id, user_id, chat_id, message_id, model_id, is_writing, created_at) VALUES ($1, $2, $3, $4, 'a1', 'm', $5, 0)`,
        [id, DEAD_NODE, user.id, chat.id, isWriting],
      );
  }

  it('has no tasks, and the next start ends its replies', async () => {
    await leaveTask('left', true);
    await leaveTask('left-temporary', false);
    expect(await tasksOfChat(user, chat.id)).toEqual([]);
    expect((await stop(user, 'left')).body.status).toBe(false);
    const third = await start();
    const { a1 } = await storedMessages(user, chat.id);
    expect(a1).toMatchObject({ done: true, error: { content: expect.stringMatching(/interrupted/) } });
    expect(await app.get(Database).query('SELECT id FROM completion_task')).toEqual([]);
    await third.close();
  });

  it('has its replies ended by other nodes, which notify the sockets of the user', async () => {
    await leaveTask('left', true);
    const replies = app.get(InterruptedRepliesService);
    await replies.check();
    await replies.check();
    await waitForEvent(tab, isCancel);
    expect(chatEvents(tab)).toEqual([
      { type: 'chat:message:error', data: { error: { content: expect.stringMatching(/interrupted/) } } },
      { type: 'chat:tasks:cancel' },
    ]);
    const { a1 } = await storedMessages(user, chat.id);
    expect(a1).toMatchObject({ done: true, error: { content: expect.stringMatching(/interrupted/) } });
  });

  it('does not keep others from writing its message', async () => {
    await leaveTask('left', true);
    expect((await requestReply(user, tab, chat, 'Hi')).status).toBe(200);
    await waitForEvent(tab, isDone);
    expect((await storedMessages(user, chat.id)).a1).toMatchObject({ content: 'You said: Hi', done: true });
  });

  it('leaves a reply alone that was complete', async () => {
    chat = await createChat(user, 'Hi', { content: 'Whole', done: true });
    await leaveTask('left', true);
    const third = await start();
    expect((await storedMessages(user, chat.id)).a1.error).toBeUndefined();
    await third.close();
  });
});

describe('shutdown', () => {
  it('stores and marks replies that do not finish in time', async () => {
    const node = await startTestApp({
      DATABASE_URL: database.url,
      OPENAI_API_BASE_URL: provider.url,
      BYPASS_MODEL_ACCESS_CONTROL: 'True',
      WEBUI_SECRET_KEY: 'one secret for all nodes of the test',
      SHUTDOWN_GRACE_SECONDS: '0',
    });
    const socket = await connectSocket(node.url, user.token);
    const client = { ...user, api: api(node.url, user.token) };
    await requestReply(client, socket, chat, '/stall');
    await waitForEvent(socket, ({ data }) => data?.content === 'Half');
    await node.app.close();
    expect(chatEvents(socket).slice(-1)).toEqual([{ type: 'chat:tasks:cancel' }]);
    const { a1 } = await storedMessages(user, chat.id);
    expect(a1).toMatchObject({ content: 'Half', done: true, error: { content: expect.stringMatching(/stopped/) } });
    expect(await tasksOf(user)).toEqual([]);
  });
});
