import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../src/common/util/json';
import { RunningReplies } from '../../src/modules/completions/running-replies';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { chatEvents, createChat, isCancel, isDone, requestReply, untilIdle, waitForEvent } from '../support/chat';
import { chunk, event, failure, textStream, thenBreak, thenStall, type Answer } from '../support/fakes/openai-answers';
import { FakeOpenAiServer, type RecordedRequest } from '../support/fakes/openai-server';
import { connectSocket } from '../support/socket';

const CONNECTION = 'Confab: Server Connection Error';
const half = [chunk({ content: 'Half' })];
/** More than providers may be silent here. Milliseconds. */
const STEADY = 2_500;

let app: TestApp;
let provider: FakeOpenAiServer;
let user: TestUser;

beforeAll(async () => {
  provider = await FakeOpenAiServer.start();
  app = await startTestApp({
    OPENAI_API_BASE_URLS: `${provider.url};http://127.0.0.1:9/v1`,
    OPENAI_API_KEYS: 'k;k',
    OPENAI_API_CONFIGS: JSON.stringify({ '1': { model_ids: ['dead'] } }),
    BYPASS_MODEL_ACCESS_CONTROL: 'True',
    PROVIDER_IDLE_TIMEOUT: '2',
  });
  user = await asUser(app);
});
afterAll(async () => {
  await app.close();
  await provider.close();
});
beforeEach(() => provider.reset());
/** Nothing of any reply is left: no task, no connection that waits. */
afterEach(async () => {
  await Promise.all(provider.received('/chat/completions').map(({ closed }) => closed));
  while (app.get(RunningReplies).size > 0) await sleep(5);
  expect((await user.api.get('/api/tasks')).body).toEqual({ tasks: [] });
});

interface Fault {
  answer?: (request: RecordedRequest) => Answer;
  model?: string;
  /** What clients get of a fault before the first byte. */
  status: number;
  body: unknown;
  /** What is shown in place of a reply over sockets. */
  shown: string;
}

const unreachable = { status: 500, body: { detail: CONNECTION }, shown: `500: ${CONNECTION}` };

/** Faults that show before an answer has begun. */
const REFUSALS: [string, Fault][] = [
  ['refuses the connection', { model: 'dead', ...unreachable }],
  ['hangs before its headers', { answer: () => 'never', ...unreachable }],
  ['answers garbage', { answer: () => ({ text: '<html>nope</html>', type: 'text/html' }), ...unreachable }],
  ['redirects', { answer: () => ({ status: 302, text: '', headers: { Location: '/elsewhere' } }), ...unreachable }],
  [
    'is overloaded',
    {
      answer: () => ({ ...failure(429, 'slow down'), headers: { 'Retry-After': '9' } }),
      ...{ status: 429, body: { error: { message: 'slow down', type: 'fake_error', code: 429 } }, shown: 'slow down' },
    },
  ],
  [
    'fails',
    {
      answer: () => failure(500, 'boom'),
      ...{ status: 500, body: { error: { message: 'boom', type: 'fake_error', code: 500 } }, shown: 'boom' },
    },
  ],
  [
    'fails in words',
    { answer: () => ({ status: 502, text: 'bad gateway' }), status: 502, body: 'bad gateway', shown: 'bad gateway' },
  ],
];

interface Break {
  answer: (request: RecordedRequest) => Answer;
  /** What came before. */
  text: string;
  shown: string;
}

/** Faults within a stream. */
const BREAKS: [string, Break][] = [
  ['hangs after its headers', { answer: (request) => ({ sse: thenStall(request, []) }), text: '', shown: CONNECTION }],
  [
    'hangs in the middle',
    { answer: (request) => ({ sse: thenStall(request, half) }), text: 'Half', shown: CONNECTION },
  ],
  ['breaks off', { answer: () => ({ sse: thenBreak(half) }), text: 'Half', shown: CONNECTION }],
  [
    'tells of an error',
    {
      answer: () => ({ sse: [...half, event({ error: { message: 'in stream' } })] }),
      ...{ text: 'Half', shown: 'in stream' },
    },
  ],
];

const PATHS = ['/api/chat/completions', '/openai/chat/completions'];

const ask = (path: string, body: object) =>
  user.api.post(path, { model: 'fake-small', messages: [{ role: 'user', content: 'Hi' }], ...body });

/** Asks over sockets: what is told until the reply has ended, and what is stored. */
async function askInChat(body: JsonObject) {
  const tab = await connectSocket(app.url, user.token);
  const chat = await createChat(user, 'Hi');
  await requestReply(user, tab, chat, 'Hi', body);
  await waitForEvent(tab, (data) => isDone(data) || isCancel(data));
  await untilIdle(user, chat.id);
  const events = chatEvents(tab);
  tab.close();
  const { body: stored } = await user.api.get(`/api/v1/chats/${chat.id}`);
  return { events, message: stored.chat.history.messages.a1 };
}

/** As shown: a text, or an object that has it. */
const shownIn = (error: unknown): string => JSON.stringify(error);

describe.each(REFUSALS)('a provider that %s', (_, { answer, model = 'fake-small', status, body, shown }) => {
  beforeEach(() => void (provider.onChat = answer));

  it('is told of as an error', async () => {
    const requests = PATHS.flatMap((path) => [false, true].map((stream) => ask(path, { model, stream })));
    for (const result of await Promise.all(requests)) {
      expect([result.status, result.body]).toEqual([status, body]);
      expect(result.headers.get('retry-after')).toBe(status === 429 ? '9' : null);
    }
  });

  it('ends a reply over sockets, which shows and stores why', async () => {
    const { events, message } = await askInChat({ model });
    const told = events.find(({ type }) => type === 'chat:message:error');
    expect(shownIn(told?.data)).toContain(shown);
    expect(shownIn(message.error)).toContain(shown);
    expect(message.done).toBe(true);
  });
});

describe.each(BREAKS)('a stream that %s', (_, { answer, text, shown }) => {
  beforeEach(() => void (provider.onChat = answer));

  it('ends with the error', async () => {
    for (const { status, body } of await Promise.all(PATHS.map((path) => ask(path, { stream: true })))) {
      const last = String(body).trim().split('\n\n').at(-1) ?? '';
      expect([status, JSON.parse(last.replace('data: ', ''))]).toMatchObject([200, { error: { message: shown } }]);
    }
  });

  it('ends a reply over sockets, which keeps its text and why', async () => {
    const { events, message } = await askInChat({});
    expect(shownIn(events.find(({ type }) => type === 'chat:message:error')?.data)).toContain(shown);
    expect(shownIn(message.error)).toContain(shown);
    expect([message.content, message.done]).toEqual([text, true]);
  });
});

it('a slow stream is not cut, as long as it says that it lives', async () => {
  provider.onChat = () => ({ sse: slowly() });
  const { body } = await ask('/openai/chat/completions', { stream: true });
  expect(body).toMatch(/^(: keep-alive\n\n)+data: [^]*Late[^]*\[DONE\]\n\n$/);
});

async function* slowly(): AsyncGenerator<string> {
  for (let waited = 0; waited < STEADY; waited += 250) {
    await sleep(250);
    yield ': keep-alive\n\n';
  }
  yield* textStream('Late');
}
