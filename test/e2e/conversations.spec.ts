import type { JsonObject } from '../../src/common/util/json';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import {
  chatEvents,
  createChat,
  isCancel,
  isDone,
  onQuestion,
  requestReply,
  storedMessages,
  untilIdle,
  waitForEvent,
  wholeReply,
  type ChatEvent,
  type TestChat,
} from '../support/chat';
import { deferred } from '../support/deferred';
import { chunk, completion, DONE, event, textStream, thenStall, toolCallStream } from '../support/fakes/openai-answers';
import { FakeOpenAiServer } from '../support/fakes/openai-server';
import { ScriptedServer } from '../support/fakes/scripted-server';
import { connectSocket, type TestSocket } from '../support/socket';

/**
 * Whole conversations: what the provider gets, what the user's socket gets, in order, and what is stored. The expected
 * values are in the snapshot file: read its changes as a change of behaviour for clients.
 */
let app: TestApp;
let provider: FakeOpenAiServer;
let engine: ScriptedServer;
let admin: TestUser;
let user: TestUser;
let tab: TestSocket;
let chat: TestChat;

beforeAll(async () => {
  provider = await FakeOpenAiServer.start();
  engine = await ScriptedServer.start();
  app = await startTestApp({
    ...{ OPENAI_API_BASE_URL: provider.url, OPENAI_API_KEY: 'sk-fake', BYPASS_MODEL_ACCESS_CONTROL: 'True' },
    ...{ USER_PERMISSIONS_FEATURES_DIRECT_TOOL_SERVERS: 'True', CHAT_RESPONSE_MAX_TOOL_CALL_RETRIES: '2' },
    ...{ ENABLE_WEB_SEARCH: 'True', WEB_SEARCH_ENGINE: 'external', EXTERNAL_WEB_SEARCH_URL: `${engine.url}/find` },
    ...{ BYPASS_WEB_SEARCH_EMBEDDING_AND_RETRIEVAL: 'True', BYPASS_WEB_SEARCH_WEB_LOADER: 'True' },
  });
  admin = await asUser(app, 'admin');
  user = await asUser(app);
});
afterAll(async () => {
  await app.close();
  await provider.close();
  await engine.close();
});
beforeEach(async () => {
  provider.reset();
  tab = await connectSocket(app.url, user.token);
  chat = await createChat(user, 'Hi');
});
afterEach(() => tab.close());

type Response = string[] | JsonObject;

/** The model's responses, one for each request; the last one again and again. */
function turns(...responses: Response[]): void {
  let turn = 0;
  provider.onChat = () => {
    const response = responses[Math.min(turn++, responses.length - 1)]!;
    return Array.isArray(response) ? { sse: response } : { json: response };
  };
}

/** Ids in the order in which they appear, times and places of this run. */
function normalized(value: unknown): unknown {
  const names = new Map<string, string>([
    [tab.id, '<socket>'],
    [chat.id, '<chat>'],
    [user.id, '<user>'],
  ]);
  const nameOf = (id: string) => {
    if (!names.has(id)) names.set(id, `<id ${names.size - 2}>`);
    return names.get(id)!;
  };
  const text = JSON.stringify(value, (key, item: unknown) =>
    /^(timestamp|created_?at|updated_?at|started_at|ended_at)$/i.test(key) && typeof item === 'number'
      ? '<time>'
      : item,
  )
    .replaceAll(tab.id, '<socket>')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, nameOf)
    .replace(/127\.0\.0\.1:\d+/g, '<host>')
    .replace(/\d{4}-\d{2}-\d{2}/g, '<date>')
    .replace(/duration=\\"\d+\\"|(?<=Thought for )\d+/g, '<seconds>');
  return JSON.parse(text);
}

const payloads = () => provider.requests.filter(({ path }) => path === '/chat/completions').map(({ body }) => body);

/** The record of a conversation of which `events` reached the socket. */
async function record(events: unknown[] = chatEvents(tab)) {
  const { u1: _, ...messages } = await storedMessages(user, chat.id);
  return normalized({ payloads: payloads(), events, messages });
}

async function converse(more: JsonObject = {}) {
  return record(await wholeReply(user, tab, chat, 'Hi', more));
}

