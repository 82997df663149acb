import OpenAI from 'openai';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { createChat, storedMessages } from '../support/chat';
import { chunk, completion, DONE, event, failure, textStream } from '../support/fakes/openai-answers';
import { FakeOpenAiServer } from '../support/fakes/openai-server';
import { pngUrl } from '../support/factories/images';
import { api } from '../support/http';
import { connectSocket } from '../support/socket';

const PATH = '/api/chat/completions';
const messages = [{ role: 'user' as const, content: 'Hi there' }];

let app: TestApp;
let provider: FakeOpenAiServer;
let admin: TestUser;
let user: TestUser;

beforeAll(async () => {
  provider = await FakeOpenAiServer.start();
  app = await startTestApp({
    OPENAI_API_BASE_URL: provider.url,
    OPENAI_API_KEY: 'sk-fake',
    ENABLE_API_KEYS: 'True',
    USER_PERMISSIONS_FEATURES_API_KEYS: 'True',
  });
  admin = await asUser(app, 'admin');
  user = await asUser(app);
  await publish('fake-small');
});
afterAll(async () => {
  await app.close();
  await provider.close();
});
beforeEach(() => provider.reset());

/** Gives everybody a model, with the params of its row. */
async function publish(id: string, row: object = {}): Promise<void> {
  const model = { id, base_model_id: null, name: id, meta: {}, params: {}, access_control: null, is_active: true };
  const { status } = await admin.api.post('/api/v1/models/create', { ...model, ...row });
  expect(status).toBe(200);
}

/** The URL of an image in a chat of the user. */
async function storedImage({ id, api: client }: TestUser): Promise<string> {
  const files = [{ type: 'image', url: pngUrl(id) }];
  const message = { id: 'm', parentId: null, childrenIds: [], role: 'user', content: 'Look', files };
  const { body } = await client.post('/api/v1/chats/new', { chat: { history: { messages: { m: message } } } });
  return body.chat.history.messages.m.files[0].url;
}

const post = (body: object, path = PATH) => user.api.post(path, { model: 'fake-small', messages, ...body });

function stream(body: object, signal?: AbortSignal): Promise<Response> {
  return fetch(`${app.url}${PATH}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${user.token}`, 'Content-Type': 'application/json', 'Accept-Encoding': 'gzip' },
    body: JSON.stringify({ model: 'fake-small', messages, stream: true, ...body }),
    signal,
  });
}

const openai = (key = user.token) => new OpenAI({ apiKey: key, baseURL: `${app.url}/api/v1`, maxRetries: 0 });

