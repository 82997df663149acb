import type { JsonObject } from '../../src/common/util/json';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import {
  chatEvents,
  createChat,
  isCancel,
  isDone,
  requestReply,
  storedMessages,
  untilIdle,
  waitForEvent,
  wholeReply,
  type TestChat,
} from '../support/chat';
import { deferred } from '../support/deferred';
import { chunk, completion, DONE, event, lastText, textStream } from '../support/fakes/openai-answers';
import { pngUrl } from '../support/factories/images';
import { FakeOpenAiServer } from '../support/fakes/openai-server';
import type { Json } from '../support/http';
import { connectSocket, type TestSocket } from '../support/socket';

let app: TestApp;
let provider: FakeOpenAiServer;
let user: TestUser;
let tab: TestSocket;
let chat: TestChat;

beforeAll(async () => {
  provider = await FakeOpenAiServer.start();
  app = await startTestApp({
    OPENAI_API_BASE_URL: provider.url,
    OPENAI_API_KEY: 'sk-fake',
    BYPASS_MODEL_ACCESS_CONTROL: 'True',
    ENABLE_DIRECT_CONNECTIONS: 'True',
    MAX_RUNNING_REPLIES_PER_USER: '3',
  });
  user = await asUser(app);
});
afterAll(async () => {
  await app.close();
  await provider.close();
});
beforeEach(async () => {
  provider.reset();
  tab = await connectSocket(app.url, user.token);
  chat = await createChat(user, 'Hi there');
});
afterEach(() => tab.close());

const completionEvent = (data: JsonObject) => ({ type: 'chat:completion', data });
const content = (text: string) => completionEvent({ content: text });
const raw = (piece: string) => completionEvent(JSON.parse(piece.slice('data: '.length)) as JsonObject);

/** Asks, and waits until the reply has ended. */
const reply = (prompt: string, more: JsonObject = {}) => wholeReply(user, tab, chat, prompt, more);

const storedReply = async () => (await storedMessages(user, chat.id)).a1;

