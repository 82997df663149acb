import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { DataSource } from 'typeorm';
import type { JsonObject } from '../../src/common/util/json';
import { RunningReplies } from '../../src/modules/completions/reply/running-replies';
import { messageOf, partsOf, replyChoice } from '../../src/modules/providers/responses/reply-parts';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { replyInNewChat } from '../support/chat';
import {
  chunk,
  completion,
  DONE,
  event,
  failure,
  textStream,
  thenBreak,
  thenStall,
  type Answer,
} from '../support/fakes/openai-answers';
import { FakeOpenAiServer, type RecordedRequest } from '../support/fakes/openai-server';

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

const unreachable = {
  status: 500,
  body: { detail: CONNECTION, error: { message: CONNECTION, type: 'server_error', code: null } },
  shown: `500: ${CONNECTION}`,
};

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

const askInChat = (body: JsonObject) => replyInNewChat(app.url, user, body);

/** As shown: a text, or an object that has it. */
const shownIn = (error: unknown): string => JSON.stringify(error);

describe.each(REFUSALS)('a provider that %s', (_, { answer, model = 'fake-small', status, body, shown }) => {
  beforeEach(() => void (provider.onChat = answer));

  it('is reported as an error', async () => {
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

const frames = [chunk({ role: 'assistant', content: 'Still' }), chunk({ content: ' here' }), chunk({}, 'stop'), DONE];
const asStream = (type: string) => ({ text: frames.join(''), type });
const whole = JSON.stringify(completion({ content: 'Still here' }));

/** The form of an answer, which neither what was asked for nor its media type decides. */
const FORMS: [string, Answer][] = [
  ['an event stream', { sse: frames }],
  ['an event stream as Text/Event-Stream', asStream('Text/Event-Stream; charset=UTF-8')],
  ['an event stream as JSON', asStream('application/json')],
  ['an event stream as plain text', asStream('text/plain')],
  ['an event stream without a media type', asStream('')],
  [
    'an event stream with CRLF, comments and a byte order mark',
    { text: `\uFEFF: hi\n\n${frames.join('').replaceAll('\n', '\r\n')}` },
  ],
  ['an event stream without blank lines and [DONE]', { text: frames.slice(0, -1).join('').replaceAll('\n\n', '\n') }],
  ['events whose JSON has line breaks', { sse: frames.map((frame) => frame.replaceAll(/([{,])"/g, '$1\ndata: "')) }],
  ['single bytes', { sse: [...Buffer.from(frames.join(''))].map((byte) => Uint8Array.of(byte)) }],
  ['a compressed event stream', { bytes: gzipSync(frames.join('')), headers: { 'Content-Encoding': 'gzip' } }],
  ['JSON', { text: whole, type: 'application/json' }],
  ['JSON as plain text', { text: whole }],
  ['JSON without a media type', { text: whole, type: '' }],
  ['JSON with a byte order mark', { text: `\uFEFF${whole}`, type: 'application/json' }],
  ['JSON after blank lines', { text: `\n\n  ${whole}\n`, type: 'text/event-stream;' }],
  ['compressed JSON', { bytes: gzipSync(whole), headers: { 'Content-Encoding': 'gzip' } }],
];

/** The text of an answer in either form. */
function textIn(body: unknown): string {
  const chunks = typeof body === 'string' ? eventsIn(body) : [body];
  return chunks.flatMap((each) => partsOf(messageOf(replyChoice(each as JsonObject) ?? {})).text).join('');
}

/** Read as an SSE parser does: the `data:` lines of an event are joined. */
const eventsIn = (text: string): JsonObject[] =>
  text
    .split(/\r?\n(?=\r?\n|data: \{|data: \[)/)
    .map((event) => event.replaceAll(/^(data:|\uFEFF|:.*$)/gm, '').trim())
    .filter((data) => data.startsWith('{'))
    .map((data) => JSON.parse(data) as JsonObject);

describe.each(FORMS)('a provider that answers with %s', (_, answer) => {
  it.each([undefined, false, true, 'true'])('is understood when stream is %p', async (stream) => {
    provider.onChat = () => answer;
    for (const { status, body } of await Promise.all(PATHS.map((path) => ask(path, { stream }))))
      expect([status, textIn(body)]).toEqual([200, 'Still here']);
    const { message } = await askInChat(stream === undefined ? {} : { stream });
    expect([message.content, message.done, message.error]).toEqual(['Still here', true, undefined]);
  });
});

/** Failures reported with status 200: alone, in an event of a stream, or within a choice. */
const FAILURES: [string, unknown][] = [
  ['error', { error: { message: 'reported' } }],
  ['error as a text', { error: 'reported' }],
  ['error beside choices', { error: { message: 'reported' }, choices: [{ delta: {}, finish_reason: 'error' }] }],
  ['error in a choice', { choices: [{ index: 0, delta: {}, error: { message: 'reported' } }] }],
  ['finish_reason alone', { choices: [{ delta: {}, finish_reason: 'error', native_finish_reason: 'reported' }] }],
  ['object: error', { object: 'error', message: 'reported', code: 400 }],
  ['code and message', { code: 'Invalid', message: 'reported' }],
  ['a list', [{ error: { code: 400, message: 'reported' } }]],
  ['detail', { detail: 'reported' }],
  ['a list as detail', { detail: [{ loc: ['body', 'n'], msg: 'reported' }] }],
  ['an event named error', 'event: error\ndata: {"message":"reported"}\n\n'],
  ['an event named error without JSON', 'event: error\ndata: reported\n\n'],
];

describe.each(FAILURES)('a failure reported as %s', (_, reported) => {
  const inStream = typeof reported === 'string' ? reported : event(reported);

  it('ends a reply with the words of the provider', async () => {
    const answers: [boolean, Answer][] = [[true, { sse: [...half, inStream, DONE] }]];
    if (typeof reported !== 'string') answers.push([false, { json: reported }], [true, { json: reported }]);
    for (const [stream, answer] of answers) {
      provider.onChat = () => answer;
      const { events, message } = await askInChat({ stream });
      expect(shownIn(events.find(({ type }) => type === 'chat:message:error')?.data)).toContain('reported');
      expect(shownIn(message.error)).toContain('reported');
      expect(message.done).toBe(true);
    }
  });

  it('is accounted as one', async () => {
    const source = app.get(DataSource);
    provider.onChat = () => ({ sse: [...half, inStream] });
    await source.query('DELETE FROM usage_record');
    for (const path of PATHS) expect((await ask(path, { stream: true })).status).toBe(200);
    const count = 'SELECT count(*)::int AS calls, min(status) AS lowest FROM usage_record';
    let [{ calls, lowest }] = await source.query(count);
    while (calls < PATHS.length) [{ calls, lowest }] = await source.query(count);
    expect(lowest).toBeGreaterThanOrEqual(400);
  });
});

it.each([
  ['a list as detail', 422, { json: { detail: [{ loc: ['body', 'top_k'], msg: 'too low' }] } }, 'top_k: too low'],
  [
    'an HTML page',
    502,
    { text: `<html><title>Bad gateway</title>${'x'.repeat(5_000)}`, type: 'text/html' },
    'Bad gateway',
  ],
])('an error answer with %s is shown in short', async (_, status, answer, shown) => {
  provider.onChat = () => ({ status, ...answer });
  const { message } = await askInChat({});
  expect(message.error).toEqual({ content: shown });
});

it('keys that only the provider knows, and large integers, are passed through untouched', async () => {
  const body =
    '{"model":"fake-small","messages":[{"role":"user","content":"Hi"}],"seed":9223372036854775807,"n":2,' +
    '"stream_options":{"include_usage":true},"modalities":["image"],"ids":[9007199254740992,9007199254740993]}';
  for (const path of PATHS) {
    provider.onChat = () => ({ text: '{"id":12345678901234567891,"choices":[]}', type: 'application/json' });
    const headers = { authorization: `Bearer ${user.token}`, 'content-type': 'application/json' };
    const response = await fetch(app.url + path, { method: 'POST', headers, body });
    expect(await response.text()).toBe('{"id":12345678901234567891,"choices":[]}');
    const sent = provider.received('/chat/completions').at(-1)?.bytes.toString() ?? '';
    for (const part of ['"seed":9223372036854775807', '"ids":[9007199254740992,9007199254740993]', '"n":2'])
      expect(sent).toContain(part);
    expect(JSON.parse(sent)).toMatchObject({ stream_options: { include_usage: true }, modalities: ['image'] });
  }
});

it.each([
  ['/openai/chat/completions', { message: expect.any(String) as string, type: 'invalid_request_error' }],
  ['/openai/verify', { message: expect.any(String) as string, type: 'invalid_request_error' }],
  ['/ollama/v1/chat/completions', { message: expect.any(String) as string, type: 'invalid_request_error' }],
  ['/ollama/api/chat', expect.any(String) as string],
  ['/ollama/verify', expect.any(String) as string],
])('a malformed body is refused in the form of %s', async (path, error) => {
  const headers = { authorization: `Bearer ${user.token}`, 'content-type': 'application/json' };
  const response = await fetch(app.url + path, { method: 'POST', headers, body: '{"model"' });
  expect([response.status, await response.json()]).toMatchObject([422, { error }]);
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