describe('POST /api/chat/completions', () => {
  it('sends the images of stored chats inside the request, those that the caller may read', async () => {
    const urls = await Promise.all([user, admin].map((owner) => storedImage(owner)));
    const text = { type: 'text', text: `Look at ![](${urls[0]})` };
    const parts = urls.map((url) => ({ type: 'image_url', image_url: { url } }));
    const { status } = await post({ messages: [{ role: 'user', content: [text, ...parts] }] });
    expect(status).toBe(200);
    const body = provider.lastPost?.body;
    const inside = { type: 'image_url', image_url: { url: pngUrl(user.id) } };
    expect(body).toMatchObject({ messages: [{ role: 'user', content: [text, inside, parts[1]] }] });
  });

  it('answers the JSON of the provider', async () => {
    const answer = completion({ content: 'Hello' });
    provider.onChat = () => ({ json: answer });
    expect(await post({})).toMatchObject({ status: 200, body: answer });
    expect((await post({}, '/api/v1/chat/completions')).body).toEqual(answer);
  });

  it('sends the provider what is not its own', async () => {
    const own = {
      ...{ features: { voice: false }, variables: {}, filter_ids: [], tool_ids: ['t'], files: [{}], tool_servers: [] },
      ...{ background_tasks: {}, model_item: { id: 'fake-small' }, parent_id: 'p', metadata: { user_id: 'x' } },
    };
    await post({ ...own, temperature: 0.1, foo: { bar: 1 } });
    expect(provider.lastPost?.body).toEqual({ model: 'fake-small', messages, temperature: 0.1, foo: { bar: 1 } });
    expect(provider.lastPost?.headers.authorization).toBe('Bearer sk-fake');
  });

  it('makes chat controls keys of the request', async () => {
    const custom = { n: '3', text: 'plain', nested: '{"a":{"b":1}}', temperature: '0.9' };
    const params = { temperature: 0.7, top_k: 4, nothing: null, system: 'not used', custom_params: custom };
    await post({ params: { ...params, logit_bias: '10:5,20:-300' }, temperature: 0.3 });
    expect(provider.lastPost?.body).toEqual({
      ...{ model: 'fake-small', messages, temperature: 0.9, top_k: 4, n: 3, text: 'plain' },
      ...{ nested: { a: { b: 1 } }, logit_bias: { '10': 5, '20': -100 } },
    });
  });

  it('lets the row of the model decide', async () => {
    const params = {
      temperature: '0.2',
      stop: ['x\\n'],
      stream_response: false,
      system: 'Preset for {{USER_NAME}} {{VAR}}',
    };
    await publish('preset', { base_model_id: 'fake-small', params });
    const system = { role: 'system', content: 'In {{CITY}}, {{NOPE}}' };
    const variables = { '{{CITY}}': 'Rome', '{{VAR}}': '$& v' };
    await post({ model: 'preset', stream: true, temperature: 0.9, variables, messages: [system, ...messages] });
    const content = `Preset for ${user.name} $& v\nIn Rome, {{NOPE}}`;
    expect(provider.lastPost?.body).toEqual({
      ...{ model: 'fake-small', messages: [{ role: 'system', content }, ...messages] },
      ...{ stream: false, temperature: 0.2, stop: ['x\n'] },
    });
  });

  it('passes a stream through byte for byte, uncompressed', async () => {
    const pieces = [chunk({ content: 'He' }), ': comment\n\n', 'data: {"odd":\r\n\r\n', event({ choices: [] }), DONE];
    provider.onChat = () => ({ sse: pieces });
    const response = await stream({});
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(response.headers.get('content-encoding')).toBeNull();
    expect(await response.text()).toBe(pieces.join(''));
  });

  it('sends the headers before the model has said anything', async () => {
    let finish = () => {};
    const silence = new Promise<void>((resolve) => (finish = resolve));
    async function* late() {
      await silence;
      yield* textStream('late');
    }
    provider.onChat = () => ({ sse: late() });
    const response = await stream({});
    expect(response.status).toBe(200);
    finish();
    expect(await response.text()).toContain('late');
  });

  it('ends the call of the provider when the client disconnects', async () => {
    const asked = provider.nextChat();
    const client = new AbortController();
    const response = await stream({ messages: [{ role: 'user', content: '/stall' }] }, client.signal);
    const reader = response.body!.getReader();
    await reader.read();
    client.abort();
    const request = await asked;
    await request.closed;
    expect(request.aborted).toBe(true);
  });

  it('ends the call also when the provider has not answered yet', async () => {
    const asked = provider.nextChat();
    const client = new AbortController();
    const answer = stream({ messages: [{ role: 'user', content: '/hang' }] }, client.signal);
    const request = await asked;
    client.abort();
    await expect(answer).rejects.toThrow();
    await request.closed;
    expect(request.aborted).toBe(true);
  });

  it('relays the refusal of the provider, streamed or not', async () => {
    provider.onChat = () => failure(429, 'slow down');
    const error = { error: { message: 'slow down', type: 'fake_error', code: 429 } };
    expect(await post({})).toMatchObject({ status: 429, body: error });
    expect(await post({ stream: true })).toMatchObject({ status: 429, body: error });
    provider.onChat = () => ({ status: 502, text: 'bad gateway' });
    expect(await post({})).toMatchObject({ status: 502, body: 'bad gateway' });
  });

  it('answers an error when the provider cannot be reached', async () => {
    const dead = {
      OPENAI_API_BASE_URLS: ['http://127.0.0.1:9/v1'],
      OPENAI_API_CONFIGS: { '0': { model_ids: ['gone'] } },
    };
    const alone = await startTestApp({ BYPASS_MODEL_ACCESS_CONTROL: 'True' });
    const caller = await asUser(alone, 'admin');
    await caller.api.post('/openai/config/update', { ...dead, ENABLE_OPENAI_API: true, OPENAI_API_KEYS: [''] });
    const answer = await caller.api.post(PATH, { model: 'gone', messages });
    const message = 'Confab: Server Connection Error';
    const error = { message, type: 'server_error', code: null };
    expect([answer.status, answer.body]).toEqual([500, { detail: message, error }]);
    await alone.close();
  });

  it('ends a broken stream with an error that clients understand', async () => {
    const response = await stream({ messages: [{ role: 'user', content: '/break' }] });
    const frames = (await response.text()).trim().split('\n\n');
    const error = { message: 'Confab: Server Connection Error', type: 'server_error', code: 500 };
    expect(JSON.parse(frames.at(-1)!.slice('data: '.length))).toEqual({ error });
    const attempt = openai().chat.completions.create({
      model: 'fake-small',
      messages: [{ role: 'user', content: '/break' }],
      stream: true,
    });
    await expect(collect(await attempt)).rejects.toThrow('Server Connection Error');
  });

  it.each([{ model: 'no-such-model' }, { model: null }, { model: 'fake-large' }])('knows no model %j', async (body) => {
    expect(await post(body)).toMatchObject({ status: 400, body: { detail: 'Model not found' } });
    expect(provider.received('/chat/completions')).toEqual([]);
  });

  it('finds a preset as soon as it is made, and only for those who may use it', async () => {
    await publish('private', { base_model_id: 'fake-small', access_control: {} });
    expect((await post({ model: 'private' })).status).toBe(400);
    expect((await admin.api.post(PATH, { model: 'private', messages })).status).toBe(200);
  });

  it.each(['nope', 'x-local:1', ' local:1'])('refuses the chat %j, which is not the caller’s', async (chatId) => {
    expect((await post({ chat_id: chatId })).status).toBe(404);
    expect(provider.received('/chat/completions')).toEqual([]);
  });

  it('refuses the chat and the socket of another user', async () => {
    const other = await asUser(app);
    const chat = await createChat(other, 'Theirs');
    const socket = await connectSocket(app.url, other.token);
    expect((await post({ chat_id: chat.id })).status).toBe(404);
    expect((await post({ chat_id: chat.id, id: 'a1', session_id: 's' })).status).toBe(404);
    expect((await post({ session_id: socket.id })).status).toBe(404);
    expect((await post({ session_id: `user:${other.id}` })).status).toBe(404);
    expect(provider.received('/chat/completions')).toEqual([]);
    socket.close();
  });

  it('knows no chat and no message with an id that no index holds', async () => {
    const long = Array.from({ length: 5000 }, (_, index) =>
      String.fromCharCode(0x4e00 + ((index * 7919) % 20_000)),
    ).join('');
    for (const ids of [
      { chat_id: `local:${long}`, id: 'a1' },
      { chat_id: 'local:1', id: long },
    ])
      for (const caller of [user, admin]) {
        const answer = await caller.api.post(PATH, { model: 'fake-small', messages, session_id: 's', ...ids });
        expect(answer.status).toBe(404);
      }
  });

  it('lets administrators name any chat, and writes nothing into it', async () => {
    const chat = await createChat(user, 'Mine', { model: 'before' });
    const answer = await admin.api.post(PATH, { model: 'fake-small', messages, chat_id: chat.id, id: 'a1' });
    expect(answer.status).toBe(200);
    expect((await storedMessages(user, chat.id)).a1.model).toBe('before');
  });

  it('needs a verified user and an object', async () => {
    const pending = await asUser(app, 'pending');
    expect((await api(app.url).post(PATH, { model: 'fake-small', messages })).status).toBe(401);
    expect((await pending.api.post(PATH, { model: 'fake-small', messages })).status).toBe(401);
    expect((await user.api.post(PATH, [])).status).toBe(422);
    expect(provider.received('/chat/completions')).toEqual([]);
  });
});

