import OpenAI from 'openai';
import type { JsonObject } from '../../src/common/util/json';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { createChat, storedMessages, untilIdle } from '../support/chat';
import { pngUrl } from '../support/factories/images';
import {
  chunk,
  completion,
  DONE,
  event,
  failure,
  textStream,
  toolCallStream,
  usage,
  usageChunk,
} from '../support/fakes/openai-answers';
import { FakeOpenAiServer } from '../support/fakes/openai-server';
import type { Json } from '../support/http';
import { processed } from '../support/uploads';

const model = 'fake-small';
const TOOL = `class Tools {
  add(a, b) { return 'sum=' + (a + b) }
  async look(__event_emitter__) {
    await __event_emitter__({ type: 'status', data: { description: 'looking', done: true } });
    return 'seen';
  }
}`;
const FILTER = `class Filter {
  inlet(body) { body.messages.at(-1).content += '!'; return body }
}`;

let app: TestApp;
let provider: FakeOpenAiServer;
let admin: TestUser;
let user: TestUser;
let client: OpenAI;
let file: string;

beforeAll(async () => {
  provider = await FakeOpenAiServer.start();
  app = await startTestApp({
    OPENAI_API_BASE_URL: provider.url,
    OPENAI_API_KEY: 'sk-fake',
    BYPASS_MODEL_ACCESS_CONTROL: 'True',
    ENABLE_API_KEYS: 'True',
    USER_PERMISSIONS_FEATURES_API_KEYS: 'True',
  });
  admin = await asUser(app, 'admin');
  user = await asUser(app);
  const { body } = await user.api.post('/api/v1/auths/api_key');
  client = new OpenAI({ apiKey: body.api_key, baseURL: `${app.url}/api`, maxRetries: 0 });
  const tool = { id: 'calc', name: 'calc', content: TOOL, meta: { description: '' }, access_control: null };
  expect((await admin.api.post('/api/v1/tools/create', tool)).status).toBe(200);
  file = await processed(app, user, 'The lamp is lit at dusk.', 'lamp.txt');
});
afterAll(async () => {
  await app.close();
  await provider.close();
});
beforeEach(() => provider.reset());

/** The model's responses, one for each turn; the last one again and again. */
function turns(...responses: (string[] | JsonObject)[]): void {
  let turn = 0;
  provider.onChat = () => {
    const response = responses[Math.min(turn++, responses.length - 1)]!;
    return Array.isArray(response) ? { sse: response } : { json: response };
  };
}

type Chunk = OpenAI.Chat.Completions.ChatCompletionChunk & Record<string, unknown>;
const ask = (content: string, more: JsonObject = {}) => ({
  ...{ model, messages: [{ role: 'user' as const, content }] },
  ...more,
});
const whole = async (body: JsonObject): Promise<Json> => client.chat.completions.create(body as never);
async function chunks(body: JsonObject): Promise<Chunk[]> {
  const parts: Chunk[] = [];
  const stream = client.chat.completions.stream(body as never);
  for await (const part of stream) parts.push(part as Chunk);
  return parts;
}
const sent = () => provider.received('/chat/completions').map(({ body }) => body as Json);
const textOf = (parts: Chunk[]) => parts.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
const NATIVE = { params: { function_calling: 'native' }, tool_ids: ['calc'] };
const FULL = () => ({ files: [{ type: 'file', id: file, name: 'lamp.txt', context: 'full' }] });
const RETRIEVED = { action: 'sources_retrieved', count: 1, done: true };

