import { RunningReplies } from '../../src/modules/completions/reply/running-replies';
import { OllamaHostsService } from '../../src/modules/providers/ollama/ollama-hosts.service';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { replyInNewChat } from '../support/chat';
import type { Answer, RecordedRequest } from '../support/fakes/fake-server';
import { done, FakeOllamaServer, line, said } from '../support/fakes/ollama-server';

const CONNECTION = 'Confab: Server Connection Error';
const DEAD = 'http://127.0.0.1:9';
/** The paths of Ollama that the routes below lead to. */
const CALLS = ['/api/chat', '/api/generate', '/v1/chat/completions'];

let app: TestApp;
let server: FakeOllamaServer;
/** Lists its models as long as a test wants, and refuses connections afterwards. */
let vanishing: FakeOllamaServer;
let user: TestUser;

beforeAll(async () => {
  [server, vanishing] = await Promise.all([FakeOllamaServer.start(), FakeOllamaServer.start()]);
  app = await startTestApp({
    ENABLE_OLLAMA_API: 'True',
    OLLAMA_BASE_URLS: `${server.url};${vanishing.url};${DEAD}`,
    OLLAMA_API_CONFIGS: '{"1":{"prefix_id":"gone"}}',
    BYPASS_MODEL_ACCESS_CONTROL: 'True',
    MODELS_CACHE_TTL: '0',
    PROVIDER_IDLE_TIMEOUT: '1',
  });
  user = await asUser(app);
  await user.api.get('/api/models?refresh=true');
  await vanishing.close();
});
afterAll(async () => {
  await app.close();
  await server.close();
});
beforeEach(() => server.reset());
/** Nothing of any reply is left: no task, no connection that waits, no server that counts as busy. */
afterEach(async () => {
  await Promise.all(server.requests.map(({ closed }) => closed));
  while (app.get(RunningReplies).size > 0 || app.get(OllamaHostsService)['open'].size > 0)
    await new Promise((resolve) => setImmediate(resolve));
  expect((await user.api.get('/api/tasks')).body).toEqual({ tasks: [] });
});

const script = (answer: (request: RecordedRequest) => Answer) =>
  void (server.onAny = (request) => (CALLS.includes(request.path) ? answer(request) : undefined));

const messages = [{ role: 'user', content: 'Hi' }];
/** In OpenAI's form, and as Ollama's own clients ask. */
const UNIFIED = ['/api/chat/completions', '/openai/chat/completions'];
const NATIVE = ['/ollama/api/chat', '/ollama/api/generate', '/ollama/v1/chat/completions'];
const ask = (path: string, model: string, stream: boolean) =>
  user.api.post(path, { model, messages, prompt: 'Hi', stream });

interface Fault {
  answer?: (request: RecordedRequest) => Answer;
  model?: string;
  status: number;
  /** In the body's `detail`. */
  detail: string;
  /** What is shown in place of a reply over sockets. */
  shown?: string;
}
const unreachable = { status: 500, detail: CONNECTION, shown: `500: ${CONNECTION}` };

/** Faults that show before an answer has begun. */
const REFUSALS: [string, Fault][] = [
  ['refuses the connection', { model: 'gone.fake:1b', ...unreachable }],
  ['hangs before its headers', { answer: () => 'never', ...unreachable }],
  ['redirects', { answer: () => ({ status: 302, text: '', headers: { Location: '/elsewhere' } }), ...unreachable }],
  [
    'is overloaded',
    {
      answer: () => ({ status: 429, json: { error: 'slow down' }, headers: { 'Retry-After': '9' } }),
      ...{ status: 429, detail: 'slow down' },
    },
  ],
  ['fails', { answer: () => ({ status: 500, json: { error: 'boom' } }), status: 500, detail: 'boom' }],
  ['fails in words', { answer: () => ({ status: 502, text: 'bad gateway' }), status: 502, detail: 'bad gateway' }],
];

describe.each(REFUSALS)('a server that %s', (_, { answer, model = 'fake:1b', status, detail, shown = detail }) => {
  beforeEach(() => answer && script(answer));

  it('is reported as an error', async () => {
    const paths = [...UNIFIED, ...NATIVE].flatMap((path) => [false, true].map((stream) => ({ path, stream })));
    const answers = await Promise.all(paths.map(({ path, stream }) => ask(path, model, stream)));
    answers.forEach(({ body, headers, ...answer }, index) => {
      const path = paths[index]?.path ?? '';
      expect([path, answer.status, body.detail]).toEqual([path, status, detail]);
      expect(headers.get('retry-after')).toBe(status === 429 ? '9' : null);
    });
  });

  it('ends a reply over sockets, which shows and stores why', async () => {
    const { events, message } = await askInChat(model);
    expect(JSON.stringify(events.find(({ type }) => type === 'chat:message:error')?.data)).toContain(shown);
    expect(JSON.stringify(message.error)).toContain(shown);
    expect(message.done).toBe(true);
  });
});

const lines = [said({ content: 'Still ' }), said({ content: 'here' }), done()];
const whole = JSON.stringify({ ...JSON.parse(lines[2] ?? ''), message: { role: 'assistant', content: 'Still here' } });
const openAi = [{ content: 'Still ' }, { content: 'here' }].map((delta) => ({ choices: [{ index: 0, delta }] }));
const events = [...openAi, { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }];

