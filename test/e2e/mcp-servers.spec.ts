import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { CompletionContext } from '../../src/modules/pipeline/completion-context';
import type { Principal } from '../../src/common/auth/principal';
import type { Tool } from '../../src/modules/pipeline/tool';
import { McpToolsService } from '../../src/modules/tools/servers/mcp/mcp-tools.service';
import { ToolServersListService } from '../../src/modules/tools/servers/tool-servers-list.service';
import { ToolServerCallsSettings } from '../../src/modules/tools/servers/tool-servers.settings';
import { SettingsStore } from '../../src/platform/settings/settings-store';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { deferred } from '../support/deferred';
import type { Answer } from '../support/fakes/fake-server';
import { FakeMcpServer, text } from '../support/fakes/mcp-server';
import { ScriptedServer } from '../support/fakes/scripted-server';
import type { Json } from '../support/http';

const EVERYTHING = require.resolve('@modelcontextprotocol/server-everything/dist/index.js');
const CONFIG = '/api/v1/configs/tool_servers';
const DEAD = 'http://127.0.0.1:9/mcp';

let app: TestApp;
let mcp: FakeMcpServer;
let scripted: ScriptedServer;
let admin: TestUser;
let user: TestUser;

beforeAll(async () => {
  [mcp, scripted] = await Promise.all([FakeMcpServer.start(), ScriptedServer.start()]);
  const local = { command: process.execPath, args: [EVERYTHING, 'stdio'], env: { MARK: 'given' } };
  app = await startTestApp({ MCP_STDIO_SERVERS: JSON.stringify({ everything: local }) });
  admin = await asUser(app, 'admin');
  user = await asUser(app);
});
afterAll(async () => {
  await app.close();
  await Promise.all([mcp.close(), scripted.close()]);
});
beforeEach(async () => {
  await save();
  mcp.reset();
});

const connection = (change: object = {}): Json => ({
  ...{ url: mcp.url, path: '', type: 'mcp', auth_type: 'bearer', key: 'sk-mcp', headers: null },
  ...{ config: { enable: true }, info: { id: 'lab', name: 'Lab' } },
  ...change,
});
const save = (...connections: Json[]) => admin.api.post(CONFIG, { TOOL_SERVER_CONNECTIONS: connections });
const verify = (change: object) => admin.api.post(`${CONFIG}/verify`, connection(change));
const principalOf = ({ id, role, name, email, token }: TestUser): Principal => ({
  ...{ id, role, name, email, groupIds: [] },
  credential: { kind: 'jwt', token, jti: 'j', expiresAt: null },
});

interface Reply {
  tools: Map<string, Tool>;
  /** Contents of the error events. */
  errors: string[];
  call(name: string, args?: object, signal?: AbortSignal): Promise<Json>;
  end(): Promise<unknown>;
}
/** The MCP tools of a reply to the principal. */
async function reply(principal: Principal, ...ids: string[]): Promise<Reply> {
  const context = new CompletionContext({ principal, request: { body: {} }, target: {} } as never);
  const errors: string[] = [];
  const { signal } = new AbortController();
  context.emit = ({ event }: Json) => void errors.push(event.data.error.content as string);
  const list = await app.get(McpToolsService).resolve({ context, ids } as never, signal);
  const tools = new Map(list.map((tool) => [tool.name, tool]));
  const call = (name: string, args: object = {}, own = signal) => tools.get(name)!.call(args as never, own);
  return { tools, errors, call, end: () => context.release() };
}
const replyTo = (who: TestUser, ...ids: string[]) =>
  reply(principalOf(who), ...(ids.length > 0 ? ids : ['server:mcp:lab']));

