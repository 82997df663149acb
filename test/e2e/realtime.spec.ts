/** @services */
import { setImmediate } from 'node:timers/promises';
import { io } from 'socket.io-client';
import type { Role } from '../../src/common/auth/principal';
import { SessionService } from '../../src/modules/auth/sessions/session.service';
import { UsersService } from '../../src/modules/users/users.service';
import { RealtimeService, SocketGoneError, SocketTimeoutError } from '../../src/platform/realtime/realtime.service';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { api } from '../support/http';
import { allClosed, connectSocket, handshake, type TestSocket } from '../support/socket';

let app: TestApp;
let user: TestUser;
let realtime: RealtimeService;
const open: TestSocket[] = [];

async function connect(token?: string): Promise<TestSocket> {
  const socket = await connectSocket(app.url, token);
  open.push(socket);
  return socket;
}

beforeAll(async () => {
  app = await startTestApp({ WEBSOCKET_MAX_CONNECTIONS_PER_USER: '3', WEBSOCKET_MAX_EVENTS_PER_SECOND: '20' });
  realtime = app.get(RealtimeService);
  await asUser(app, 'admin');
});
afterAll(() => app.close());
beforeEach(async () => {
  user = await asUser(app);
});
afterEach(() => open.splice(0).forEach((socket) => socket.close()));

async function setRole({ id, name, email }: TestUser, role: Role): Promise<void> {
  const admin = await asUser(app, 'admin');
  const body = { role, name, email, profile_image_url: '/user.png' };
  expect((await admin.api.post(`/api/v1/users/${id}/update`, body)).status).toBe(200);
}

/** What reaches the socket until a mark that the whole server sends to it. */
async function receivedUntilMark(socket: TestSocket): Promise<unknown[][]> {
  realtime.toRoom(socket.id, 'mark', null);
  await socket.waitFor((name) => name === 'mark');
  return socket.received.splice(0).filter(([name]) => name !== 'mark');
}

describe('handshake', () => {
  it('refuses an upgrade that is none', async () => {
    const response = await handshake(app.url, 'transport=websocket');
    expect([response.status, await response.json()]).toEqual([400, { detail: 'Invalid WebSocket upgrade request' }]);
  });

  it('refuses polling where websockets are used', async () => {
    const response = await handshake(app.url, 'transport=polling');
    expect([response.status, await response.json()]).toEqual([400, 'Invalid transport']);
  });

  it('closes a socket that sends a frame over the limit', async () => {
    const socket = await connect(user.token);
    socket.raw.emit('heartbeat', { padding: 'x'.repeat(1_000_001) });
    await expect(socket.closed).resolves.toBe('transport close');
  });
});

describe('connect', () => {
  it('serves the path without the slash at its end too', async () => {
    const path = '/ws/socket.io';
    const options = { transports: ['websocket'], auth: { token: user.token }, reconnection: false, forceNew: true };
    const raw = io(app.url, { ...options, path, addTrailingSlash: false });
    await new Promise<void>((resolve, reject) => raw.once('connect', resolve).once('connect_error', reject));
    raw.disconnect();
  });

  it('keeps a socket without a token, outside of every room', async () => {
    const socket = await connect();
    expect(await realtime.userOf(socket.id)).toBeNull();
    realtime.toUser(user.id, 'events', {});
    expect(await receivedUntilMark(socket)).toEqual([]);
  });

  it.each(['nonsense', 42, null])('keeps a socket with the token %p, outside of every room', async (token) => {
    const socket = await connect(token as string);
    expect(await realtime.userOf(socket.id)).toBeNull();
  });

  it('takes no API key', async () => {
    const socket = await connect('sk-0123456789abcdef0123456789abcdef');
    expect(await realtime.userOf(socket.id)).toBeNull();
  });

  it('closes sockets beyond the limit of a user', async () => {
    const sockets = await Promise.all([1, 2, 3].map(() => connect(user.token)));
    const refused = await connectSocket(app.url, undefined);
    open.push(refused);
    refused.raw.emit('user-join', { auth: { token: user.token } });
    await refused.closed;
    expect(sockets.every(({ raw }) => raw.connected)).toBe(true);
  });
});

describe('sockets without a user', () => {
  it('are limited per network, and free their slot on sign-in', async () => {
    const other = await startTestApp({ WEBSOCKET_MAX_ANONYMOUS_PER_ADDRESS: '2' });
    const account = await asUser(other);
    const sockets = [await connectSocket(other.url), await connectSocket(other.url)];
    await (
      await connectSocket(other.url)
    ).closed;
    expect(await sockets[0]!.emit('user-join', { auth: { token: account.token } })).toMatchObject([{ id: account.id }]);
    const next = await connectSocket(other.url);
    await next.emit('user-join', { auth: { token: account.token } });
    expect(next.raw.connected).toBe(true);
    [...sockets, next].forEach((socket) => socket.close());
    await other.close();
  });
});

