import type { JsonObject } from '../../../src/common/util/json';
import { FakeServer, type Answer, type Handler, type RecordedRequest } from './fake-server';

const CREATED = '2026-01-02T03:04:05.678901234Z';
const COUNTERS = {
  total_duration: 3_661_500_000_000,
  load_duration: 1_000_000,
  prompt_eval_count: 10,
  prompt_eval_duration: 2_000_000_000,
  eval_count: 30,
  eval_duration: 3_000_000_000,
};

/** One line of an NDJSON answer. */
export const line = (value: JsonObject): string => `${JSON.stringify(value)}\n`;

/** A line of a streamed chat. */
export const said = (message: JsonObject, model = 'fake:1b'): string =>
  line({ model, created_at: CREATED, message: { role: 'assistant', content: '', ...message }, done: false });

/** The last line of a streamed chat. */
export const done = (model = 'fake:1b'): string => line(lastOf(model, { message: { role: 'assistant', content: '' } }));

const lastOf = (model: string, answer: JsonObject): JsonObject => ({
  ...{ model, created_at: CREATED, ...answer, done: true, done_reason: 'stop', ...COUNTERS },
});

/**
 * A local Ollama server. A chat or prompt is said back word by word, unless it is `/fail 503 words`, `/break`, `/stall`,
 * `/hang`, `/tool` or `/think`.
 */
export class FakeOllamaServer extends FakeServer {
  /** Names with their versions. */
  models: string[] = ['fake:1b', 'other:latest'];
  /** Names of those in memory. */
  loaded: string[] = [];
  version = '0.9.1';
  /** Takes over every path for which it answers something. */
  onAny: ((request: RecordedRequest) => Answer | Promise<Answer> | undefined) | undefined;

  static start(port = 0): Promise<FakeOllamaServer> {
    return new FakeOllamaServer('').listen(port);
  }

  /** Forgets requests and scripts. */
  reset(): void {
    this.requests.length = 0;
    this.models = ['fake:1b', 'other:latest'];
    this.loaded = [];
    this.version = '0.9.1';
    this.onAny = undefined;
  }

  protected answer(request: RecordedRequest): Answer | Promise<Answer> {
    const scripted = this.onAny?.(request);
    if (scripted) return scripted;
    const path = request.path.startsWith('/api/blobs/') ? '/api/blobs' : request.path;
    return this.routes[path]?.(request) ?? { status: 404, json: { error: 'no route' } };
  }

  private readonly routes: Record<string, Handler> = {
    '/api/tags': () => ({ json: { models: this.models.map(tagOf) } }),
    '/api/ps': () => ({ json: { models: this.loaded.map((name) => ({ ...tagOf(name), expires_at: CREATED })) } }),
    '/api/version': () => ({ json: { version: this.version } }),
    '/api/show': (request) => this.known(request, (name) => ({ modelfile: `FROM ${name}`, details: {} })),
    '/api/embed': (request) =>
      this.known(request, (model) => ({
        model,
        embeddings: [request.body?.input].flat().map((text) => [String(text).length, 1]),
        prompt_eval_count: 4,
      })),
    '/api/embeddings': (request) =>
      this.known(request, () => ({ embedding: [String(request.body?.prompt).length, 1] })),
    '/api/chat': (request) => chat(request),
    '/api/generate': (request) => generate(request),
    '/api/pull': (request) => ({ ndjson: this.pull(nameOf(request)) }),
    '/api/push': () => ({ ndjson: ['retrieving manifest', 'success'].map((status) => line({ status })) }),
    '/api/create': (request) => ({ ndjson: this.pull(nameOf(request)) }),
    '/api/copy': (request) => {
      this.models.push(String(request.body?.destination));
      return { text: '' };
    },
    '/api/delete': (request) => {
      this.models = this.models.filter((name) => name !== nameOf(request));
      return { text: '' };
    },
    '/api/blobs': () => ({ status: 201, text: '' }),
    '/v1/chat/completions': (request) => openAi(request),
    '/v1/completions': (request) => openAi(request),
  };