describe('the reference server', () => {
  let child: ChildProcess;
  let url: string;
  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}/mcp`;
    child = spawn(process.execPath, [EVERYTHING, 'streamableHttp'], {
      env: { PORT: String(port) },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await once(child.stderr!, 'data');
  });
  afterAll(async () => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  });

  it('is verified', async () => {
    const { status, body } = await verify({ url, auth_type: 'none' });
    expect([status, body.status]).toEqual([200, true]);
    const echo = body.specs.find(({ name }: Json) => name === 'echo');
    expect(echo).toMatchObject({ description: expect.any(String) as string, parameters: { type: 'object' } });
  });

  it('returns texts, pictures, resources, structured content and errors', async () => {
    await save(connection({ url }));
    const { tools, call, end } = await replyTo(user);
    expect(tools.get('lab_echo')).toMatchObject({ sourceId: 'server:mcp:lab', parameters: { required: ['message'] } });
    expect(await call('lab_echo', { message: 'hi' })).toEqual({
      kind: 'mcp',
      content: [{ type: 'text', text: 'Echo: hi' }],
    });
    const kinds = async (name: string, args: object = {}) =>
      (await call(name, args)).content.map(({ type }: Json) => type as string);
    expect(await kinds('lab_get-tiny-image')).toEqual(['text', 'image', 'text']);
    expect(await kinds('lab_get-resource-reference')).toContain('resource');
    expect(await kinds('lab_get-resource-links', { count: 2 })).toContain('resource_link');
    expect(await kinds('lab_get-structured-content', { location: 'New York' })).toEqual(['text']);
    await expect(call('lab_get-sum', { a: 'x' })).rejects.toThrow(/a/);
    await end();
  });

  it('stops a long operation', async () => {
    await save(connection({ url }));
    const { call, end } = await replyTo(user);
    const stop = new AbortController();
    const running = call('lab_trigger-long-running-operation', { duration: 3600, steps: 2 }, stop.signal);
    stop.abort(new Error('stopped'));
    await expect(running).rejects.toThrow('stopped');
    expect((await call('lab_echo', { message: 'still there' })).content[0].text).toBe('Echo: still there');
    await end();
  });
});

describe('a local server', () => {
  it('runs as a program that the environment names, without the environment of this server', async () => {
    const url = 'stdio:everything';
    expect((await verify({ url })).body.status).toBe(true);
    await save(connection({ url }));
    const { call, end } = await replyTo(user);
    const env = JSON.parse((await call('lab_get-env')).content[0].text as string) as Record<string, string>;
    expect(env.MARK).toBe('given');
    expect(Object.keys(env)).not.toContain('DATABASE_URL');
    await end();
  });

  it.each(['stdio:other', 'stdio:', 'stdio:__proto__', 'stdio:constructor', 'stdio:/bin/sh'])(
    'is not %s',
    async (url) => {
      expect((await verify({ url })).status).toBe(400);
    },
  );
});

describe('verify', () => {
  it('returns the tools, and sends the configured credential', async () => {
    mcp.tool('one', undefined, { description: 'One' });
    mcp.tool('two');
    const parameters = { type: 'object' };
    const { status, body } = await verify({ headers: { 'X-Extra': 'e', 'Mcp-Session-Id': 'evil' } });
    expect([status, body]).toEqual([
      200,
      {
        status: true,
        specs: [
          { name: 'one', description: 'One', parameters },
          { name: 'two', description: null, parameters },
        ],
      },
    ]);
    expect(mcp.received.every(({ headers }) => headers.authorization === 'Bearer sk-mcp')).toBe(true);
    expect(mcp.received[0]?.headers).toMatchObject({ 'x-extra': 'e' });
    expect(mcp.received[0]?.headers).not.toHaveProperty('mcp-session-id');
    await eventually(() => mcp.sessionCount === 0);
  });

  const rpc = (result: object): Answer => ({ json: { jsonrpc: '2.0', id: 0, result } });
  it.each<[string, Answer]>([
    ['is not there', { status: 404, text: '' }],
    ['refuses', { status: 401, json: {} }],
    ['redirects elsewhere', { status: 307, headers: { location: 'http://169.254.169.254/' }, text: '' }],
    ['speaks HTML', { text: '<html>', type: 'text/html' }],
    ['speaks no JSON', { text: '{{', type: 'application/json' }],
    ['speaks another protocol', { json: { hello: 'world' } }],
    ['has a version of the future', rpc({ protocolVersion: '9999-01-01', capabilities: {}, serverInfo: {} })],
    ['sends too much', { text: 'x'.repeat(17 * 1024 * 1024), type: 'application/json' }],
    ['ends its stream', { sse: [': nothing\n\n'] }],
  ])('fails with a server that %s', async (_, answer) => {
    scripted.script = () => answer;
    const { status, body } = await verify({ url: scripted.url });
    expect([status, body]).toEqual([400, { detail: 'Failed to connect to the tool server' }]);
  });

  it('waits no longer than its limit', async () => {
    const settings = app.get(SettingsStore).live(ToolServerCallsSettings);
    scripted.script = () => 'never';
    settings.document_timeout = 0.1;
    try {
      expect((await verify({ url: scripted.url })).status).toBe(400);
    } finally {
      settings.document_timeout = 10;
    }
  });

  it('reads no stream without end', async () => {
    const endless = async function* () {
      for (;;) yield await Promise.resolve(`data: ${'x'.repeat(65536)}\n`);
    };
    scripted.script = () => ({ sse: endless() });
    expect((await verify({ url: scripted.url })).status).toBe(400);
  });
});

describe('tools of MCP servers', () => {
  it('are listed and offered by access and switch', async () => {
    mcp.tool('t');
    const of = (id: string, config: object | null) => connection({ config, info: { id } });
    await save(
      of('open', { enable: true }),
      of('private', { enable: true, access_control: {} }),
      of('mine', { enable: true, access_control: { read: { user_ids: [user.id] } } }),
      of('off', { enable: false }),
      of('null', null),
    );
    const ids = ['open', 'private', 'mine', 'off', 'null', 'unknown'].map((id) => `server:mcp:${id}`);
    for (const [who, usable] of [
      [user, ['open', 'mine']],
      [admin, ['open', 'private', 'mine']],
    ] as const) {
      const listed = await app.get(ToolServersListService).list(principalOf(who));
      expect(listed.map(({ id }) => id)).toEqual(usable.map((id) => `server:mcp:${id}`));
      expect(listed[0]).toMatchObject({ name: 'MCP Tool Server', description: '', access_control: null });
      const { tools, end } = await replyTo(who, ...ids);
      expect([...tools.keys()]).toEqual(usable.map((id) => `${id}_t`));
      await end();
    }
  });

  it('are all pages that the filter allows, under names that providers take', async () => {
    for (const name of ['get.a', 'get a', 'set', ...Array.from({ length: 30 }, (_, i) => `get${i}`)]) mcp.tool(name);
    mcp.pageSize = 10;
    await save(connection({ config: { enable: true, function_name_filter_list: '!set,!get0' } }));
    const { tools, call, end } = await replyTo(user);
    expect([...tools.keys()].slice(0, 3)).toEqual(['lab_get_a', 'lab_get_a_2', 'lab_get1']);
    expect(tools.size).toBe(31);
    expect((await call('lab_get_a_2')).content).toEqual([{ type: 'text', text: 'get a' }]);
    await end();
  });

  it('of a server that cannot be reached are reported, and the others offered', async () => {
    mcp.tool('t');
    await save(connection({ url: DEAD, info: { id: 'dead' } }), connection());
    const { tools, errors, end } = await replyTo(user, 'server:mcp:dead', 'server:mcp:lab');
    expect([...tools.keys()]).toEqual(['lab_t']);
    expect(errors).toEqual(["Failed to connect to MCP server 'dead'"]);
    await end();
  });

  it('return structured content without a text as one, and throw errors', async () => {
    mcp.tool('data', () => ({ content: [], structuredContent: { a: 1 } }));
    mcp.tool('bad', () => ({ ...text('it went wrong'), isError: true }));
    mcp.tool('throws', () => Promise.reject(new Error('internal')));
    mcp.tool('large', () => text('x'.repeat(17 * 1024 * 1024)));
    await save(connection());
    const { call, end } = await replyTo(user);
    expect((await call('lab_data')).content).toEqual([{ type: 'text', text: '{"a":1}' }]);
    await expect(call('lab_bad')).rejects.toThrow('it went wrong');
    await expect(call('lab_throws')).rejects.toThrow('internal');
    await expect(call('lab_large')).rejects.toThrow('sent more than');
    await end();
  });

  it('are cancelled at the server with the reply', async () => {
    const [started, cancelled] = [deferred<void>(), deferred<void>()];
    mcp.tool('wait', (_, { signal }) => {
      signal.addEventListener('abort', () => cancelled.resolve());
      started.resolve();
      return new Promise(() => undefined);
    });
    await save(connection());
    const { call, end } = await replyTo(user);
    const stop = new AbortController();
    const running = call('lab_wait', {}, stop.signal);
    await started.promise;
    stop.abort(new Error('stopped'));
    await expect(running).rejects.toThrow('stopped');
    await cancelled.promise;
    await end();
  });

  it.each<[string, object]>([
    ['elicitation/create', { message: 'Your name?', requestedSchema: { type: 'object', properties: {} } }],
    ['elicitation/create', { mode: 'url', message: 'Open it', url: 'https://a.example/', elicitationId: 'e1' }],
    ['sampling/createMessage', { messages: [], maxTokens: 10 }],
    ['roots/list', {}],
  ])('go on when the server asks for what is not offered: %s %j', async (method, params) => {
    mcp.tool('ask', async (_, { ask }) => {
      const refusal = await ask(method, { ...params }).catch((error: { code: number }) => error.code);
      return text(`refused with ${JSON.stringify(refusal)}`);
    });
    await save(connection());
    const { call, end } = await replyTo(user);
    expect((await call('lab_ask')).content[0].text).toBe('refused with -32601');
    await end();
  });

  it('are not cancelled when the reply ends after them', async () => {
    mcp.tool('t');
    await save(connection());
    const { call, end } = await replyTo(user);
    const stop = new AbortController();
    await call('lab_t', {}, stop.signal);
    stop.abort();
    await call('lab_t');
    expect(mcp.count('notifications/cancelled')).toBe(0);
    await end();
  });
});

describe('sessions', () => {
  it('are shared by the replies of a user, and by no others', async () => {
    mcp.tool('t');
    await save(connection());
    const replies = await Promise.all([replyTo(user), replyTo(user), replyTo(admin)]);
    await Promise.all(replies.map(({ call }) => call('lab_t')));
    expect(mcp.count('initialize')).toBe(2);
    await Promise.all(replies.map(({ end }) => end()));
    await (await replyTo(user)).end();
    expect([mcp.count('initialize'), mcp.count('tools/list'), mcp.sessionCount]).toEqual([2, 2, 2]);
  });

  it('are those of the credential', async () => {
    mcp.tool('t');
    await save(connection({ auth_type: 'session' }));
    const first = principalOf(user);
    const second: Principal = { ...first, credential: { ...first.credential, token: 'another' } };
    for (const principal of [first, second, first]) await (await reply(principal, 'server:mcp:lab')).end();
    const tokens = mcp.received.filter(({ rpc }) => rpc === 'initialize').map(({ headers }) => headers.authorization);
    expect(tokens).toEqual([`Bearer ${user.token}`, 'Bearer another']);
  });

  it('end with their connection, as soon as no reply uses them', async () => {
    mcp.tool('t');
    await save(connection());
    const running = await replyTo(user);
    await (await replyTo(admin)).end();
    await save(connection({ key: 'sk-new' }));
    await closedSessions(1);
    expect((await running.call('lab_t')).content[0].text).toBe('t');
    await running.end();
    await closedSessions(2);
    await expect(running.call('lab_t')).rejects.toThrow();
  });

  it('are opened again when the server has lost them, and nothing runs twice', async () => {
    let runs = 0;
    mcp.tool('count', () => text(String(++runs)));
    await save(connection());
    const { call, end } = await replyTo(user);
    await call('lab_count');
    mcp.forgetSessions();
    const results = await Promise.all([call('lab_count'), call('lab_count')]);
    expect(results.map(({ content }) => content[0].text as string).sort()).toEqual(['2', '3']);
    expect(mcp.count('initialize')).toBeLessThanOrEqual(3);
    await end();
  });

  it('fail a call whose connection breaks, once, and serve the next', async () => {
    const started = deferred<void>();
    let runs = 0;
    mcp.tool('wait', () => {
      runs += 1;
      started.resolve();
      return new Promise(() => undefined);
    });
    mcp.tool('t');
    await save(connection());
    const { call, end } = await replyTo(user);
    const running = call('lab_wait');
    await started.promise;
    mcp.dropConnections();
    await expect(running).rejects.toThrow(/closed/);
    expect((await call('lab_t')).content[0].text).toBe('t');
    expect(runs).toBe(1);
    await end();
  });

  it.each([
    ['are resumed', false],
    ['fail their calls', true],
  ])('%s where the server offers that and ends a stream (restarted: %s)', async (_, isRestarted) => {
    const [started, done] = [deferred<void>(), deferred<void>()];
    mcp.isResumable = true;
    mcp.tool('wait', async (_args, { closeStream }) => {
      if (isRestarted) mcp.forgetSessions();
      closeStream();
      started.resolve();
      await done.promise;
      return text('resumed');
    });
    await save(connection());
    const { call, end } = await replyTo(user);
    const running = call('lab_wait');
    await started.promise;
    done.resolve();
    if (isRestarted) await expect(running).rejects.toThrow(/closed/i);
    else expect((await running).content[0].text).toBe('resumed');
    await end();
  });

  it('show the tools that a server announces', async () => {
    mcp.tool('old');
    await save(connection());
    const first = await replyTo(user);
    await listening();
    mcp.tool('new');
    await mcp.announceChange();
    await eventually(async () => {
      const { tools, end } = await replyTo(user);
      await end();
      return tools.has('lab_new');
    });
    await first.end();
  });

  it('are not shared after a failure', async () => {
    mcp.tool('t');
    await save(connection());
    mcp.refuse = () => 503;
    const failed = await replyTo(user);
    expect(failed.errors).toHaveLength(1);
    mcp.refuse = () => undefined;
    const { tools, end } = await replyTo(user);
    expect([...tools.keys()]).toEqual(['lab_t']);
    await Promise.all([failed.end(), end()]);
  });

  it('have a limit, for which unused ones make room', async () => {
    const settings = app.get(SettingsStore).live(ToolServerCallsSettings);
    mcp.tool('t');
    await save(connection());
    settings.max_sessions = 1;
    try {
      const first = await replyTo(user);
      expect((await replyTo(admin)).errors).toHaveLength(1);
      await first.end();
      const second = await replyTo(admin);
      expect(second.tools.size).toBe(1);
      await second.end();
    } finally {
      settings.max_sessions = 200;
    }
  });

  /** Resolves when so many sessions were ended by a request. */
  const closedSessions = (count: number) =>
    eventually(() => mcp.received.filter(({ method }) => method === 'DELETE').length >= count);

  /** Resolves when a session has opened its stream for announcements. */
  const listening = () => eventually(() => mcp.received.some(({ method }) => method === 'GET'));
});

async function eventually(check: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await check())) await new Promise((resolve) => setImmediate(resolve));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
