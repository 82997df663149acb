/** @services */
import { SettingsStore } from '../../src/platform/settings/settings-store';
import { TaskSettings } from '../../src/modules/completions/background/task.settings';
import { CompletionsSettings } from '../../src/modules/completions/completions.settings';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { deferred } from '../support/deferred';
import { completion } from '../support/fakes/openai-answers';
import { FakeOpenAiServer } from '../support/fakes/openai-server';
import { api, type Answer, type Json } from '../support/http';

const FAILED = 'An internal error has occurred.';
const messages = [
  { role: 'system', content: 'sys' },
  { role: 'user', content: 'first' },
  { role: 'assistant', content: 'answer' },
  {
    role: 'user',
    content: [
      { type: 'text', text: 'second' },
      { type: 'image_url', image_url: { url: 'data:,' } },
    ],
  },
];
const chat = { model: 'fake-small', messages };
const typed = { model: 'fake-small', prompt: 'typed' };
const answers = { model: 'fake-small', prompt: 'why?', responses: ['one', 'two'] };

/** Path, a valid body, what the provider gets beside the model, and how a failure is answered. */
const TASKS: [string, object, { content: unknown; max_tokens?: number }, [number, string]][] = [
  ['title', chat, { content: 'T|second|ASSISTANT: answer\nUSER: second', max_tokens: 1000 }, [400, FAILED]],
  ['follow_up', chat, { content: 'F|USER: second|{{OTHER}}' }, [400, FAILED]],
  ['follow_ups', chat, { content: 'F|USER: second|{{OTHER}}' }, [400, FAILED]],
  ['tags', chat, { content: 'G|SYSTEM: sys' }, [500, FAILED]],
  ['image_prompt', chat, { content: 'I|s...d' }, [400, FAILED]],
  ['queries', { ...chat, type: 'retrieval', prompt: 'ignored' }, { content: 'Q|second' }, [400, 'Model not found']],
  ['auto', { ...typed, type: 'General', messages }, { content: 'A|General|typed|USER: second' }, [500, FAILED]],
  ['emoji', typed, { content: expect.stringContaining('<text>typed</text>'), max_tokens: 4 }, [400, 'Model not found']],
  ['moa', answers, { content: expect.stringMatching(/why\?[^]*"""one"""\n\n"""two"""/) }, [400, 'Model not found']],
];

let app: TestApp;
let provider: FakeOpenAiServer;
let admin: TestUser;
let user: TestUser;

const post = (path: string, body: object, { api: client } = user): Promise<Answer<Json>> =>
  client.post(`/api/v1/tasks/${path}/completions`, body);
const set = (values: Partial<TaskSettings>) => app.get(SettingsStore).save(TaskSettings, values);

beforeAll(async () => {
  provider = await FakeOpenAiServer.start();
  app = await startTestApp({
    OPENAI_API_BASE_URL: provider.url,
    OPENAI_API_KEY: 'sk-fake',
    TITLE_GENERATION_PROMPT_TEMPLATE: 'T|{{prompt}}|{{MESSAGES:END:2}}',
    FOLLOW_UP_GENERATION_PROMPT_TEMPLATE: 'F|{{MESSAGES:END:1}}|{{OTHER}}',
    TAGS_GENERATION_PROMPT_TEMPLATE: 'G|{{MESSAGES:START:1}}',
    IMAGE_PROMPT_GENERATION_PROMPT_TEMPLATE: 'I|{{prompt:middletruncate:2}}',
    QUERY_GENERATION_PROMPT_TEMPLATE: 'Q|{{prompt}}',
    AUTOCOMPLETE_GENERATION_PROMPT_TEMPLATE: 'A|{{TYPE}}|{{PROMPT}}|{{MESSAGES:END:1}}',
    ENABLE_AUTOCOMPLETE_GENERATION: 'True',
  });
  admin = await asUser(app, 'admin');
  user = await asUser(app);
  const params = { system: 'Row system', temperature: 0.1, max_tokens: 50 };
  const row = { id: 'fake-small', base_model_id: null, name: 'S', meta: {}, params, access_control: null };
  expect((await admin.api.post('/api/v1/models/create', row)).status).toBe(200);
});
afterAll(async () => {
  await app.close();
  await provider.close();
});
beforeEach(() => provider.reset());

