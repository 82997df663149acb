import type { JsonObject } from '../../src/common/util/json';
import { SandboxService } from '../../src/modules/sandbox/sandbox.service';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { chatEvents, createChat, isCancel, isDone, requestReply, untilIdle, waitForEvent } from '../support/chat';
import type { TestChat } from '../support/chat';
import { communitySources, type CommunityCall, type CommunitySource } from '../support/community';
import type { Answer } from '../support/fakes/fake-server';
import { chunk, DONE, textStream, toolCallStream } from '../support/fakes/openai-answers';
import { FakeOpenAiServer } from '../support/fakes/openai-server';
import { ScriptedServer } from '../support/fakes/scripted-server';
import { shareProcesses } from '../support/sandbox';
import { connectSocket, type TestSocket } from '../support/socket';

const MODEL = 'fake-small';
const NAMES = communitySources({}).map(({ name }) => name);

let app: TestApp;
let provider: FakeOpenAiServer;
let outside: ScriptedServer;
let admin: TestUser;
let user: TestUser;
let tab: TestSocket;
let chat: TestChat;
let sources: Map<string, CommunitySource>;

beforeAll(async () => {
  provider = await FakeOpenAiServer.start();
  outside = await ScriptedServer.start();
  app = await startTestApp({
    OPENAI_API_BASE_URL: provider.url,
    OPENAI_API_KEY: 'sk-fake',
    BYPASS_MODEL_ACCESS_CONTROL: 'True',
    ENABLE_SANDBOX_LOCAL_HTTP: 'True',
  });
  shareProcesses(app.get(SandboxService));
  admin = await asUser(app, 'admin');
  user = await asUser(app);
  const { name, email } = user;
  const values = { base: outside.url, model: MODEL, 'user.name': name, 'user.email': email, 'user.role': 'user' };
  sources = new Map(communitySources(values).map((source) => [source.name, source]));
});
afterAll(async () => {
  await app.close();
  await Promise.all([provider.close(), outside.close()]);
});

/** The outside of a source: its responses by method and address, several of one address in turn. */
function openOutside({ http = {} }: CommunitySource): void {
  const left = structuredClone(http) as Record<string, JsonObject | JsonObject[]>;
  outside.script = ({ method, path }) => {
    const found = left[`${method} ${outside.url}${path}`];
    const turn = Array.isArray(found) ? (found.length > 1 ? found.shift() : found[0]) : found;
    return turn === undefined ? { status: 599, text: `${method} ${path}` } : responseOf(turn);
  };
}

function responseOf({ status = 200, headers, chunks, body = '' }: JsonObject): Answer {
  const common = { status: status as number, headers: headers as Record<string, string> };
  if (chunks) return { status: common.status, sse: chunks as string[] };
  if (typeof body !== 'string') return { ...common, json: body };
  return {
    ...common,
    text: body,
    type: (headers as Record<string, string> | undefined)?.['content-type'] ?? 'text/plain; charset=utf-8',
  };
}

/** The model's responses, one for each turn. */
function turns(...responses: (string[] | JsonObject)[]): void {
  provider.onChat = () => {
    const response = responses.shift() ?? textStream('Done');
    return Array.isArray(response) ? { sse: response } : { json: response };
  };
}

const sent = () => provider.requests.filter(({ path }) => path === '/chat/completions').map(({ body }) => body!);
const messagesOf = (body: JsonObject | undefined) => body?.messages as JsonObject[];
/** What sources have emitted: neither parts of the reply, nor the status of retrieval. */
const events = () =>
  chatEvents(tab)
    .filter(({ type, data }) => !type.startsWith('chat:') && data?.action === undefined)
    .map(({ type, data }) => ({ type, data }));
/** What the case expects on the socket: questions are events too. */
const expectedEvents = ({ events: all = [] }: CommunityCall) => all.map((event) => event.ask ?? event);

async function reply(more: JsonObject): Promise<void> {
  const { status, body } = await requestReply(user, tab, chat, 'hello', more);
  expect([status, body]).toEqual([200, { status: true, task_id: expect.any(String) }]);
  await waitForEvent(tab, (data) => isDone(data) || isCancel(data) || data.type === 'chat:message:error');
  await untilIdle(user, chat.id);
}

const errors = () =>
  chatEvents(tab).flatMap(({ type, data }) => (type === 'chat:message:error' ? [data.error.content as string] : []));