describe('failures', () => {
  const failing = () => Promise.reject(new Error('The database is away'));

  it('closes a socket that cannot be signed in now, and nothing else', async () => {
    const authenticate = jest.spyOn(app.get(SessionService), 'authenticateToken').mockImplementation(failing);
    const socket = await connectSocket(app.url);
    open.push(socket);
    const refused = io(app.url, {
      path: '/ws/socket.io',
      transports: ['websocket'],
      auth: { token: user.token },
      reconnection: false,
    });
    await new Promise((resolve) => refused.once('disconnect', resolve));
    expect(await socket.emit('user-join', { auth: { token: user.token } })).toEqual([]);
    authenticate.mockRestore();
    expect(await socket.emit('user-join', { auth: { token: user.token } })).toMatchObject([{ id: user.id }]);
  });
});

describe('backlog', () => {
  const part = 'x'.repeat(1_000_000);

  it('closes a socket that reads nothing', async () => {
    const socket = await connect(user.token);
    const { ws } = socket.raw.io.engine.transport as unknown as { ws: { pause(): void; resume(): void } };
    ws.pause();
    for (let count = 0; count < 40; count++) realtime.toUser(user.id, 'part', part);
    expect(await realtime.userOf(socket.id)).toBeNull();
    ws.resume();
    await socket.closed;
  });

  it('holds up no shutdown', async () => {
    const closing = await startTestApp();
    const reader = await asUser(closing);
    const socket = await connectSocket(closing.url, reader.token);
    const { ws } = socket.raw.io.engine.transport as unknown as { ws: { pause(): void } };
    ws.pause();
    for (let count = 0; count < 15; count++) closing.get(RealtimeService).toUser(reader.id, 'part', part);
    await closing.close();
    socket.close();
    // Before the ping timeout would have closed the socket.
  }, 40_000);

  it('leaves one alone that reads', async () => {
    const socket = await connect(user.token);
    socket.raw.on('part', (_: string, acknowledge: () => void) => acknowledge());
    for (let count = 0; count < 40; count++)
      await realtime.call({ socketId: socket.id, userId: user.id }, 'part', part, 5000);
    expect(await realtime.userOf(socket.id)).toBe(user.id);
  });
});

describe('user-join', () => {
  it('answers who the user is and joins the rooms', async () => {
    const socket = await connect();
    expect(await socket.emit('user-join', { auth: { token: user.token } })).toEqual([{ id: user.id, name: user.name }]);
    realtime.toUser(user.id, 'events', { n: 1 });
    expect(await receivedUntilMark(socket)).toEqual([['events', { n: 1 }]]);
  });

  it('leaves the rooms of the user before', async () => {
    const other = await asUser(app);
    const socket = await connect(user.token);
    await socket.emit('user-join', { auth: { token: other.token } });
    realtime.toUser(user.id, 'events', { for: 'user' });
    realtime.toUser(other.id, 'events', { for: 'other' });
    expect(await receivedUntilMark(socket)).toEqual([['events', { for: 'other' }]]);
    expect(await realtime.userOf(socket.id)).toBe(other.id);
  });

  it.each([[], [null], [{}], [{ auth: null }], [{ auth: { token: {} } }], ['text'], [[]]])(
    'answers nothing to %j, and the socket stays',
    async (...payload) => {
      const socket = await connect(user.token);
      expect(await socket.emit('user-join', ...payload)).toEqual([]);
      expect(await socket.emit('heartbeat', {})).toEqual([]);
      expect(await realtime.userOf(socket.id)).toBe(user.id);
    },
  );

  it('lets pending accounts join nothing', async () => {
    const pending = await asUser(app, 'pending');
    const socket = await connect();
    expect(await socket.emit('user-join', { auth: { token: pending.token } })).toEqual([]);
    expect(await realtime.userOf(socket.id)).toBeNull();
  });

  it('lets a signed-out token join nothing', async () => {
    await user.api.get('/api/v1/auths/signout');
    const socket = await connect();
    expect(await socket.emit('user-join', { auth: { token: user.token } })).toEqual([]);
    expect(await realtime.userOf(socket.id)).toBeNull();
  });
});

describe('heartbeat', () => {
  it('moves the last activity of the user', async () => {
    const touch = jest.spyOn(app.get(UsersService), 'touch');
    const socket = await connect(user.token);
    touch.mockClear();
    expect(await socket.emit('heartbeat', {})).toEqual([]);
    expect(touch).toHaveBeenCalledWith(user.id);
    touch.mockRestore();
  });

  it('is acknowledged without a user too', async () => {
    const socket = await connect();
    expect(await socket.emit('heartbeat')).toEqual([]);
  });

  it('closes a socket that floods', async () => {
    const socket = await connect(user.token);
    for (let count = 0; count < 300; count++) socket.raw.emit('heartbeat', {});
    await socket.closed;
  });
});