const NATIVE = { params: { function_calling: 'native' } };
const SPEC = { type: 'object', properties: { q: { type: 'string' } } };
const TOOLS = {
  ...NATIVE,
  tool_servers: [
    {
      url: 'http://tools.example',
      info: { title: 'Srv' },
      specs: [{ name: 'lookup', description: 'Looks up', parameters: SPEC }],
    },
  ],
};
const toolCalls = (...calls: [name: string, args: string][]) => [
  chunk({
    tool_calls: calls.map(([name, args], index) => ({
      ...{ index, id: `call_${index + 1}`, type: 'function', function: { name, arguments: args } },
    })),
  }),
  chunk({}, 'tool_calls'),
  DONE,
];
const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';

describe('a reply', () => {
  it('of plain text', async () => {
    turns(textStream('Hello ', 'there'));
    expect(await converse()).toMatchSnapshot();
  });

  it('that is not streamed', async () => {
    turns(completion({ content: 'At once' }));
    expect(await converse({ stream: false })).toMatchSnapshot();
  });

  it.each<[string, string[]]>([
    ['in tags', textStream('<think>', 'Let me', ' see</think>', 'Forty-two')],
    [
      'in other tags, beside code that shows them',
      textStream('<|begin_of_thought|>a<|end_of_thought|>Write `<think>`'),
    ],
    ['in a field', [chunk({ reasoning_content: 'Let me ' }), chunk({ reasoning_content: 'see' }), ...textStream('42')]],
  ])('with reasoning %s', async (_, stream) => {
    turns(stream);
    expect(await converse()).toMatchSnapshot();
  });

  it('with an image', async () => {
    turns([chunk({ content: 'Look' }), chunk({ images: [{ type: 'image_url', image_url: { url: PIXEL } }] }), DONE]);
    expect(await converse()).toMatchSnapshot();
  });

  it('that breaks off with an error', async () => {
    turns([chunk({ content: 'Half' }), event({ error: { message: 'in stream', code: 500 } })]);
    expect(await converse()).toMatchSnapshot();
  });

  it('that is refused', async () => {
    provider.onChat = () => ({ status: 429, json: { error: { message: 'Slow down', code: 429 } } });
    expect(await converse()).toMatchSnapshot();
  });

  it('that is stopped', async () => {
    provider.onChat = (request) => ({ sse: thenStall(request, [chunk({ content: 'Half' })]) });
    const { body } = await requestReply(user, tab, chat, 'Hi');
    await waitForEvent(tab, ({ data }) => data?.content === 'Half');
    await user.api.post(`/api/tasks/stop/${body.task_id}`);
    await waitForEvent(tab, isCancel);
    await untilIdle(user, chat.id);
    expect(await record()).toMatchSnapshot();
  });

  it('that goes on while its client is away, and is resumed', async () => {
    const rest = deferred<string>();
    provider.onChat = () => ({
      sse: (async function* () {
        yield chunk({ content: 'First ' });
        yield chunk({ content: await rest.promise });
        yield* [chunk({}, 'stop'), DONE];
      })(),
    });
    await requestReply(user, tab, chat, 'Hi');
    await waitForEvent(tab, ({ data }) => data?.content === 'First');
    const before = chatEvents(tab);
    tab.close();
    tab = await connectSocket(app.url, user.token);
    const [snapshot] = await tab.emit('chat:resume', { chat_id: chat.id, message_id: 'a1' });
    rest.resolve('second');
    await tab.waitFor((name, payload) => name === 'chat:stream' && isDone(payload.data));
    await untilIdle(user, chat.id);
    const live = tab.received.filter(([name]) => name === 'chat:stream').map(([, payload]) => payload);
    expect(await record([...before, { snapshot, live }])).toMatchSnapshot();
  });

  it('beside another one of the same chat', async () => {
    const saved = chat.stored.history.messages;
    const second = { ...saved.a1, id: 'a2' };
    const messages = { ...saved, u1: { ...saved.u1, childrenIds: ['a1', 'a2'] }, a2: second };
    await user.api.post(`/api/v1/chats/${chat.id}`, {
      chat: { ...chat.stored, history: { messages, currentId: 'a2' } },
    });
    provider.onChat = ({ body }) => ({ sse: textStream(`From ${String(body?.temperature)}`) });
    await Promise.all([
      requestReply(user, tab, chat, 'Hi', { params: { temperature: 1 } }),
      requestReply(user, tab, chat, 'Hi', { id: 'a2', params: { temperature: 2 } }),
    ]);
    for (const id of ['a1', 'a2'])
      await tab.waitFor((name, { message_id, data }) => name === 'events' && message_id === id && isDone(data));
    await untilIdle(user, chat.id);
    const stored = await storedMessages(user, chat.id);
    const events = tab.received.flatMap(([name, payload]) => (name === 'events' ? [payload as ChatEvent] : []));
    const eventsOf = (id: string) => events.filter((sent) => sent.message_id === id).map(({ data }) => data);
    expect(normalized([stored.a1, stored.a2, eventsOf('a1'), eventsOf('a2')])).toMatchSnapshot();
  });
});