/** A result as the model reads it. */
function textOf({ value, error, response }: CommunityCall): unknown {
  if (error !== undefined) return error;
  if (response) return expect.stringContaining('Embedded UI result is active');
  const shown = Array.isArray(value) ? { results: value } : value;
  return typeof shown === 'object' && shown !== null ? JSON.stringify(shown, null, 2) : String(shown);
}

async function callTool(source: CommunitySource, call: CommunityCall): Promise<void> {
  const { __messages__: messages, __files__: files } = { ...source.injected, ...call.injected };
  const given = { ...(messages ? { messages } : {}), ...(files ? { files } : {}) };
  turns(toolCallStream(call.method, JSON.stringify(call.keyword ?? {})), ...((call.completions ?? []) as JsonObject[]));
  await reply({ ...given, params: { function_calling: 'native' }, tool_ids: [source.name] });
  const results = sent().flatMap((body) => messagesOf(body).filter(({ role }) => role === 'tool'));
  expect(results.map(({ content }) => content)).toEqual([textOf(call)]);
  if (call.asked)
    expect(
      sent()
        .slice(1, -1)
        .map(({ model, messages: asked }) => ({ model, messages: asked, stream: false })),
    ).toEqual(call.asked);
}

async function callInlet(
  source: CommunitySource,
  { positional: [body] = [], value, error }: CommunityCall,
): Promise<void> {
  const { messages } = body as JsonObject;
  turns(textStream('Fine'));
  await reply({ messages, filter_ids: [source.name] });
  if (error !== undefined) return expect(errors()).toEqual([error]);
  const { model: _, ...rest } = value as JsonObject;
  expect(sent()).toMatchObject([rest]);
}

async function callOutlet({ name }: CommunitySource, { positional: [body] = [], value }: CommunityCall): Promise<void> {
  const { messages } = body as JsonObject;
  const request = { model: MODEL, id: 'a1', chat_id: chat.id, session_id: tab.id, messages, filter_ids: [name] };
  const { status, body: answer } = await user.api.post('/api/chat/completed', request);
  expect([status, answer.messages]).toEqual([200, (value as JsonObject).messages]);
}

const textsIn = (value: unknown) =>
  ((value as JsonObject).choices as { delta: { content: string } }[]).map(({ delta }) => delta.content);

/** All calls of a stream handler are the chunks of one reply. */
async function callStream({ calls }: CommunitySource): Promise<void> {
  const pieces = calls.flatMap(({ positional: [event] = [] }) => textsIn(event));
  turns([...pieces.map((content) => chunk({ content })), chunk({}, 'stop'), DONE]);
  await reply({});
  const done = chatEvents(tab).find(isDone)!;
  expect(done.data.content).toBe(calls.flatMap(({ value }) => textsIn(value)).join(''));
}

/** Text of a pipe's items: of server-sent events that it relays, or as it is. */
function streamed(items: unknown[], model: string): string {
  const texts = items.map((item) => {
    if (typeof item !== 'string') return '';
    if (!item.startsWith('data: {')) return item.startsWith('data:') ? '' : item.replace('prov.small', model);
    return textsIn(JSON.parse(item.slice('data: '.length))).join('');
  });
  return texts.join('');
}

/** Text of a reply that a pipe returns as a whole. */
function textOfReply(value: unknown): string {
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? value : '';
  return ((value as JsonObject).choices as { message: { content: string } }[])[0]!.message.content;
}

async function callPipe(source: CommunitySource, call: CommunityCall): Promise<void> {
  const { model: named, messages = [{ role: 'user', content: 'Hi' }], stream } = call.positional?.[0] as JsonObject;
  const { body: models } = await user.api.get('/api/models?refresh=true');
  const own = models.data.filter(({ id }: { id: string }) => id.split('.')[0] === source.name);
  const { id: model } = own.find(({ id }: { id: string }) => id === named) ?? own[0];
  turns(...((call.completions ?? []) as JsonObject[]));
  if (stream) {
    await reply({ model, messages });
    if (call.error !== undefined) return expect(errors()).toEqual([expect.stringContaining(call.error)]);
    const items = call.items ?? [textOfReply(call.value)];
    return expect(chatEvents(tab).find(isDone)!.data.content).toBe(streamed(items, model).trim());
  }
  const { body } = await user.api.post('/api/chat/completions', { model, messages, stream: false });
  if (typeof call.value === 'string') expect(body.choices[0].message.content).toBe(call.value);
  else expect(body).toMatchObject(call.value as JsonObject);
}

