/** @services */
import { RealtimeService, SocketGoneError } from '../../src/platform/realtime/realtime.service';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { createChat, isDone, requestReply, storedMessages, waitForEvent, type ChatEvent } from '../support/chat';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { deferred } from '../support/deferred';
import { chunk, DONE } from '../support/fakes/openai-answers';
import { FakeOpenAiServer } from '../support/fakes/openai-server';
import { api, type Json } from '../support/http';
import { startRelay, type Relay } from '../support/relay';
import { connectSocket, type TestSocket } from '../support/socket';

const redisUrl = process.env.TEST_REDIS_URL;
const describeWithRedis = redisUrl ? describe : describe.skip;

async function* halves(rest: Promise<void>): AsyncGenerator<string> {
  yield* ['one ', 'two '].map((content) => chunk({ content }));
  await rest;
  yield* ['three ', 'four'].map((content) => chunk({ content }));
  yield DONE;
}

/** Two nodes that share database and Redis: run with TEST_REDIS_URL. */
describeWithRedis('two nodes', () => {
  let database: TestDatabase;
  let provider: FakeOpenAiServer;
  let nodes: [TestApp, TestApp];
  let user: TestUser;
  /** Connected to the second node. */
  let socket: TestSocket;

  beforeAll(async () => {
    database = await createTestDatabase();
    provider = await FakeOpenAiServer.start();
    const env = {
      DATABASE_URL: database.url,
      REDIS_URL: redisUrl ?? '',
      REDIS_KEY_PREFIX: `confab-test-${process.pid}`,
      OPENAI_API_BASE_URL: provider.url,
      BYPASS_MODEL_ACCESS_CONTROL: 'True',
      ENABLE_DIRECT_CONNECTIONS: 'True',
      WEBUI_SECRET_KEY: 'one secret for all nodes of the test',
    };
    nodes = [await startTestApp(env), await startTestApp(env)];
    user = await asUser(nodes[0]);
  });
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.close()));
    await provider.close();
    await database.drop();
  });
  beforeEach(async () => {
    provider.reset();
    socket = await connectSocket(nodes[1].url, user.token);
  });
  afterEach(() => socket.close());

  const realtime = () => nodes[0].get(RealtimeService);

  it('knows the user of a socket of the other node', async () => {
    expect(await realtime().userOf(socket.id)).toBe(user.id);
    expect(await realtime().userOf('nobody')).toBeNull();
  });

  it('calls a socket of the other node', async () => {
    socket.raw.on('question', (n: number, acknowledge: (n: number) => void) => acknowledge(n + 1));
    await expect(realtime().call({ socketId: socket.id, userId: user.id }, 'question', 1, 10_000)).resolves.toBe(2);
    await expect(realtime().call({ socketId: 'nobody', userId: user.id }, 'question', 1, 60_000)).rejects.toThrow(
      SocketGoneError,
    );
  });

  it('notices that a socket of the other node disconnects', async () => {
    socket.raw.on('question', () => socket.close());
    await expect(realtime().call({ socketId: socket.id, userId: user.id }, 'question', 1, 60_000)).rejects.toThrow(
      SocketGoneError,
    );
  });

  it('closes sockets on both nodes when a session ends', async () => {
    const member = await asUser(nodes[0]);
    const sockets = await Promise.all(nodes.map((node) => connectSocket(node.url, member.token)));
    await member.api.get('/api/v1/auths/signout');
    await Promise.all(sockets.map(({ closed }) => closed));
  });

  it('generates on one node and sends to the tabs of the other, in order', async () => {
    const chat = await createChat(user, 'Hi');
    await requestReply(user, socket, chat, 'one two three four five');
    const done = await waitForEvent(socket, isDone);
    expect(done.data.data.content).toBe('You said: one two three four five');
    const lengths = socket.received.map(([, event]) => String((event as ChatEvent).data.data?.content ?? '').length);
    const told = lengths.filter((length) => length > 0);
    expect(told).toEqual([...told].sort((a, b) => a - b));
  });

  it('follows a reply of the other node by its numbered events, and resumes it', async () => {
    const rest = deferred<void>();
    provider.onChat = () => ({ sse: halves(rest.promise) });
    const chat = await createChat(user, 'Hi');
    const [tab, device] = await Promise.all(nodes.map((node) => connectSocket(node.url, user.token)));
    if (!tab || !device) throw new Error('Two sockets are expected');
    const { body } = await requestReply(user, tab, chat, 'Hi');
    await waitForEvent(tab, ({ data }) => data?.content === 'one two');
    const address = { chat_id: chat.id, message_id: 'a1' };
    const followed = [];
    for (const each of [device, socket]) {
      expect(
        await each.emit('chat:resume', { ...address, ...(followed[0] && { task_id: body.task_id, seq: 0 }) }),
      ).toEqual([{ status: 'running', task_id: body.task_id }]);
      followed.push(await each.waitFor((name) => name === 'chat:stream'));
    }
    rest.resolve();
    for (const each of [device, socket]) {
      await each.waitFor((name, payload) => name === 'chat:stream' && payload.data.data?.done === true);
      const stream = each.received.filter(([name]) => name === 'chat:stream').map(([, payload]) => payload as Json);
      const [{ seq: first }] = stream as [Json];
      expect(stream.map(({ seq }) => seq)).toEqual(stream.map((_, index) => first + index));
      const isResumed = each === socket;
      expect(stream[0].data.type).toBe(isResumed ? 'chat:delta' : 'chat:snapshot');
      const text = (stream: Json[]) =>
        stream.reduce((content: string, { data: { type, data } }) => {
          if (type === 'chat:snapshot') return data.message.content as string;
          return type === 'chat:delta' ? content.slice(0, data.from) + data.text : content;
        }, '');
      expect(text(stream)).toBe('one two three four');
    }
    tab.close();
    device.close();
  });

  it('runs a direct connection over the other node', async () => {
    const chat = await createChat(user, 'Hi');
    socket.raw.on('events', ({ data }: { data: Json }, acknowledge?: (value: unknown) => void) => {
      if (data.type !== 'request:chat:completion') return;
      acknowledge?.({ status: true });
      for (const text of ['Hi ', 'from ', 'afar'])
        socket.raw.emit(data.data.channel as string, { choices: [{ delta: { content: text } }] });
      socket.raw.emit(data.data.channel as string, { done: true });
    });
    const direct = { model: 'mine', model_item: { id: 'mine', direct: true } };
    await requestReply(user, socket, chat, 'Hi', direct);
    await waitForEvent(socket, isDone);
    expect((await storedMessages(user, chat.id)).a1.content).toBe('Hi from afar');
  });

  it('refuses the socket of another user on the other node', async () => {
    const other = await asUser(nodes[0]);
    const body = { model: 'fake-small', messages: [], session_id: socket.id };
    expect((await api(nodes[0].url, other.token).post('/api/chat/completions', body)).status).toBe(404);
  });
});