async function collect(answer: AsyncIterable<OpenAI.Chat.Completions.ChatCompletionChunk>): Promise<string> {
  let text = '';
  for await (const part of answer) text += part.choices[0]?.delta.content ?? '';
  return text;
}

describe('the openai package', () => {
  it('lists models, chats, and streams', async () => {
    const client = openai();
    const models = await client.models.list();
    expect(models.data.map(({ id }) => id)).toContain('fake-small');
    expect(await client.models.retrieve('fake-small')).toMatchObject({ id: 'fake-small', object: 'model' });
    const whole = await client.chat.completions.create({ model: 'fake-small', messages });
    expect(whole.choices[0]?.message.content).toBe('You said: Hi there');
    expect(await collect(await client.chat.completions.create({ model: 'fake-small', messages, stream: true }))).toBe(
      'You said: Hi there',
    );
  });

  it('reads why it was refused', async () => {
    const unknown = { status: 400, type: 'invalid_request_error', message: '400 Model not found' };
    await expect(openai().chat.completions.create({ model: 'nope', messages })).rejects.toMatchObject(unknown);
    await expect(openai().models.retrieve('fake-large')).rejects.toMatchObject({
      status: 404,
      message: '404 Model not found',
    });
    const outsider = openai('no-token').chat.completions.create({ model: 'fake-small', messages });
    await expect(outsider).rejects.toMatchObject({ status: 401, type: 'authentication_error' });
    provider.onChat = () => ({ status: 400, json: { detail: 'from the provider' } });
    const failed = openai().chat.completions.create({ model: 'fake-small', messages });
    await expect(failed).rejects.toMatchObject({ message: '400 from the provider', type: 'invalid_request_error' });
  });

  it('aborts', async () => {
    const asked = provider.nextChat();
    const parts = await openai().chat.completions.create({
      model: 'fake-small',
      messages: [{ role: 'user', content: '/stall' }],
      stream: true,
    });
    for await (const _ of parts) break;
    const request = await asked;
    await request.closed;
    expect(request.aborted).toBe(true);
  });

  it('takes an API key, until it is deleted', async () => {
    const { body } = await user.api.post('/api/v1/auths/api_key');
    const client = openai(body.api_key as string);
    const whole = await client.chat.completions.create({ model: 'fake-small', messages });
    expect(whole.choices[0]?.message.content).toBe('You said: Hi there');
    await user.api.delete('/api/v1/auths/api_key');
    await expect(client.chat.completions.create({ model: 'fake-small', messages })).rejects.toMatchObject({
      status: 401,
    });
  });
});