describe('a request with an API key and no socket', () => {
  it('searches what is attached, and names its sources', async () => {
    turns(completion({ content: 'At dusk [1]' }));
    const reply = await whole(ask('When is the lamp lit?', FULL()));
    expect(reply).toMatchObject({
      sources: [{ source: { id: file }, document: ['The lamp is lit at dusk.'] }],
      statuses: [RETRIEVED],
      choices: [{ message: { content: 'At dusk [1]' } }],
    });
    expect(sent()[0].messages[0].content).toContain('The lamp is lit at dusk.');
  });

  it('streams sources and statuses as chunks that clients skip', async () => {
    turns(textStream('At ', 'dusk [1]'));
    const stream = client.chat.completions.stream(ask('When is the lamp lit?', FULL()) as never);
    const parts: Chunk[] = [];
    for await (const part of stream) parts.push(part as Chunk);
    const side = { id: '', object: 'chat.completion.chunk', created: expect.any(Number), model, choices: [] };
    expect(parts.slice(0, 2)).toEqual([
      { ...side, sources: [expect.objectContaining({ document: ['The lamp is lit at dusk.'] })] },
      { ...side, event: { type: 'status', data: RETRIEVED } },
    ]);
    const final = await stream.finalChatCompletion();
    expect(final).toMatchObject({ id: 'chatcmpl-1', choices: [{ message: { content: 'At dusk [1]' } }] });
  });

  it('calls tools of the server, streamed and not', async () => {
    turns(toolCallStream('add', '{"a":1,"b":2}'), toolCallStream('look', '{}'), textStream('It is 3'));
    const parts = await chunks(ask('Add', NATIVE));
    expect([textOf(parts), parts.find(({ event: shown }) => shown)?.event]).toEqual([
      'It is 3',
      { type: 'status', data: { description: 'looking', done: true } },
    ]);
    expect(sent()[2].messages.filter(({ role }: Json) => role === 'tool')).toMatchObject([
      { content: 'sum=3' },
      { content: 'seen' },
    ]);
    const call = { id: 'c1', type: 'function', function: { name: 'look', arguments: '{}' } };
    turns(completion({ content: null, tool_calls: [call] }, 'tool_calls'), completion({ content: 'Seen' }));
    const reply = await whole(ask('Look', NATIVE));
    expect([reply.choices[0].message.content, reply.statuses]).toEqual([
      'Seen',
      [{ description: 'looking', done: true }],
    ]);
  });

  it('has one id for all turns, so that a client takes them as one response', async () => {
    const other = (piece: string) => piece.replace('chatcmpl-1', 'chatcmpl-2');
    turns(
      [chunk({ content: 'One' }), ...toolCallStream('add', '{"a":1,"b":2}')],
      textStream('Two').map((piece) => other(piece)),
    );
    const ids = (await chunks(ask('Add', NATIVE))).map(({ id }) => id);
    expect(new Set(ids)).toEqual(new Set(['chatcmpl-1']));
  });

  it('runs the functions of the client between those of the server', async () => {
    const start = chunk({ role: 'assistant', content: '' });
    const call = (name: string, args: string) => [start, ...toolCallStream(name, args, `call_${name}`)];
    turns(call('add', '{"a":1,"b":2}'), call('own', '{"x":1}'), textStream('Both'));
    const own = jest.fn().mockReturnValue('mine');
    const runner = client.chat.completions.runTools({
      ...ask('Do both', NATIVE),
      stream: true,
      tools: [
        {
          type: 'function',
          function: { name: 'own', function: own, parse: JSON.parse, parameters: {}, description: '' },
        },
      ],
    } as never);
    expect(await runner.finalContent()).toBe('Both');
    expect(own.mock.calls.map(([args]: unknown[]) => args)).toEqual([{ x: 1 }]);
    expect(sent()[2].messages.at(-1)).toEqual({ role: 'tool', tool_call_id: 'call_own', content: 'mine' });
  });

  it('applies params and filters', async () => {
    const row = { id: 'louder', name: 'louder', content: FILTER, meta: { description: '' } };
    await admin.api.post('/api/v1/functions/create', row);
    await admin.api.post('/api/v1/functions/id/louder/toggle');
    await admin.api.post('/api/v1/functions/id/louder/toggle/global');
    await chunks(ask('Hi', { params: { temperature: 0.3 } }));
    expect(sent()[0]).toMatchObject({ temperature: 0.3, messages: [{ content: 'Hi!' }] });
    await admin.api.delete('/api/v1/functions/id/louder/delete');
  });

  it('names the model of an arena in a chunk that clients skip', async () => {
    const ARENA = { id: 'arena', name: 'Arena', meta: { model_ids: [model], access_control: null } };
    const { body: before } = await admin.api.get('/api/v1/evaluations/config');
    const config = { ...before, ENABLE_EVALUATION_ARENA_MODELS: true, EVALUATION_ARENA_MODELS: [ARENA] };
    await admin.api.post('/api/v1/evaluations/config', config);
    const parts = await chunks({ ...ask('Hi'), model: 'arena' });
    await admin.api.post('/api/v1/evaluations/config', before);
    expect([parts[0], textOf(parts)]).toMatchObject([{ selected_model_id: model, choices: [] }, 'You said: Hi']);
  });
});