/** Whatever was asked for, and whatever media type it has. */
const FORMS: [string, Answer][] = [
  ['lines', { ndjson: lines }],
  ['lines as JSON', { text: lines.join(''), type: 'application/json' }],
  ['lines without a media type', { text: lines.join('').replaceAll('\n', '\r\n'), type: '' }],
  ['lines as events', { sse: lines.map((text) => `data: ${text}\n`) }],
  [
    'events in the form of OpenAI',
    { sse: [...events.map((event) => `data: ${JSON.stringify(event)}\n\n`), 'data: [DONE]\n\n'] },
  ],
  ['one object', { text: whole, type: 'application/json' }],
  ['one object over several lines', { ndjson: [`\uFEFF${JSON.stringify(JSON.parse(whole), null, 2)}`] }],
  ['one object as plain text', { text: `\n${whole}\n` }],
];

describe.each(FORMS)('a server that answers with %s', (_, answer) => {
  it('is understood', async () => {
    script(() => answer);
    for (const path of UNIFIED) {
      expect(await ask(path, 'fake:1b', false)).toMatchObject({
        ...{ status: 200, body: { choices: [{ message: { content: 'Still here' }, finish_reason: 'stop' }] } },
      });
      const { status, body } = await ask(path, 'fake:1b', true);
      expect([status, String(body).match(/Still|here/g)]).toEqual([200, ['Still', 'here']]);
    }
    for (const stream of [false, true]) {
      const { status, body } = await ask('/ollama/api/chat', 'fake:1b', stream);
      expect([status, (JSON.stringify(body) ?? '').match(/Still|here/g)]).toEqual([200, ['Still', 'here']]);
    }
    const { message } = await askInChat('fake:1b');
    expect([message.content, message.done, message.error]).toEqual(['Still here', true, undefined]);
  });
});

it('garbage is no answer in the form of OpenAI', async () => {
  script(() => ({ text: '<html>nope</html>', type: 'text/html' }));
  for (const path of UNIFIED) {
    expect(await ask(path, 'fake:1b', false)).toMatchObject({ status: 500, body: { detail: CONNECTION } });
    expect(lastIn((await ask(path, 'fake:1b', true)).body)).toMatchObject({ error: { message: CONNECTION } });
  }
});

interface Break {
  pieces: (request: RecordedRequest) => Iterable<string> | AsyncIterable<string>;
  text: string;
  shown: string;
}

/** Faults within a stream. */
const BREAKS: [string, Break][] = [
  ['hangs after its headers', { pieces: (request) => stalling(request), text: '', shown: CONNECTION }],
  [
    'hangs in the middle',
    { pieces: (request) => stalling(request, said({ content: 'Half' })), text: 'Half', shown: CONNECTION },
  ],
  ['breaks off', { pieces: () => breaking(said({ content: 'Half' })), text: 'Half', shown: CONNECTION }],
  [
    'tells of an error',
    { pieces: () => [said({ content: 'Half' }), line({ error: 'in stream' })], text: 'Half', shown: 'in stream' },
  ],
];

describe.each(BREAKS)('a stream that %s', (_, { pieces, text, shown }) => {
  beforeEach(() => script((request) => ({ ndjson: pieces(request) })));

  it('ends with the error', async () => {
    const last = async (path: string) => {
      const { status, body } = await ask(path, 'fake:1b', true);
      return [status, lastIn(body)];
    };
    for (const end of await Promise.all(UNIFIED.map(last)))
      expect(end).toMatchObject([200, { error: { message: shown } }]);
    const native = ['/ollama/api/chat', '/ollama/api/generate'];
    for (const end of await Promise.all(native.map(last))) expect(end).toEqual([200, { error: shown }]);
  });

  it('ends a reply over sockets, which keeps its text and why', async () => {
    const { events, message } = await askInChat('fake:1b');
    expect(JSON.stringify(events.find(({ type }) => type === 'chat:message:error')?.data)).toContain(shown);
    expect(JSON.stringify(message.error)).toContain(shown);
    expect([message.content, message.done]).toEqual([text, true]);
  });
});

it('a stream that ends before its answer does is an error in the form of OpenAI', async () => {
  script(() => ({ ndjson: [said({ content: 'Half' })] }));
  const { body } = await ask('/api/chat/completions', 'fake:1b', true);
  expect(lastIn(body)).toMatchObject({ error: { message: CONNECTION } });
});

it('lines of garbage within a stream are left out', async () => {
  script(() => ({ ndjson: ['<html>\n', said({ content: 'Whole' }), '{"half":\n', done()] }));
  const { body } = await ask('/api/chat/completions', 'fake:1b', true);
  expect(body).toMatch(/^data: [^]*Whole[^]*\[DONE\]\n\n$/);
});

/** The last object of an event stream, or of lines; a single line is parsed already. */
function lastIn(body: unknown): unknown {
  if (typeof body !== 'string') return body;
  const lines = body
    .split('\n')
    .map((each) => each.replace(/^data: /, '').trim())
    .filter((each) => each.startsWith('{'));
  return JSON.parse(lines.at(-1) ?? 'null');
}

const askInChat = (model: string) => replyInNewChat(app.url, user, { model });

function* breaking(...lines: string[]): Generator<string> {
  yield* lines;
  throw new Error('broken on purpose');
}

async function* stalling({ closed }: RecordedRequest, ...lines: string[]): AsyncGenerator<string> {
  yield* lines;
  await closed;
}