describe.each(TASKS)('POST /api/v1/tasks/%s/completions', (path, body, { content, max_tokens = 50 }, failure) => {
  it('is the response of the model to one prompt, with the params of its row and no system prompt', async () => {
    const answer = completion({ content: 'Hello' });
    provider.onChat = () => ({ json: answer });
    const sent = provider.nextChat();
    expect(await post(path, { ...body, chat_id: 'c', extra: 1 })).toMatchObject({ status: 200, body: answer });
    expect((await sent).body).toEqual({
      ...{ model: 'fake-small', messages: [{ role: 'user', content }], stream: false },
      ...{ temperature: 0.1, max_tokens },
    });
  });

  it('requires credentials of a verified account, and an object', async () => {
    const nobody = await api(app.url).post(`/api/v1/tasks/${path}/completions`, body);
    const pending = await post(path, body, await asUser(app, 'pending'));
    expect([nobody.status, pending.status]).toEqual([401, 401]);
    expect((await post(path, [])).status).toBe(422);
  });

  it('answers 422 without one of its fields, and 404 to an unknown model', async () => {
    const optional = { auto: 'messages', queries: 'prompt' }[path];
    const fields = ['model', 'messages', 'prompt', 'responses'].filter((key) => key in body && key !== optional);
    for (const key of fields)
      expect([key, (await post(path, { ...body, [key]: undefined })).status]).toEqual([key, 422]);
    const unknown = await post(path, { ...body, model: 'nope' });
    expect(unknown).toMatchObject({ status: 404, body: { detail: 'Model not found' } });
  });

  it('refuses a model that the user may not use, as clients of the task know it', async () => {
    const [status, detail] = failure;
    expect(await post(path, { ...body, model: 'fake-large' })).toMatchObject({ status, body: { detail } });
  });

  it('relays the JSON error of the provider', async () => {
    provider.onChat = () => ({ status: 429, json: { error: { message: 'too fast' } } });
    expect(await post(path, body)).toMatchObject({ status: 429, body: { error: { message: 'too fast' } } });
  });
});

describe('tasks', () => {
  it.each([
    ['title', 'enable_title_generation', 200, 'Title generation is disabled'],
    ['follow_up', 'enable_follow_up_generation', 200, 'Follow-up generation is disabled'],
    ['tags', 'enable_tags_generation', 200, 'Tags generation is disabled'],
    ['auto', 'enable_autocomplete_generation', 400, 'Autocompletion generation is disabled'],
  ])('%s can be disabled', async (path, key, status, detail) => {
    await set({ [key]: false });
    expect(await post(path, { ...chat, ...typed })).toMatchObject({ status, body: { detail } });
    await set({ [key]: true });
  });

  it('have a switch for queries of either type, and none for others', async () => {
    await set({ enable_search_query_generation: false, enable_retrieval_query_generation: false });
    const detailOf = async (type?: string) => (await post('queries', { ...chat, type })).body.detail;
    expect([await detailOf('web_search'), await detailOf('retrieval'), await detailOf('other')]).toEqual([
      ...['Search query generation is disabled', 'Query generation is disabled', undefined],
    ]);
    await set({ enable_search_query_generation: true, enable_retrieval_query_generation: true });
  });

  it('bound what is completed', async () => {
    await set({ autocomplete_input_max_length: 5 });
    expect((await post('auto', { ...typed, prompt: 'abcde' })).status).toBe(200);
    const long = await post('auto', { ...typed, prompt: 'abcdef' });
    expect(long).toMatchObject({ status: 400, body: { detail: 'Input prompt exceeds maximum length of 5' } });
    await set({ autocomplete_input_max_length: -1 });
    expect((await post('title', { ...chat, messages: Array.from({ length: 10_001 }, () => ({})) })).status).toBe(422);
    expect((await post('moa', { ...answers, responses: Array.from({ length: 101 }, () => '') })).status).toBe(422);
  });

  it('are done by the task model, which the user must be able to use; an unknown one is ignored', async () => {
    const modelOf = async (path: string, body: object, by: TestUser) => {
      const sent = provider.nextChat();
      expect((await post(path, body, by)).status).toBe(200);
      return (await sent).body?.model;
    };
    await set({ model_external: 'fake-large' });
    expect(await modelOf('title', chat, admin)).toBe('fake-large');
    expect(await modelOf('moa', answers, admin)).toBe('fake-small');
    expect(await post('title', chat)).toMatchObject({ status: 400, body: { detail: FAILED } });
    await set({ model_external: 'gone' });
    expect(await modelOf('title', chat, user)).toBe('fake-small');
    await set({ model_external: '' });
  });

  it('hide what is not for clients: an error page, and a connection that breaks', async () => {
    provider.onChat = () => ({ status: 502, text: '<html>internal host</html>' });
    expect(await post('title', chat)).toMatchObject({ status: 400, body: { detail: FAILED } });
    expect(await post('tags', chat)).toMatchObject({ status: 500, body: { detail: FAILED } });
  });

  it('count as replies of their account', async () => {
    const store = app.get(SettingsStore);
    await store.save(CompletionsSettings, { max_running_per_user: 1 });
    const released = deferred<void>();
    provider.onChat = async () => {
      await released.promise;
      return { json: completion({ content: 'late' }) };
    };
    const sent = provider.nextChat();
    const first = post('title', chat);
    await sent;
    expect((await post('tags', chat)).status).toBe(429);
    released.resolve();
    expect((await first).status).toBe(200);
    await store.save(CompletionsSettings, { max_running_per_user: 2000 });
  });

  it('stream one answer made of several', async () => {
    const sent = provider.nextChat();
    const response = await fetch(`${app.url}/api/v1/tasks/moa/completions`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${user.token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...answers, stream: true }),
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('text/event-stream'),
    ]);
    expect(await response.text()).toMatch(/^data: \{[^]*data: \[DONE\]\n\n$/);
    expect((await sent).body).toMatchObject({ stream: true, max_tokens: 50 });
  });
});