describe('a request that names a chat', () => {
  const newChat = async (): Promise<string> =>
    (await user.api.post('/api/v1/chats/new', { chat: { title: 'T', history: {} } })).body.id;
  const read = async (id: string) => (await user.api.get(`/api/v1/chats/${id}`)).body.chat.history;

  it('adds the question and the reply, again and again', async () => {
    const chat_id = await newChat();
    turns([...textStream('Hel', 'lo').slice(0, -1), usageChunk(), DONE]);
    const parts = await chunks(ask('Hi', { chat_id, ...FULL() }));
    const { message_id: id } = parts.find((part) => part.message_id)!;
    const { messages, currentId } = await read(chat_id);
    expect(currentId).toBe(id);
    const question = messages[messages[currentId].parentId];
    expect(question).toMatchObject({ parentId: null, role: 'user', content: 'Hi', childrenIds: [id], models: [model] });
    expect(question.files).toMatchObject(FULL().files);
    expect(messages[currentId]).toMatchObject({
      ...{ role: 'assistant', model, content: 'Hello', done: true, usage, statusHistory: [RETRIEVED] },
      sources: [{ source: { id: file } }],
    });
    turns(completion({ content: 'Fine', reasoning_content: 'why' }));
    const history = [{ role: 'assistant', content: 'Hello' }, ...ask('How are you?').messages];
    const reply = await whole({ model, chat_id, messages: [...ask('Hi').messages, ...history] });
    const after = await read(chat_id);
    const { parentId, content } = after.messages[after.currentId];
    expect([after.currentId, content]).toEqual([
      reply.message_id,
      '<details type="reasoning" done="true" duration="0">\n<summary>Thought for 0 seconds</summary>\n&gt; why\n</details>\nFine',
    ]);
    expect(after.messages[parentId]).toMatchObject({ role: 'user', content: 'How are you?', parentId: id });
    expect(Object.keys(after.messages)).toHaveLength(4);
  });

  it('replies to the stored question, and under the parent that it names', async () => {
    const u1 = { id: 'u1', parentId: null, childrenIds: [], role: 'user', content: 'Hi' };
    const chat = { history: { messages: { u1 }, currentId: 'u1' } };
    const chat_id = (await user.api.post('/api/v1/chats/new', { chat })).body.id;
    const { message_id: first } = await whole(ask('Hi', { chat_id }));
    const { message_id: second } = await whole(ask('Other words', { chat_id, parent_id: 'u1' }));
    const messages = await storedMessages(user, chat_id);
    expect([messages[first].parentId, messages[second].parentId]).toEqual(['u1', 'u1']);
    expect(messages[second].content).toBe('You said: Other words');
  });

  it('writes the message that it names, streamed and not', async () => {
    const chat = await createChat(user, 'Hi');
    const place = { chat_id: chat.id, parent_id: 'u1' };
    turns(textStream('Streamed'));
    await chunks(ask('Hi', { ...place, id: 'a1' }));
    turns(completion({ content: 'Whole' }));
    expect(await whole(ask('Hi', { ...place, id: 'a2' }))).toEqual(completion({ content: 'Whole' }));
    const { a1, a2 } = await storedMessages(user, chat.id);
    expect([a1, a2]).toMatchObject([
      { parentId: 'u1', model, content: 'Streamed', done: true },
      { parentId: 'u1', model, content: 'Whole', usage, done: true },
    ]);
  });

  it('stores tool calls, images, and events of the provider', async () => {
    const chat_id = await newChat();
    const image = chunk({ images: [{ type: 'image_url', image_url: { url: pngUrl('x') } }] });
    const status = { type: 'status', data: { description: 'from the provider' } };
    turns(toolCallStream('add', '{"a":1,"b":2}'), [event({ event: status }), image, ...textStream('Look')]);
    const parts = await chunks(ask('Draw', { chat_id, ...NATIVE }));
    expect(parts.map((part) => part.event).filter(Boolean)).toEqual([
      status,
      expect.objectContaining({ type: 'files' }),
    ]);
    const { messages, currentId } = await read(chat_id);
    expect(messages[currentId]).toMatchObject({
      content: expect.stringMatching(/^<details type="tool_calls" done="true" id="call_1" name="add"[^]*\nLook$/),
      statusHistory: [status.data],
      files: [{ type: 'image', url: expect.stringMatching(/^\/api\/v1\/chats\/images\//) }],
    });
  });

  it('stores failures', async () => {
    const chat_id = await newChat();
    const stored = async () => {
      await untilIdle(user, chat_id);
      const { messages, currentId } = await read(chat_id);
      return [messages[currentId], messages[messages[currentId].parentId].content];
    };
    provider.onChat = () => failure(429, 'slow down');
    const error = { message: 'slow down', type: 'fake_error', code: 429 };
    await expect(whole(ask('One', { chat_id }))).rejects.toMatchObject({ status: 429 });
    expect(await stored()).toMatchObject([{ error: { content: error }, done: true }, 'One']);
    provider.onChat = undefined;
    await expect(chunks(ask('/fail-in-stream', { chat_id }))).rejects.toThrow('in stream');
    const inStream = { content: 'Half', error: { content: { message: 'in stream' } }, done: true };
    expect(await stored()).toMatchObject([inStream, '/fail-in-stream']);
    await expect(chunks(ask('/break', { chat_id }))).rejects.toThrow('Server Connection Error');
    expect(await stored()).toMatchObject([{ content: 'Half', error: { content: expect.any(String) } }, '/break']);
  });

  it('stores the text before the client disconnects', async () => {
    const chat_id = await newChat();
    const asked = provider.nextChat();
    const stream = client.chat.completions.stream(ask('/stall', { chat_id }) as never);
    for await (const { choices } of stream) if (choices[0]?.delta.content) break;
    const request = await asked;
    await request.closed;
    await untilIdle(user, chat_id);
    const { messages, currentId } = await read(chat_id);
    expect(messages[currentId]).toMatchObject({ content: 'Half', done: true });
    expect(messages[currentId]).not.toHaveProperty('error');
  });

  it('is a task of the chat: it can be stopped, and no other reply is written to its message', async () => {
    const chat = await createChat(user, '/stall');
    const place = { chat_id: chat.id, id: 'a1', parent_id: 'u1' };
    const stream = client.chat.completions.stream(ask('/stall', place) as never);
    for await (const { choices } of stream)
      if (choices[0]?.delta.content) {
        await expect(whole(ask('Hi', place))).rejects.toMatchObject({ status: 409 });
        const { body } = await user.api.get(`/api/tasks/chat/${chat.id}`);
        const stopped = user.api.post(`/api/tasks/stop/${body.task_ids[0]}`);
        await expect(stream.finalChatCompletion()).rejects.toThrow('The reply was stopped');
        expect((await stopped).body.status).toBe(true);
        break;
      }
    expect((await storedMessages(user, chat.id)).a1).toMatchObject({ content: 'Half', done: true });
  });

  it('is refused for chats that the user does not own, and stores nothing', async () => {
    const other = await asUser(app);
    const chat = await createChat(other, 'Theirs');
    for (const id of [chat.id, 'unknown'])
      for (const more of [{}, { id: 'a1' }, { stream: true }])
        await expect(whole(ask('Hi', { chat_id: id, ...more }))).rejects.toMatchObject({ status: 404 });
    expect(Object.keys(await storedMessages(other, chat.id))).toEqual(['u1', 'a1']);
    expect(sent()).toEqual([]);
    await whole(ask('Hi', { chat_id: 'local:x' }));
  });
});
