import { RealtimeService, SocketGoneError } from '../../src/platform/realtime/realtime.service';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { createChat, isDone, requestReply, storedMessages, waitForEvent, type ChatEvent } from '../support/chat';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { FakeOpenAiServer } from '../support/fakes/openai-server';
import { api, type Json } from '../support/http';
import { connectSocket, type TestSocket } from '../support/socket';

const redisUrl = process.env.TEST_REDIS_URL;
const describeWithRedis = redisUrl ? describe : describe.skip;

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
    await expect(realtime().call(socket.id, 'question', 1, 10_000)).resolves.toBe(2);
    await expect(realtime().call('nobody', 'question', 1, 60_000)).rejects.toThrow(SocketGoneError);
  });

  it('notices that a socket of the other node goes', async () => {
    socket.raw.on('question', () => socket.close());
    await expect(realtime().call(socket.id, 'question', 1, 60_000)).rejects.toThrow(SocketGoneError);
  });

  it('closes sockets on both nodes when a session ends', async () => {
    const member = await asUser(nodes[0]);
    const sockets = await Promise.all(nodes.map((node) => connectSocket(node.url, member.token)));
    await member.api.get('/api/v1/auths/signout');
    await Promise.all(sockets.map(({ closed }) => closed));
  });

  it('generates on one node and tells the tabs of the other, in order', async () => {
    const chat = await createChat(user, 'Hi');
    await requestReply(user, socket, chat, 'one two three four five');
    const done = await waitForEvent(socket, isDone);
    expect(done.data.data.content).toBe('You said: one two three four five');
    const lengths = socket.received.map(([, event]) => String((event as ChatEvent).data.data?.content ?? '').length);
    const told = lengths.filter((length) => length > 0);
    expect(told).toEqual([...told].sort((a, b) => a - b));
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

  it('refuses the socket of somebody else on the other node', async () => {
    const other = await asUser(nodes[0]);
    const body = { model: 'fake-small', messages: [], session_id: socket.id };
    expect((await api(nodes[0].url, other.token).post('/api/chat/completions', body)).status).toBe(404);
  });
});