describe('end of a session', () => {
  it('closes the sockets of a token that signs out, and only those', async () => {
    const { body } = await api(app.url).post('/api/v1/auths/signin', { email: user.email, password: user.password });
    const kept = await connect(body.token as string);
    const lost = [await connect(user.token), await connect(user.token)];
    await user.api.get('/api/v1/auths/signout');
    await allClosed(lost);
    expect(await kept.emit('heartbeat', {})).toEqual([]);
    expect(await realtime.userOf(kept.id)).toBe(user.id);
  });

  it('closes all sockets of a user who is demoted', async () => {
    const sockets = [await connect(user.token), await connect(user.token)];
    await setRole(user, 'pending');
    await allClosed(sockets);
  });

  it('closes all sockets of a user who is deleted', async () => {
    const admin = await asUser(app, 'admin');
    const socket = await connect(user.token);
    expect((await admin.api.delete(`/api/v1/users/${user.id}`)).status).toBe(200);
    await socket.closed;
  });
});

describe('a higher role', () => {
  it('admits the waiting sockets of an approved account to its rooms, but not those of ended sessions', async () => {
    const pending = await asUser(app, 'pending');
    const { body } = await api(app.url).post('/api/v1/auths/signin', pending);
    const [waiting, signedOut] = [await connect(pending.token), await connect(body.token as string)];
    await api(app.url, body.token as string).get('/api/v1/auths/signout');
    await setRole(pending, 'user');
    while ((await realtime.userOf(waiting.id)) !== pending.id) await setImmediate();
    expect(await realtime.userOf(signedOut.id)).toBeNull();
    realtime.toUser(pending.id, 'events', 'approved');
    await waiting.waitFor((name, payload) => name === 'events' && payload === 'approved');
    await pending.api.get('/api/v1/auths/signout');
    await waiting.closed;
  });

  it('keeps the sockets of a promoted user', async () => {
    const socket = await connect(user.token);
    await setRole(user, 'admin');
    expect(await socket.emit('heartbeat', {})).toEqual([]);
    expect(await realtime.userOf(socket.id)).toBe(user.id);
  });
});

describe('calls to one socket', () => {
  it('answers what the socket acknowledges', async () => {
    const socket = await connect(user.token);
    const other = await connect(user.token);
    socket.raw.on('question', (payload: { n: number }, acknowledge: (n: number) => void) => acknowledge(payload.n + 1));
    await expect(realtime.call({ socketId: socket.id, userId: user.id }, 'question', { n: 1 }, 5000)).resolves.toBe(2);
    expect(await receivedUntilMark(other)).toEqual([]);
  });

  it('answers null to an empty acknowledgement', async () => {
    const socket = await connect(user.token);
    socket.raw.on('question', (_: unknown, acknowledge: () => void) => acknowledge());
    await expect(realtime.call({ socketId: socket.id, userId: user.id }, 'question', {}, 5000)).resolves.toBeNull();
  });

  it('reaches no room', async () => {
    const socket = await connect(user.token);
    await expect(
      realtime.call({ socketId: `user:${user.id}`, userId: user.id }, 'question', {}, 60_000),
    ).rejects.toThrow(SocketGoneError);
    expect(await realtime.userOf(`user:${user.id}`)).toBeNull();
    expect(await receivedUntilMark(socket)).toEqual([]);
  });

  it('fails at once without the socket', async () => {
    await expect(realtime.call({ socketId: 'nobody', userId: user.id }, 'question', {}, 60_000)).rejects.toThrow(
      SocketGoneError,
    );
  });

  it('fails at once when the socket disconnects', async () => {
    const socket = await connect(user.token);
    socket.raw.on('question', () => socket.close());
    await expect(realtime.call({ socketId: socket.id, userId: user.id }, 'question', {}, 60_000)).rejects.toThrow(
      SocketGoneError,
    );
  });

  it('fails in time when the socket is silent', async () => {
    const socket = await connect(user.token);
    await expect(realtime.call({ socketId: socket.id, userId: user.id }, 'question', {}, 20)).rejects.toThrow(
      SocketTimeoutError,
    );
  });

  it('listens to one socket only, until it is unsubscribed', async () => {
    const socket = await connect(user.token);
    const intruder = await connect(user.token);
    const frames: unknown[] = [];
    const stop = realtime.listen(
      socket.id,
      'channel',
      (frame) => frames.push(frame),
      () => frames.push('gone'),
    );
    intruder.raw.emit('channel', 'forged');
    await intruder.emit('heartbeat', {});
    socket.raw.emit('channel', 'one');
    await socket.emit('heartbeat', {});
    stop();
    socket.raw.emit('channel', 'two');
    await socket.emit('heartbeat', {});
    expect(frames).toEqual(['one']);
  });
});

describe('shutdown', () => {
  it('closes the sockets', async () => {
    const short = await startTestApp();
    const socket = await connectSocket(short.url);
    await short.close();
    await socket.closed;
  });
});

describe('polling only', () => {
  it('takes polling and no upgrade', async () => {
    const polling = await startTestApp({ ENABLE_WEBSOCKET_SUPPORT: 'False' });
    const response = await handshake(polling.url, 'transport=polling');
    expect(response.status).toBe(200);
    const opened = JSON.parse((await response.text()).slice(1)) as { upgrades: string[]; pingInterval: number };
    expect(opened).toMatchObject({ upgrades: [], pingInterval: 25_000, pingTimeout: 20_000, maxPayload: 1_000_000 });
    await polling.close();
  });
});
