import type { JsonObject } from '../../src/common/util/json';
import { ToolServerCallsSettings } from '../../src/modules/tools/servers/tool-servers.settings';
import { SettingsStore } from '../../src/platform/settings/settings-store';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import {
  createChat,
  isCancel,
  requestReply,
  storedMessages,
  untilIdle,
  waitForEvent,
  wholeReply,
} from '../support/chat';
import type { TestChat } from '../support/chat';
import { deferred } from '../support/deferred';
import { eventually } from '../support/eventually';
import type { Answer } from '../support/fakes/fake-server';
import { FakeMcpServer, text } from '../support/fakes/mcp-server';
import { chunk, completion, DONE, textStream, toolCallStream } from '../support/fakes/openai-answers';
import { FakeOpenAiServer } from '../support/fakes/openai-server';
import { ScriptedServer } from '../support/fakes/scripted-server';
import type { Json } from '../support/http';
import { connectSocket, type TestSocket } from '../support/socket';

const NATIVE = { params: { function_calling: 'native' } };
const operation = (operationId: string, properties: JsonObject = {}) => ({
  operationId,
  requestBody: { content: { 'application/json': { schema: { type: 'object', properties } } } },
});
/** `run` and `report`, and names that every object of JavaScript has. */
const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'Lab' },
  paths: {
    '/run': { post: operation('run', { city: { type: 'string' }, constructor: { type: 'string' } }) },
    '/report': { get: { operationId: 'report' } },
    '/constructor': { post: operation('constructor') },
    '/proto': { post: operation('__proto__', { toString: { type: 'integer' } }) },
  },
};

let app: TestApp;
let provider: FakeOpenAiServer;
let server: ScriptedServer;
let mcp: FakeMcpServer;
let admin: TestUser;
let user: TestUser;
let tab: TestSocket;
let chat: TestChat;

beforeAll(async () => {
  [provider, server, mcp] = await Promise.all([
    FakeOpenAiServer.start(),
    ScriptedServer.start(),
    FakeMcpServer.start(),
  ]);
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
  await Promise.all([provider.close(), server.close(), mcp.close()]);
});
beforeEach(async () => {
  provider.reset();
  mcp.reset();
  tab = await connectSocket(app.url, user.token);
  chat = await createChat(user, 'Hi');
});
afterEach(() => tab.close());

/** Connects the servers, in place of those before. */
async function connect(...connections: Json[]): Promise<void> {
  const saved = await admin.api.post('/api/v1/configs/tool_servers', { TOOL_SERVER_CONNECTIONS: connections });
  expect(saved.status).toBe(200);
}
const connection = (change: object): Json => ({
  ...{ path: '', auth_type: 'none', key: '', headers: null, config: { enable: true }, info: { id: 'lab' } },
  ...change,
});
const openApi = (change: object = {}) =>
  connection({ url: server.url, path: 'openapi.json', type: 'openapi', ...change });
const mcpServer = (change: object = {}) => connection({ url: mcp.url, type: 'mcp', ...change });

/** What the server responds to operations. */
function respond(answer: (path: string, body: JsonObject) => Answer | Promise<Answer>): void {
  server.script = ({ path, body = {} }) => (path === '/openapi.json' ? { json: DOCUMENT } : answer(path, body));
}

/** The model's responses, one for each turn; the last one again and again. */
function turns(...responses: (string[] | JsonObject)[]): void {
  let turn = 0;
  provider.onChat = () => {
    const response = responses[Math.min(turn++, responses.length - 1)]!;
    return Array.isArray(response) ? { sse: response } : { json: response };
  };
}
/** One turn with several calls. */
const callsOf = (...calls: [name: string, args: JsonObject][]): string[] => {
  const list = calls.map(([name, args], index) => ({
    ...{ index, id: `call_${index}`, type: 'function', function: { name, arguments: JSON.stringify(args) } },
  }));
  return [chunk({ tool_calls: list }), chunk({}, 'tool_calls'), DONE];
};

const sent = () => provider.requests.filter(({ path }) => path === '/chat/completions').map(({ body }) => body!);
const offered = () => ((sent()[0]?.tools ?? []) as { function: { name: string } }[]).map((tool) => tool.function.name);
/** Results as the model got them last. */
const results = () =>
  (sent().at(-1)!.messages as JsonObject[]).flatMap(({ role, content }) => (role === 'tool' ? [content] : []));
const reply = (...ids: string[]) => wholeReply(user, tab, chat, 'Hi', { ...NATIVE, tool_ids: ids });

/** Starts a reply, and stops it once `started` resolves. */
async function stopAfter(started: Promise<unknown>, ...ids: string[]): Promise<void> {
  const { body } = await requestReply(user, tab, chat, 'Hi', { ...NATIVE, tool_ids: ids });
  await started;
  expect((await user.api.post(`/api/tasks/stop/${body.task_id}`)).status).toBe(200);
  await waitForEvent(tab, isCancel);
  await untilIdle(user, chat.id);
}