async function callPipes(source: CommunitySource, call: CommunityCall): Promise<void> {
  const { body } = await user.api.get('/api/models?refresh=true');
  const listed = body.data.filter(({ id }: { id: string }) => id.startsWith(`${source.name}.`));
  const prefix = (source.describe?.name ?? '') as string;
  const expected = (call.value as { id: string; name: string }[]).map(({ id, name }) => ({
    id: `${source.name}.${id}`,
    name: prefix + name,
  }));
  expect(listed).toMatchObject(expected);
}

async function callAction(source: CommunitySource, call: CommunityCall): Promise<void> {
  const sub = call.injected?.__id__ as string | undefined;
  const request = {
    model: MODEL,
    chat_id: chat.id,
    session_id: tab.id,
    ...(call.positional?.[0] as JsonObject),
    id: 'a1',
  };
  const path = sub === undefined ? source.name : `${source.name}.${sub}`;
  const { status, body } = await user.api.post(`/api/chat/actions/${path}`, request);
  expect([status, body]).toEqual([200, call.value]);
}

const CALLERS = {
  inlet: callInlet,
  outlet: callOutlet,
  stream: callStream,
  pipe: callPipe,
  pipes: callPipes,
  action: callAction,
};

/** Addresses of the sources of a test. */
const installed: string[] = [];

/** Creates the source as administrators do, for all users and models. */
async function install(source: CommunitySource, root: string): Promise<void> {
  const form = {
    id: source.name,
    name: source.name,
    content: source.code,
    meta: { description: '' },
    access_control: null,
  };
  expect(await admin.api.post(`${root}/create`, form)).toMatchObject({ status: 200 });
  const at = `${root}/id/${source.name}`;
  installed.push(at);
  if (source.expects === 'function') {
    await admin.api.post(`${at}/toggle`);
    if (source.describe?.kind !== 'pipe') await admin.api.post(`${at}/toggle/global`);
  }
  for (const { values, ok, error } of source.parse ?? []) {
    const { status, body } = await admin.api.post(`${at}/valves/update`, values);
    expect([status, body]).toEqual(
      error === undefined ? [200, ok] : [400, { detail: expect.stringContaining(`[ERROR: ${error.slice(0, 300)}`) }],
    );
  }
  if (source.valves) expect(await admin.api.post(`${at}/valves/update`, source.valves)).toMatchObject({ status: 200 });
  if (source.userValves)
    expect(await user.api.post(`${at}/valves/user/update`, source.userValves)).toMatchObject({ status: 200 });
}

describe('sources of the community', () => {
  afterEach(async () => {
    for (const at of installed.splice(0)) await admin.api.delete(`${at}/delete`);
  });

  /** A chat and a socket of its own; the browser responds in turn. */
  async function openChat({ answers = [] }: CommunityCall): Promise<void> {
    provider.reset();
    tab = await connectSocket(app.url, user.token);
    const left = [...answers];
    tab.raw.on('events', (_: unknown, acknowledge?: (value: unknown) => void) => acknowledge?.(left.shift()));
    chat = await createChat(user, 'hello');
  }

  /** The specs, and the schemas of its valves. */
  async function expectDeclared({ name, describe: described = {} }: CommunitySource, root: string): Promise<void> {
    const { body } = await admin.api.get(`${root}/id/${name}`);
    const { body: valves } = await admin.api.get(`${root}/id/${name}/valves/spec`);
    const { body: userValves } = await admin.api.get(`${root}/id/${name}/valves/user/spec`);
    for (const [key, found] of Object.entries({ specs: body.specs, valves, userValves, kind: body.type ?? 'tools' }))
      if (key in described) expect([key, found]).toEqual([key, described[key]]);
  }

  it.each(NAMES)('%s', async (name) => {
    const source = sources.get(name)!;
    const root = `/api/v1/${source.expects === 'tools' ? 'tools' : 'functions'}`;
    await install(source, root);
    await expectDeclared(source, root);
    openOutside(source);
    const calls = source.calls.filter(({ local }) => !local);
    expect(calls.length).toBeGreaterThan(0);
    for (const call of source.instance ? calls.slice(0, 1) : calls) {
      await openChat(call);
      const run = source.expects === 'tools' ? callTool : CALLERS[call.method as keyof typeof CALLERS];
      await run(source, call);
      expect(events()).toEqual(expectedEvents(call));
      tab.close();
    }
  });
});