describeWithRedis('two nodes while Redis is away', () => {
  let database: TestDatabase;
  let provider: FakeOpenAiServer;
  let redis: Relay;
  let nodes: [TestApp, TestApp];
  let user: TestUser;
  /** One of each node. */
  let sockets: TestSocket[];

  beforeAll(async () => {
    database = await createTestDatabase();
    provider = await FakeOpenAiServer.start();
  });
  afterAll(async () => {
    await provider.close();
    await database.drop();
  });
  beforeEach(async () => {
    redis = await startRelay();
    redis.forward(redisUrl);
    const env = {
      DATABASE_URL: database.url,
      WEBSOCKET_REDIS_URL: redis.url.replace('http', 'redis'),
      WEBSOCKET_MANAGER: 'redis',
      REDIS_KEY_PREFIX: `confab-test-away-${process.pid}`,
      OPENAI_API_BASE_URL: provider.url,
      BYPASS_MODEL_ACCESS_CONTROL: 'True',
      WEBUI_SECRET_KEY: 'one secret for all nodes of the test',
    };
    nodes = [await startTestApp(env), await startTestApp(env)];
    user = await asUser(nodes[0]);
    sockets = await Promise.all(nodes.map(({ url }) => connectSocket(url, user.token)));
    await bothHear('before');
  });
  afterEach(async () => {
    sockets.forEach((socket) => socket.close());
    await Promise.all(nodes.map((node) => node.close()));
    await redis.close();
  });

  const tell = (node: TestApp, text: string) => node.get(RealtimeService).toUser(user.id, 'told', text);
  const hears = (socket: TestSocket, text: string) => socket.waitFor((name, told) => name === 'told' && told === text);

  /** Repeated: a node that begins to listen misses what was sent before. */
  async function bothHear(text: string): Promise<void> {
    const timer = setInterval(() => tell(nodes[0], text), 200);
    await Promise.all(sockets.map((socket) => hears(socket, text)));
    clearInterval(timer);
  }

  it.each(['cut', 'freeze'] as const)(
    'keep serving their own sockets, and each other again after it: %s',
    async (fault) => {
      redis[fault]();
      for (const [index, node] of nodes.entries()) {
        tell(node, 'local');
        await hears(sockets[index]!, 'local');
      }
      const chat = await createChat(user, 'Hi');
      await requestReply(user, sockets[1]!, chat, 'Hi');
      await waitForEvent(sockets[0]!, isDone);
      redis.cut();
      redis.forward(redisUrl);
      await bothHear('after');
    },
  );

  it('close the sockets of a deleted account, and of sessions that end, on every node', async () => {
    const admin = await asUser(nodes[0], 'admin');
    const other = await asUser(nodes[0]);
    const closed = await connectSocket(nodes[1].url, other.token);
    redis.freeze();
    expect((await admin.api.delete(`/api/v1/users/${other.id}`)).status).toBe(200);
    await closed.closed;
    await user.api.get('/api/v1/auths/signout');
    await Promise.all(sockets.map((socket) => socket.closed));
  });

  it('say at once that a socket of the other node cannot be called', async () => {
    redis.cut();
    const { id: socketId } = sockets[1]!;
    while ((await nodes[0].get(RealtimeService).userOf(socketId)) !== null);
    const call = nodes[0].get(RealtimeService).call({ socketId, userId: user.id }, 'question', {}, 60_000);
    await expect(call).rejects.toThrow(SocketGoneError);
  });
});