describe('OpenAPI servers in replies', () => {
  beforeEach(() => connect());

  it('are called by models that call functions', async () => {
    respond((_, { city }) => ({ json: { city, degrees: 21 } }));
    await connect(openApi());
    turns(toolCallStream('run', '{"city":"Rome","constructor":"c","invented":1}'), textStream('21 degrees'));
    const events = await reply('server:lab');
    expect(offered()).toEqual(['run', 'report', 'constructor', '__proto__']);
    expect(server.received('/run').at(-1)?.body).toEqual({ city: 'Rome', constructor: 'c' });
    expect(results()).toEqual([JSON.stringify({ city: 'Rome', degrees: 21 }, null, 2)]);
    expect(events.at(-1)?.data?.content).toMatch(/name="run"[^]*<\/details>\n21 degrees$/);
  });

  it('are called before the reply for other models, and are sources of it', async () => {
    respond((_, { city }) => ({ json: { city } }));
    await connect(openApi());
    const selected = { tool_calls: [{ name: 'run', parameters: { city: 'Rome', invented: 1 } }] };
    turns(completion({ content: JSON.stringify(selected) }), textStream('Done'));
    await wholeReply(user, tab, chat, 'Hi', { tool_ids: ['server:lab'] });
    expect((await storedMessages(user, chat.id)).a1).toMatchObject({
      content: 'Done',
      sources: [{ source: { name: 'server:lab/run' }, metadata: [{ parameters: { city: 'Rome' } }] }],
    });
    expect(JSON.stringify(sent()[0])).not.toContain('"tools":');
  });

  it('may have names that every object has', async () => {
    respond((path, body) => ({ json: { path, body } }));
    await connect(openApi());
    turns(callsOf(['__proto__', { toString: 1 }], ['constructor', {}], ['toString', {}]), textStream('End'));
    await reply('server:lab');
    const [proto, constructor, unknown] = results().map(String);
    expect(JSON.parse(proto!)).toEqual({ path: '/proto', body: { toString: 1 } });
    expect(JSON.parse(constructor!)).toEqual({ path: '/constructor', body: {} });
    expect(unknown).toBe('');
    expect(server.received('/toString')).toEqual([]);
  });

  it('get all calls of a turn, and a failed one spoils no other', async () => {
    respond((_, { city }) => (city === 'B' ? { status: 500, text: 'broken' } : { json: { city } }));
    await connect(openApi());
    turns(callsOf(['run', { city: 'A' }], ['run', { city: 'B' }], ['run', { city: 'C' }]), textStream('End'));
    await reply('server:lab');
    const [first, second, third] = results().map(String);
    expect([JSON.parse(first!), JSON.parse(third!)]).toEqual([{ city: 'A' }, { city: 'C' }]);
    expect(second).toContain('HTTP error 500: broken');
  });

  it('offer what the filter of names allows, to those who have access', async () => {
    respond(() => ({ json: {} }));
    const granted = (id: string) => ({ enable: true, access_control: { read: { user_ids: [id] } } });
    await connect(
      openApi({ config: { enable: true, function_name_filter_list: 'run,report,!report' } }),
      openApi({ config: granted(admin.id), info: { id: 'private' } }),
      openApi({ config: { enable: false }, info: { id: 'off' } }),
    );
    turns(textStream('End'));
    await reply('server:lab', 'server:private', 'server:off', 'server:unknown', 'server:mcp:lab');
    expect(offered()).toEqual(['run']);
    await connect(openApi({ config: granted(user.id) }));
    provider.reset();
    turns(textStream('End'));
    await reply('server:lab');
    expect(offered()).toHaveLength(4);
  });

  it('end their calls with the reply', async () => {
    respond(() => 'never');
    await connect(openApi());
    turns(toolCallStream('run', '{}'), textStream('never said'));
    const arrived = server.nextRequest('/run');
    await stopAfter(arrived, 'server:lab');
    const request = await arrived;
    await request.closed;
    expect([request.aborted, sent()]).toEqual([true, [expect.anything()]]);
  });

  it('that hang are a failure that the model reads', async () => {
    const settings = app.get(SettingsStore).live(ToolServerCallsSettings);
    respond(() => 'never');
    await connect(openApi());
    turns(toolCallStream('run', '{}'), textStream('Sorry'));
    settings.call_timeout = 0.2;
    try {
      const events = await reply('server:lab');
      expect(results()).toEqual([expect.stringMatching(/"error": ".*time/)]);
      expect(events.at(-1)?.data?.content).toMatch(/Sorry$/);
    } finally {
      settings.call_timeout = 300;
    }
  });

  it('that send without end are read to the limit', async () => {
    let written = 0;
    const endless = async function* () {
      for (; ; written += 65_536) yield await Promise.resolve('x'.repeat(65_536));
    };
    respond(() => ({ sse: endless() }));
    await connect(openApi());
    turns(toolCallStream('report', '{}'), textStream('Sorry'));
    await reply('server:lab');
    expect(results()).toEqual([expect.stringMatching(/"error": ".*more than is taken/)]);
    expect(written).toBeLessThan(50 * 1024 * 1024);
  });

  it('lead to no other address by a redirect', async () => {
    const internal = await ScriptedServer.start();
    respond(() => ({ status: 307, headers: { location: `${internal.url}/secrets` }, text: 'moved' }));
    await connect(openApi());
    turns(toolCallStream('run', '{}'), textStream('End'));
    await reply('server:lab');
    expect([results(), internal.requests]).toEqual([['moved'], []]);
    await internal.close();
  });
});

describe('MCP servers in replies', () => {
  beforeEach(() => connect());

  it('return text, pictures, sound, resources and structures', async () => {
    const base64 = Buffer.from('bytes').toString('base64');
    mcp.tool('show', () => ({
      content: [
        { type: 'text', text: 'Look:' },
        { type: 'image', data: base64, mimeType: 'image/png' },
        { type: 'audio', data: base64, mimeType: 'audio/mpeg' },
        { type: 'resource', resource: { uri: 'file:///a/notes.txt', text: 'Noted', mimeType: 'text/plain' } },
        { type: 'resource', resource: { uri: 'file:///a/b.bin', blob: base64, mimeType: 'application/zip' } },
      ],
      structuredContent: { n: 1 },
    }));
    await connect(mcpServer());
    turns(toolCallStream('lab_show', '{}'), textStream('End'));
    const { content } = (await reply('server:mcp:lab')).at(-1)!.data as { content: string };
    expect(results()).toEqual([JSON.stringify({ results: ['Look:', 'Noted'] }, null, 2)]);
    const [, shown] = /files="([^"]*)"/.exec(content) ?? [];
    const files = JSON.parse(shown!.replaceAll('&quot;', '"')) as { type: string; url: string }[];
    expect(files.map(({ type }) => type)).toEqual(['image', 'audio', 'file']);
    for (const { url } of files) expect((await user.api.get(url)).status).toBe(200);
    const other = await asUser(app);
    expect((await other.api.get(files[0]!.url)).status).toBe(404);
  });

  it('are called before the reply for other models', async () => {
    mcp.tool('find', ({ q }) => text(`found ${String(q)}`), {
      inputSchema: { type: 'object', properties: { q: { type: 'string' } } },
    });
    await connect(mcpServer());
    turns(completion({ content: '{"name":"lab_find","parameters":{"q":"tea"}}' }), textStream('Done'));
    await wholeReply(user, tab, chat, 'Hi', { tool_ids: ['server:mcp:lab'] });
    expect((await storedMessages(user, chat.id)).a1).toMatchObject({
      sources: [{ source: { name: 'server:mcp:lab/lab_find' }, document: ['found tea'] }],
    });
  });

  it('share a session with the next replies of the user, until the connection is removed', async () => {
    for (const name of ['constructor', '__proto__']) mcp.tool(name);
    await connect(mcpServer());
    turns(callsOf(['lab___proto__', {}], ['lab_constructor', {}]), textStream('End'));
    await reply('server:mcp:lab');
    expect(results()).toEqual(['__proto__', 'constructor']);
    chat = await createChat(user, 'Hi');
    turns(toolCallStream('lab_constructor', '{}'), textStream('End'));
    await reply('server:mcp:lab');
    expect([mcp.count('initialize'), mcp.count('tools/call')]).toEqual([1, 3]);
    await connect();
    await eventually(async () => (mcp.sessionCount === 0 ? true : undefined));
  });

  it('end their calls with the reply', async () => {
    const [started, cancelled] = [deferred<void>(), deferred<void>()];
    mcp.tool('wait', (_, { signal }) => {
      signal.addEventListener('abort', () => cancelled.resolve());
      started.resolve();
      return new Promise(() => undefined);
    });
    await connect(mcpServer());
    turns(toolCallStream('lab_wait', '{}'), textStream('never said'));
    await stopAfter(started.promise, 'server:mcp:lab');
    await cancelled.promise;
    expect(sent()).toHaveLength(1);
  });

  it('that are down, off or of others are left out, and the reply goes on', async () => {
    mcp.tool('t');
    await connect(
      mcpServer(),
      mcpServer({ url: 'http://127.0.0.1:9/mcp', info: { id: 'dead' } }),
      mcpServer({ config: { enable: false }, info: { id: 'off' } }),
      mcpServer({ config: { enable: true, access_control: {} }, info: { id: 'private' } }),
    );
    turns(toolCallStream('lab_t', '{}'), textStream('End'));
    const events = await reply(...['dead', 'off', 'private', 'lab'].map((id) => `server:mcp:${id}`));
    expect(offered()).toEqual(['lab_t']);
    expect(events.flatMap(({ type, data }) => (type === 'chat:message:error' ? [data?.error.content] : []))).toEqual([
      "Failed to connect to MCP server 'dead'",
    ]);
    expect(results()).toEqual(['t']);
  });

  it('that send too much are a failure that the model reads', async () => {
    mcp.tool('large', () => text('x'.repeat(17 * 1024 * 1024)));
    await connect(mcpServer());
    turns(toolCallStream('lab_large', '{}'), textStream('Sorry'));
    await reply('server:mcp:lab');
    expect(results()).toEqual([expect.stringContaining('sent more than')]);
  });
});