describe('POST /api/chat/completed', () => {
  const body = {
    model: 'fake-small',
    messages: [{ id: 'b', role: 'assistant', content: 'r' }],
    id: 'b',
    session_id: 's',
  };

  it('answers the chat as it was sent', async () => {
    const chat = await createChat(user, 'Hi');
    for (const chatId of ['local:x', chat.id]) {
      const sent = { ...body, chat_id: chatId, extra: 1 };
      expect(await user.api.post('/api/chat/completed', sent)).toMatchObject({ status: 200, body: sent });
    }
  });

  it.each(['model', 'chat_id', 'id', 'session_id'])('needs %s', async (key) => {
    const { [key]: _, ...rest }: Record<string, unknown> = { ...body, chat_id: 'local:x' };
    expect(await user.api.post('/api/chat/completed', rest)).toMatchObject({
      status: 400,
      body: { detail: `'${key}'` },
    });
  });

  it('knows no such model', async () => {
    const answer = await user.api.post('/api/chat/completed', { ...body, chat_id: 'local:x', model: 'nope' });
    expect([answer.status, answer.body]).toEqual([400, { detail: 'Model not found' }]);
  });

  it('refuses the chat of another user, and anonymous clients', async () => {
    const other = await asUser(app);
    const chat = await createChat(other, 'Theirs');
    expect((await user.api.post('/api/chat/completed', { ...body, chat_id: chat.id })).status).toBe(404);
    expect((await api(app.url).post('/api/chat/completed', { ...body, chat_id: 'local:x' })).status).toBe(401);
  });
});