describe('POST /api/chat/completions over sockets', () => {
  it('sends each step to every tab of the user, and to no other user', async () => {
    const other = await asUser(app);
    const [tabs, outsider] = [await connectSocket(app.url, user.token), await connectSocket(app.url, other.token)];
    provider.onChat = () => ({ sse: textStream('Hel', 'lo') });
    const events = await reply('Hi');
    expect(events).toEqual([
      raw(chunk({ role: 'assistant', content: '' })),
      content('Hel'),
      content('Hello'),
      raw(chunk({}, 'stop')),
      completionEvent({ done: true, content: 'Hello', title: 'New Chat' }),
    ]);
    await waitForEvent(tabs, isDone);
    expect(chatEvents(tabs)).toEqual(events);
    expect(outsider.received).toEqual([]);
    expect(tab.received[0]?.[1]).toMatchObject({ chat_id: chat.id, message_id: 'a1' });
    tabs.close();
    outsider.close();
  });

  it('stores what it sent, with usage and `done`', async () => {
    const events = await reply('Hi', { stream_options: { include_usage: true } });
    const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };
    expect(events.slice(-2)).toEqual([
      completionEvent({ usage }),
      completionEvent({ done: true, content: 'You said: Hi', title: 'New Chat' }),
    ]);
    expect(await storedReply()).toEqual({
      ...{ id: 'a1', parentId: 'u1', childrenIds: [], role: 'assistant', model: 'fake-small' },
      ...{ content: 'You said: Hi', usage, done: true },
    });
  });

  it('sends every n-th delta, and the rest at the end', async () => {
    const texts = ['a', 'b', 'c', 'd', 'e'].map((text) => chunk({ content: text }));
    provider.onChat = () => ({ sse: [...texts, chunk({}, 'stop'), DONE] });
    const events = await reply('Hi', { params: { stream_delta_chunk_size: 3 } });
    expect(events.slice(0, 3)).toEqual([content('abc'), raw(chunk({}, 'stop')), content('abcde')]);
  });

  it('takes a reply that is not streamed, asked for or not', async () => {
    const body = completion({ content: 'Not streamed', reasoning_content: 'why' });
    provider.onChat = () => ({ json: body });
    for (const stream of [false, true]) {
      tab.received.length = 0;
      const text =
        '<details type="reasoning" done="true" duration="0">\n<summary>Thought for 0 seconds</summary>\n&gt; why\n</details>\nNot streamed';
      chat = await createChat(user, 'Hi');
      expect(await reply('Hi', { stream })).toEqual([
        completionEvent(body),
        completionEvent({ done: true, content: text, title: 'New Chat' }),
      ]);
      expect(await storedReply()).toMatchObject({ content: text, usage: body.usage, done: true });
    }
  });

  it('ends also when the model says nothing', async () => {
    provider.onChat = () => ({ json: completion({ content: '' }) });
    const events = await reply('Hi', { stream: false });
    expect(events.at(-1)).toEqual(completionEvent({ done: true, content: '', title: 'New Chat' }));
  });

  it('shows reasoning apart', async () => {
    const events = await reply('/reason');
    expect(events[0]).toEqual(
      content('<details type="reasoning" done="false">\n<summary>Thinking…</summary>\n&gt; Let me \n</details>'),
    );
    expect((await storedReply()).content).toMatch(/^<details type="reasoning" done="true"[\s\S]*Forty-two$/);
  });

  it('leaves tags in the text when the chat wants that', async () => {
    provider.onChat = () => ({ sse: textStream('<think>why</think>Answer') });
    await reply('Hi', { params: { reasoning_tags: false } });
    expect((await storedReply()).content).toBe('<think>why</think>Answer');
  });

  it('continues a reply', async () => {
    chat = await createChat(user, 'Tell me', { content: 'Once upon' });
    provider.onChat = () => ({ sse: textStream(' a time') });
    const events = await reply('Tell me');
    expect(events[1]).toEqual(content('Once upon a time'));
    expect((await storedReply()).content).toBe('Once upon a time');
  });

  it('stores a message that the client has not saved', async () => {
    await requestReply(user, tab, chat, 'Hi', { id: 'a2' });
    await waitForEvent(tab, isDone);
    const { a2, u1 } = await storedMessages(user, chat.id);
    expect(a2).toMatchObject({ parentId: 'u1', model: 'fake-small', content: 'You said: Hi', done: true });
    expect(a2).toMatchObject({ role: 'assistant', timestamp: expect.any(Number), childrenIds: [] });
    expect(u1.childrenIds).toEqual(['a1', 'a2']);
  });

  it('makes a message without a parent a root, also for an error', async () => {
    await requestReply(user, tab, chat, 'Hi', { id: 'root', parent_id: undefined });
    await waitForEvent(tab, isDone);
    provider.onChat = () => ({ status: 400, json: { error: 'no' } });
    await requestReply(user, tab, chat, 'Hi', { id: 'failed', parent_id: undefined });
    await waitForEvent(tab, isCancel);
    const { root, failed } = await storedMessages(user, chat.id);
    expect(root).toMatchObject({ parentId: null, role: 'assistant', content: 'You said: Hi', done: true });
    expect(failed).toMatchObject({ parentId: null, role: 'assistant', error: { content: 'no' }, done: true });
  });

  it('takes only the first of several choices', async () => {
    const both = (text: string) => ({
      choices: [0, 1].map((index) => ({ index, delta: { content: `${index}${text}` } })),
    });
    const second = { choices: [{ index: 1, delta: { content: 'x' } }] };
    provider.onChat = () => ({ sse: [event(both('a')), event(second), event(both('b')), DONE] });
    expect((await reply('Hi')).slice(0, -1)).toEqual([content('0a'), content('0a0b')]);
    expect((await storedReply()).content).toBe('0a0b');
  });

  it('stores the images of a stream as files, and shows all of them', async () => {
    const image = (name: string) => chunk({ images: [{ type: 'image_url', image_url: { url: pngUrl(name) } }] });
    provider.onChat = () => ({ sse: [image('one'), image('two'), ...textStream('Look')] });
    const shown = (await reply('Draw')).filter(({ type }) => type === 'files').map(({ data }) => data!.files as Json[]);
    const stored = { type: 'image', url: expect.stringMatching(/^\/api\/v1\/chats\/images\/[\w-]+$/) };
    expect(shown).toEqual([[stored], [stored, stored]]);
    const { files } = await storedReply();
    expect(files.map(({ url }: Json) => url).sort()).toEqual(shown[1]!.map(({ url }) => url).sort());
    expect((await user.api.get(files[0].url as string)).status).toBe(200);
  });

  it('stores nothing of a temporary chat', async () => {
    const temporary = { id: `local:${tab.id}` };
    const { body } = await requestReply(user, tab, temporary, 'Secret', {
      background_tasks: { title_generation: true, tags_generation: true, follow_up_generation: true },
    });
    expect(body.status).toBe(true);
    const done = await waitForEvent(tab, isDone);
    expect([done.chat_id, done.data.data.title]).toEqual([temporary.id, null]);
    await untilIdle(user, temporary.id);
    expect(provider.received('/chat/completions')).toHaveLength(2);
  });

  it('passes on allowed events of the provider', async () => {
    const status = { type: 'status', data: { description: 'from the provider', done: true } };
    provider.onChat = () => ({ sse: [event({ event: status }), ...textStream('Hi')] });
    expect((await reply('Hi'))[0]).toEqual(status);
    expect((await storedReply()).statusHistory).toEqual([status.data]);
  });

  it('passes on no event of the provider that makes clients act', async () => {
    const execute = { event: { type: 'execute', data: { code: 'alert(1)' } } };
    provider.onChat = () => ({ sse: [event(execute), ...textStream('Hi')] });
    expect((await reply('Hi')).map(({ type }) => type)).toEqual(Array(4).fill('chat:completion'));
  });

  it.each([
    ['an object', { status: 429, json: { error: { message: 'slow', code: 429 } } }, { message: 'slow', code: 429 }],
    ['a detail', { status: 400, json: { error: { detail: 'inner' } } }, 'inner'],
    ['a text', { status: 400, json: { error: 'plain words' } }, 'plain words'],
    ['a list', { status: 400, json: [{ error: { message: 'g' } }] }, { message: 'g' }],
    ['no error key', { status: 422, json: { detail: 'detail trouble' } }, 'detail trouble'],
    ['plain text', { status: 502, text: 'bad gateway' }, 'bad gateway'],
    ['nothing', { status: 503, text: '' }, 'HTTP Error: 503'],
    ['status 200', { json: { error: { message: 'hidden' } } }, { message: 'hidden' }],
  ])('shows and stores a refusal: %s', async (_, answer, shown) => {
    provider.onChat = () => answer;
    const events = await reply('Hi', { background_tasks: { title_generation: true } });
    expect(events).toEqual([
      { type: 'chat:message:error', data: { error: { content: shown } } },
      { type: 'chat:tasks:cancel' },
    ]);
    expect(await storedReply()).toMatchObject({ content: '', error: { content: shown }, done: true });
    expect(provider.received('/chat/completions')).toHaveLength(1);
  });

  it('shows and stores an error within the stream, and the text before it', async () => {
    const error = { message: 'in stream', code: 500 };
    expect((await reply('/fail-in-stream')).slice(-3)).toEqual([
      completionEvent({ error }),
      { type: 'chat:message:error', data: { error: { content: error } } },
      completionEvent({ done: true, content: 'Half', title: 'New Chat' }),
    ]);
    expect(await storedReply()).toMatchObject({ content: 'Half', error: { content: error }, done: true });
  });

  it('stores the text before a broken connection', async () => {
    const shown = { error: { content: '500: Confab: Server Connection Error' } };
    expect((await reply('/break')).slice(-2)).toEqual([
      { type: 'chat:message:error', data: shown },
      { type: 'chat:tasks:cancel' },
    ]);
    expect(await storedReply()).toMatchObject({ content: 'Half', ...shown, done: true });
  });

  it('survives a refusal that is nested too deeply to be sent', async () => {
    const text = `{"error":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`;
    provider.onChat = () => ({ status: 400, text });
    expect((await reply('Hi')).map(({ type }) => type)).toEqual(['chat:message:error', 'chat:tasks:cancel']);
    expect(await storedReply()).toMatchObject({ done: true, error: { content: text } });
  });

  it('refuses before it begins', async () => {
    expect((await requestReply(user, tab, chat, 'Hi', { model: 'nope' })).status).toBe(400);
    expect((await requestReply(user, tab, chat, 'Hi', { chat_id: 'nope' })).status).toBe(404);
    expect(tab.received).toEqual([]);
  });

  it('bounds the running replies of a user', async () => {
    const finish = deferred<void>();
    provider.onChat = () => ({ sse: waitingStream(finish.promise) });
    for (const id of ['a1', 'a2', 'a3']) {
      const asked = provider.nextChat();
      expect((await requestReply(user, tab, chat, 'Hi', { id })).status).toBe(200);
      await asked;
    }
    expect(await requestReply(user, tab, chat, 'Hi', { id: 'a4' })).toMatchObject({ status: 429 });
    const other = await asUser(app);
    provider.onChat = undefined;
    const messages = [{ role: 'user', content: 'Hi' }];
    expect((await other.api.post('/api/chat/completions', { model: 'fake-small', messages })).status).toBe(200);
    finish.resolve();
    await untilIdle(user, chat.id);
    expect((await requestReply(user, tab, chat, 'Hi')).status).toBe(200);
    await untilIdle(user, chat.id);
  });
});