  private known(request: RecordedRequest, json: (name: string) => JsonObject): Answer {
    const name = nameOf(request);
    const isKnown = this.models.some((model) => model === name || model === `${name}:latest`);
    return isKnown ? { json: json(name) } : { status: 404, json: { error: `model '${name}' not found` } };
  }

  private *pull(name: string): Generator<string> {
    yield line({ status: 'pulling manifest' });
    for (const completed of [50, 100])
      yield line({ status: 'pulling abc', digest: 'sha256:abc', total: 100, completed });
    this.models.push(name);
    yield line({ status: 'success' });
  }
}

const nameOf = ({ body }: RecordedRequest): string => String(body?.model ?? body?.name);

const tagOf = (name: string): JsonObject => ({
  name,
  model: name,
  modified_at: CREATED,
  size: 1000,
  digest: `digest-of-${name}`,
  details: { family: 'llama' },
});

function lastText({ body }: RecordedRequest): string {
  const messages = (body?.messages ?? []) as { role: string; content: string }[];
  const prompt = typeof body?.prompt === 'string' ? body.prompt : '';
  return messages.findLast(({ role }) => role === 'user')?.content ?? prompt;
}

function chat(request: RecordedRequest): Answer {
  const text = lastText(request);
  const refusal = /^\/fail (\d+) (.*)/.exec(text);
  if (refusal) return { status: Number(refusal[1]), json: { error: refusal[2] } };
  if (text === '/hang') return 'never';
  const model = nameOf(request);
  const lines = linesOf(text, model);
  if (request.body?.stream !== false) return { ndjson: text === '/stall' ? thenStall(request, lines) : lines };
  return { json: lastOf(model, { message: wholeMessage(text) }) };
}

function* linesOf(text: string, model: string): Generator<string> {
  if (text === '/break' || text === '/stall') {
    yield said({ content: 'Half' }, model);
    if (text === '/break') throw new Error('broken on purpose');
    return;
  }
  if (text === '/think') yield said({ thinking: 'Let me see' }, model);
  if (text === '/tool') yield said({ tool_calls: [TOOL_CALL] }, model);
  else for (const word of `You said: ${text}`.split(/(?<=\s)/)) yield said({ content: word }, model);
  yield done(model);
}

const TOOL_CALL = { function: { name: 'add', arguments: { a: 1, b: 'é' } } };

function wholeMessage(text: string): JsonObject {
  if (text === '/tool') return { role: 'assistant', content: '', tool_calls: [TOOL_CALL] };
  const thinking = text === '/think' ? { thinking: 'Let me see' } : {};
  return { role: 'assistant', content: `You said: ${text}`, ...thinking };
}

async function* thenStall(request: RecordedRequest, lines: Iterable<string>): AsyncGenerator<string> {
  yield* lines;
  await request.closed;
}

function generate(request: RecordedRequest): Answer {
  const model = nameOf(request);
  const response = `You said: ${lastText(request)}`;
  if (request.body?.stream === false || request.body?.keep_alive === 0) return { json: lastOf(model, { response }) };
  const first = line({ model, created_at: CREATED, response, done: false });
  return { ndjson: [first, line(lastOf(model, { response: '' }))] };
}

function openAi(request: RecordedRequest): Answer {
  const { model, stream } = request.body ?? {};
  const head = { id: 'chatcmpl-1', object: 'chat.completion', created: 1_700_000_000, model };
  const text = `You said: ${lastText(request)}`;
  if (stream !== true)
    return {
      json: { ...head, choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: text } }] },
    };
  const chunk = { ...head, choices: [{ index: 0, delta: { content: text }, finish_reason: 'stop' }] };
  return { sse: [`data: ${JSON.stringify(chunk)}\n\n`, 'data: [DONE]\n\n'] };
}