describe('a reply with tools', () => {
  it('of one call', async () => {
    turns(toolCallStream('lookup', '{"q":"x"}'), textStream('It is 3'));
    onQuestion(tab, () => [{ hits: 3 }, null]);
    expect(await converse(TOOLS)).toMatchSnapshot();
  });

  it('of two calls in one turn', async () => {
    turns(toolCalls(['lookup', '{"q":"x"}'], ['lookup', '{"q":"y"}']), textStream('Both'));
    onQuestion(tab, ({ params }) => [`found ${String((params as JsonObject).q)}`, null]);
    expect(await converse(TOOLS)).toMatchSnapshot();
  });

  it('that fails, and one that does not exist', async () => {
    turns(toolCalls(['lookup', '{"q":"x"}'], ['missing', '{}']), textStream('Sorry'));
    onQuestion(tab, () => [{ error: 'no such page' }, null]);
    expect(await converse(TOOLS)).toMatchSnapshot();
  });

  it('that the model calls without end', async () => {
    turns(toolCallStream('lookup', '{}'));
    onQuestion(tab, () => ['again', null]);
    expect(await converse(TOOLS)).toMatchSnapshot();
  });

  it('by a prompt, for models without tools of their own', async () => {
    turns(completion({ content: '{"tool_calls":[{"name":"lookup","parameters":{"q":"x"}}]}' }), textStream('It is 3'));
    onQuestion(tab, () => [{ hits: 3 }, null]);
    expect(await converse({ tool_servers: TOOLS.tool_servers })).toMatchSnapshot();
  });

  it('of code that the browser runs', async () => {
    const code = '<code_interpreter type="code" lang="python">\nprint(6 * 7)\n</code_interpreter>';
    turns(textStream('Let me compute. ', code), textStream('It is 42'));
    onQuestion(tab, () => ({ stdout: '42\n', stderr: '', result: null }));
    expect(await converse({ features: { code_interpreter: true } })).toMatchSnapshot();
  });
});

describe('a reply with context', () => {
  it('of three sources', async () => {
    turns(textStream('It says so [2]'));
    const files = ['one', 'two', 'three'].map((name) => ({
      ...{ type: 'text', id: name, name, context: 'full' },
      file: { data: { content: `Text of ${name}` }, meta: { name, source: name } },
    }));
    expect(await converse({ files })).toMatchSnapshot();
  });

  it('of a web search', async () => {
    const queries = completion({ content: '{"queries": ["lighthouse"]}' });
    turns(queries, queries, textStream('It shines [1]'));
    engine.script = () => ({
      json: [{ link: 'http://light.example/', title: 'Lighthouse', snippet: 'It shines at night' }],
    });
    expect(await converse({ features: { web_search: true } })).toMatchSnapshot();
  });

  it('of memories', async () => {
    await user.api.post('/api/v1/memories/add', { content: 'Likes lighthouses' });
    turns(textStream('I know'));
    expect(await converse({ features: { memory: true } })).toMatchSnapshot();
  });
});

describe('a reply with filters', () => {
  afterEach(() => admin.api.delete('/api/v1/functions/id/guard/delete'));

  async function filter(content: string): Promise<void> {
    const request = { id: 'guard', name: 'guard', content, meta: { description: '' } };
    expect(await admin.api.post('/api/v1/functions/create', request)).toMatchObject({ status: 200 });
    await admin.api.post('/api/v1/functions/id/guard/toggle');
    await admin.api.post('/api/v1/functions/id/guard/toggle/global');
  }

  it('that change the request and each chunk', async () => {
    await filter(`
      export function inlet(body) {
        body.messages.unshift({ role: 'system', content: 'Be brief' });
        return body;
      }
      export function stream(event) {
        for (const { delta } of event.choices ?? []) if (delta?.content) delta.content = delta.content.toUpperCase();
        return event;
      }`);
    turns(textStream('quiet ', 'words'));
    expect(await converse()).toMatchSnapshot();
  });

  it('that refuse', async () => {
    await filter(`export function inlet() { throw new Error('Not on Sundays'); }`);
    expect(await converse()).toMatchSnapshot();
  });
});