async function* waitingStream(finish: Promise<void>): AsyncGenerator<string> {
  yield chunk({ content: 'First ' });
  await finish;
  yield chunk({ content: 'second' });
  yield DONE;
}

describe('saving the chat while a reply streams', () => {
  it('loses neither the reply nor what either tab saved', async () => {
    const finish = deferred<void>();
    provider.onChat = () => ({ sse: waitingStream(finish.promise) });
    await requestReply(user, tab, chat, 'Hi there');
    await waitForEvent(tab, ({ data }) => data?.content === 'First');
    const save = (messages: Record<string, JsonObject>, currentId: string) =>
      user.api.post(`/api/v1/chats/${chat.id}`, { chat: { history: { messages, currentId } } });
    const { u1, a1 } = chat.stored.history.messages;
    const branch = (id: string) => ({ id, parentId: null, childrenIds: [], role: 'user', content: `from ${id}` });
    await Promise.all([
      save({ u1: u1!, a1: a1!, one: branch('one') }, 'a1'),
      save({ u1: u1!, a1: a1!, two: branch('two') }, 'a1'),
    ]);
    finish.resolve();
    await waitForEvent(tab, isDone);
    await untilIdle(user, chat.id);
    const messages = await storedMessages(user, chat.id);
    expect(Object.keys(messages).sort()).toEqual(['a1', 'one', 'two', 'u1']);
    expect(messages.a1).toMatchObject({ content: 'First second', done: true });
  });

  it('writes one reply at a time into a message, and the next one at once', async () => {
    const finish = deferred<void>();
    provider.onChat = () => ({ sse: waitingStream(finish.promise) });
    await requestReply(user, tab, chat, 'Hi there');
    await waitForEvent(tab, ({ data }) => data?.content === 'First');
    const second = await requestReply(user, tab, chat, 'Hi there');
    expect(second).toMatchObject({ status: 409, body: { detail: expect.stringMatching(/being written/) } });
    finish.resolve();
    await waitForEvent(tab, isDone);
    provider.onChat = () => ({ sse: textStream(' third') });
    expect((await requestReply(user, tab, chat, 'Hi there')).status).toBe(200);
    await untilIdle(user, chat.id);
    expect((await storedMessages(user, chat.id)).a1.content).toBe('First second third');
  });

  it('accepts one of several concurrent requests', async () => {
    const finish = deferred<void>();
    provider.onChat = () => ({ sse: waitingStream(finish.promise) });
    const answers = await Promise.all([1, 2, 3].map(() => requestReply(user, tab, chat, 'Hi there')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    finish.resolve();
    await untilIdle(user, chat.id);
    expect((await storedMessages(user, chat.id)).a1.content).toBe('First second');
  });

  it('lets two models reply concurrently', async () => {
    await Promise.all([
      requestReply(user, tab, chat, 'Both', { id: 'a1' }),
      requestReply(user, tab, chat, 'Both', { id: 'a2', model: 'fake-large' }),
    ]);
    await untilIdle(user, chat.id);
    const { a1, a2, u1 } = await storedMessages(user, chat.id);
    expect([a1.content, a2.content, a1.model, a2.model]).toEqual([
      ...['You said: Both', 'You said: Both', 'fake-small', 'fake-large'],
    ]);
    expect(u1.childrenIds).toEqual(['a1', 'a2']);
  });
});

describe('what follows a reply', () => {
  const answers: Record<string, string> = {
    follow_ups: '```json\n{"follow_ups": ["Why?", "How?"]}\n```',
    title: 'Here it is: {"title": "🍎 Fruit Talk"}',
    tags: '{"tags": ["Food", "Fresh Fruit", "none"]}',
  };

  function answerTasks(texts: Record<string, string>): void {
    provider.onChat = (request) => {
      const kind = /"(follow_ups|title|tags)"/.exec(lastText(request, 'user') ?? '')?.[1];
      return kind ? { json: completion({ content: texts[kind] ?? 'nothing' }) } : { sse: textStream('Apples.') };
    };
  }

  const all = { title_generation: true, tags_generation: true, follow_up_generation: true };
  const afterDone = (events: { type: string; data?: Json }[]) => events.slice(events.findIndex(isDone) + 1);

  it('suggests questions, names the chat and files it', async () => {
    answerTasks(answers);
    const events = await reply('About apples', { background_tasks: all });
    expect(afterDone(events)).toEqual([
      { type: 'chat:message:follow_ups', data: { follow_ups: ['Why?', 'How?'] } },
      { type: 'chat:title', data: '🍎 Fruit Talk' },
      { type: 'chat:tags', data: ['Food', 'Fresh Fruit', 'none'] },
    ]);
    const { body } = await user.api.get(`/api/v1/chats/${chat.id}`);
    expect([body.title, body.chat.title, [...body.meta.tags].sort()]).toEqual([
      ...['🍎 Fruit Talk', '🍎 Fruit Talk', ['food', 'fresh_fruit']],
    ]);
    expect(body.chat.history.messages.a1.followUps).toEqual(['Why?', 'How?']);
    const [, followUps, title] = provider.received('/chat/completions');
    expect(followUps?.body).toMatchObject({ model: 'fake-small', stream: false });
    expect(lastText(followUps!, 'user')).toContain('USER: Hi there\nASSISTANT: Apples.');
    expect(title?.body).toMatchObject({ max_tokens: 1000 });
  });

  it('takes the first message for a title that the model does not give', async () => {
    answerTasks({ tags: '{"tags": []}' });
    expect(afterDone(await reply('About pears', { background_tasks: all }))).toEqual([
      { type: 'chat:title', data: 'Hi there' },
      { type: 'chat:tags', data: [] },
    ]);
  });

  it('takes the first message when no title is wanted', async () => {
    const events = await reply('About figs', { background_tasks: { title_generation: false } });
    expect(afterDone(events)).toEqual([{ type: 'chat:title', data: 'Hi there' }]);
    expect(provider.received('/chat/completions')).toHaveLength(1);
  });

  it('does nothing that is not asked for, and survives a model that fails', async () => {
    expect(afterDone(await reply('Hi'))).toEqual([]);
    provider.onChat = (request) =>
      request.body?.stream ? { sse: textStream('Hi') } : { status: 500, json: { error: 'no' } };
    tab.received.length = 0;
    expect(afterDone(await reply('Hi', { background_tasks: all }))).toEqual([{ type: 'chat:title', data: 'Hi there' }]);
  });
});

describe('direct connections', () => {
  const direct = { model: 'mine', model_item: { id: 'mine', name: 'Mine', direct: true } };

  /** The browser of `tab`: acknowledges the request and may send on its channel. */
  function serve(answer: (request: Json, send: (frame: unknown) => void) => unknown): void {
    tab.raw.on('events', ({ data }: { data: { type: string; data: Json } }, acknowledge?: (value: unknown) => void) => {
      if (data.type !== 'request:chat:completion') return;
      acknowledge?.(answer(data.data, (frame) => tab.raw.emit(data.data.channel as string, frame)));
    });
  }

  it('streams what the browser sends', async () => {
    serve((_, send) => {
      queueMicrotask(() => {
        send(`data: ${JSON.stringify({ choices: [{ delta: { content: 'Hi ' } }] })}`);
        send({ choices: [{ delta: { content: 'there' } }] });
        send('data: [DONE]');
        send({ done: true });
      });
      return { status: true };
    });
    const events = await reply('Hello', direct);
    expect(events[0]).toMatchObject({
      type: 'request:chat:completion',
      data: { form_data: { model: 'mine', stream: true }, model: direct.model_item, session_id: tab.id },
    });
    expect(events.slice(1)).toEqual([
      content('Hi'),
      content('Hi there'),
      completionEvent({ done: true, content: 'Hi there', title: 'New Chat' }),
    ]);
    expect((await storedReply()).content).toBe('Hi there');
    expect(provider.received('/chat/completions')).toEqual([]);
  });

  it('takes frames as fast as the browser sends them, and no events among them', async () => {
    const frames = 5000;
    serve((_, send) => {
      queueMicrotask(() => {
        send({ event: { type: 'notification', data: { content: 'x' } } });
        for (let count = 0; count < frames; count++) send({ choices: [{ delta: { content: 'x' } }] });
        send({ done: true });
      });
      return { status: true };
    });
    const events = await reply('Hello', { ...direct, params: { stream_delta_chunk_size: 1000 } });
    expect(events.map(({ type }) => type)).not.toContain('notification');
    expect((await storedReply()).content).toBe('x'.repeat(frames));
  });

  it('takes no frames from another socket of the channel', async () => {
    const intruder = await connectSocket(app.url, (await asUser(app)).token);
    serve(({ channel }, send) => {
      intruder.raw.emit(channel as string, { choices: [{ delta: { content: 'forged' } }] }, () => undefined);
      void intruder.emit('heartbeat', {}).then(() => send({ done: true }));
      return { status: true };
    });
    await reply('Hello', direct);
    expect((await storedReply()).content).toBe('');
    intruder.close();
  });

  it('takes a whole answer', async () => {
    serve(() => ({ choices: [{ message: { content: 'Whole' } }] }));
    await reply('Hello', { ...direct, stream: false });
    expect((await storedReply()).content).toBe('Whole');
  });

  it.each([
    ['a text', true, 'no such thing', 'no such thing'],
    ['a status', true, { status: false, error: 'no such model' }, 'no such model'],
    ['an error', false, { error: { detail: 'browser trouble' } }, 'browser trouble'],
  ])('shows a refusal: %s', async (_, stream, answer, shown) => {
    serve(() => answer);
    expect((await reply('Hello', { ...direct, stream })).slice(1)).toEqual([
      { type: 'chat:message:error', data: { error: { content: shown } } },
      { type: 'chat:tasks:cancel' },
    ]);
  });

  it('survives a frame that is nested too deeply to be written', async () => {
    const packet = (channel: string) =>
      `42${JSON.stringify([channel]).slice(0, -1)},${'['.repeat(1e5)}${']'.repeat(1e5)}]`;
    serve(({ channel }) => {
      // Written by hand: the client library cannot write it either.
      queueMicrotask(() => tab.raw.io.engine.write(packet(channel as string).slice(1)));
      return { status: true };
    });
    expect((await reply('Hello', direct)).at(-1)).toEqual({ type: 'chat:tasks:cancel' });
    expect((await storedReply()).error.content).toMatch(/invalid frame/);
  });

  it('ends when the browser disconnects', async () => {
    const watcher = await connectSocket(app.url, user.token);
    serve(() => ({ status: true }));
    await requestReply(user, tab, chat, 'Hello', direct);
    await tab.waitFor((_, payload) => payload.data?.type === 'request:chat:completion');
    await tab.emit('heartbeat', {});
    tab.close();
    await waitForEvent(watcher, isCancel);
    expect((await storedReply()).error.content).toMatch(/browser/);
    watcher.close();
  });

  it('works only where it is enabled', async () => {
    const closed = await startTestApp();
    const caller = await asUser(closed);
    const answer = await caller.api.post('/api/chat/completions', { ...direct, messages: [], session_id: 's' });
    expect([answer.status, answer.body.detail]).toEqual([403, 'Direct connections are disabled']);
    await closed.close();
  });
});
