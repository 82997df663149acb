import type { Role } from '../../src/common/auth/principal';
import { LdapSettings } from '../../src/modules/auth/ldap/ldap.settings';
import { SettingsStore } from '../../src/platform/settings/settings-store';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { FakeOpenAiServer } from '../support/fakes/openai-server';
import type { Json } from '../support/http';
import type { Shape } from '../support/shape';
import { connectSocket, type TestSocket } from '../support/socket';
import { CHAT, CHAT_LIST, CONFIG, WebClient } from '../support/web-client';

/** What a browser with the client of the contract does. */
let app: TestApp;
let provider: FakeOpenAiServer;
let admin: WebClient;

const FORM = { name: 'Ada', email: 'ada@example.com', password: 'pw-ada-1815', profile_image_url: '' };
const NAMED = [{ id: 'string', name: 'string' }] as [{ id: string; name: string }];

beforeAll(async () => {
  provider = await FakeOpenAiServer.start();
  app = await startTestApp({
    OPENAI_API_BASE_URL: provider.url,
    OPENAI_API_KEY: 'sk-fake',
    BYPASS_MODEL_ACCESS_CONTROL: 'True',
  });
  admin = new WebClient(app.url);
});

afterAll(async () => {
  await app.close();
  await provider.close();
});

describe('the first visit', () => {
  it('asks for the first account, makes it, and knows it by the cookie', async () => {
    const config = await admin.load('/api/config', CONFIG.anonymous);
    expect(config.onboarding).toBe(true);
    await admin.load('/api/version', { version: 'string', deployment_id: 'string' });
    const socket = await connectSocket(app.url);
    const user = await admin.enter('/api/v1/auths/signup', FORM);
    expect(user.role).toBe('admin');
    const [joined] = await socket.emit('user-join', { auth: { token: admin.token } });
    expect(joined).toEqual({ id: user.id, name: 'Ada' });
    socket.close();
    await admin.load('/api/config', CONFIG.verified);
  });

  it('finds the static files of the page', async () => {
    for (const path of [
      '/manifest.json',
      '/opensearch.xml',
      '/static/loader.js',
      '/static/custom.css',
      '/static/splash.png',
    ])
      await admin.load(path);
  });
});

/** In the order in which the client asks. */
async function boot(client: WebClient): Promise<void> {
  const user = await client.restore(client.token ?? '');
  await client.load('/api/config', CONFIG.verified);
  await client.read('/api/v1/users/user/settings', 'object|null');
  const banner = { id: 'string', type: 'string', content: 'string', dismissible: 'boolean', timestamp: 'number' };
  await client.read('/api/v1/configs/banners', [banner]);
  await client.read('/api/v1/tools/', NAMED);
  await client.read('/api/models?', { data: [{ id: 'string', name: 'string', owned_by: 'string' }] });
  await client.read('/api/v1/channels/', NAMED);
  await client.read('/api/v1/folders/', NAMED);
  await client.read('/api/v1/chats/all/tags', NAMED);
  await client.read('/api/v1/chats/pinned', CHAT_LIST);
  for (let page = 1; (await client.read(`/api/v1/chats/?page=${page}`, CHAT_LIST)).length > 0; page++)
    expect(page).toBeLessThan(10);
  await client.read('/api/v1/functions/', NAMED);
  for (const list of ['prompts', 'knowledge', 'memories', 'notes', 'files', 'groups'])
    await client.read(`/api/v1/${list}/`, ['object']);
  await client.read('/api/usage', { user_count: 'number', model_ids: ['string'] });
  await client.picture(`/api/v1/users/${user.id}/profile/image`);
  await client.picture('/api/v1/models/model/profile/image?id=fake-small&lang=en-US');
  await client.read('/ollama/api/version', { version: 'any' });
}

describe('a start of the page', () => {
  it('of an administrator, with the list of changes until it is confirmed', async () => {
    await boot(admin);
    const config = await admin.load('/api/config', CONFIG.verified);
    const changelog = await admin.load('/api/changelog', 'object');
    const { date, ...sections } = changelog[config.version] as { date: string; [section: string]: Json };
    expect(date).toMatch(/^\d{4}-\d\d-\d\d$/);
    for (const entries of Object.values<Json[]>(sections))
      for (const { title, content, raw } of entries)
        expect([title, content, raw].map((text) => typeof text)).toEqual(Array(3).fill('string'));
    await admin.write('/api/v1/users/user/settings/update', { ui: { version: config.version } }, 'any');
    expect((await admin.read('/api/v1/users/user/settings', 'object')).ui.version).toBe(config.version);
    await admin.read('/api/version/updates', { current: 'string', latest: 'string' });
  });

  it('of a user', async () => {
    const client = new WebClient(app.url);
    client.token = (await asUser(app)).token;
    await boot(client);
  });

  it('of an account that waits for approval: whom to ask, and nothing else', async () => {
    const client = new WebClient(app.url);
    const { token } = await asUser(app, 'pending');
    expect((await client.restore(token)).role).toBe('pending');
    await client.load('/api/config', CONFIG.pending);
    await client.read('/api/v1/auths/admin/details', { name: 'string|null', email: 'string|null' });
    await expect(client.read('/api/v1/chats/', CHAT_LIST)).rejects.toThrow('401');
  });

  it('with a dead token: signing out works all the same', async () => {
    const client = new WebClient(app.url);
    await expect(client.restore('dead')).rejects.toThrow('401');
    await client.read('/api/v1/auths/signout', 'object');
  });
});

describe('a chat', () => {
  let socket: TestSocket;

  beforeAll(async () => {
    socket = await connectSocket(app.url, admin.token);
  });

  afterAll(() => socket.close());

  it('is made, answered, saved, listed, renamed and deleted', async () => {
    const user = {
      id: 'u',
      parentId: null,
      childrenIds: ['a'],
      role: 'user',
      content: 'Hi',
      timestamp: 1,
      models: ['fake-small'],
    };
    const placeholder = {
      id: 'a',
      parentId: 'u',
      childrenIds: [],
      role: 'assistant',
      content: '',
      model: 'fake-small',
    };
    const first = {
      id: '',
      title: 'New Chat',
      models: ['fake-small'],
      params: {},
      tags: [],
      timestamp: 1,
      messages: [user],
    };
    const made = { ...first, history: { messages: { u: { ...user, childrenIds: [] } }, currentId: 'u' } };
    const { id } = await admin.write('/api/v1/chats/new', { chat: made, folder_id: null }, CHAT);
    const history = { messages: { u: user, a: placeholder }, currentId: 'a' };
    await admin.write(`/api/v1/chats/${id}`, { chat: { history, models: ['fake-small'] } }, CHAT);

    const request = {
      stream: true,
      model: 'fake-small',
      messages: [{ role: 'user', content: 'Hi' }],
      params: {},
      tool_servers: [],
      features: { voice: false, image_generation: false, code_interpreter: false, web_search: false },
      variables: { '{{USER_NAME}}': 'Ada' },
      session_id: socket.id,
      chat_id: id,
      id: 'a',
      parent_id: 'u',
      background_tasks: { title_generation: false, tags_generation: false, follow_up_generation: false },
    };
    await admin.write('/api/chat/completions', request, { status: 'boolean', task_id: 'string' });
    const done = await socket.waitFor(
      (name, { data }) => name === 'events' && data.type === 'chat:completion' && data.data.done,
    );
    expect(done).toMatchObject({ chat_id: id, message_id: 'a', data: { data: { title: expect.any(String) } } });
    const { content } = done.data.data;

    const messages = [user, { ...placeholder, content }];
    const completed = { model: 'fake-small', messages, chat_id: id, session_id: socket.id, id: 'a' };
    await admin.write('/api/chat/completed', completed, 'object|null');
    const saved = { messages: { u: user, a: { ...placeholder, content, done: true } }, currentId: 'a' };
    await admin.write(`/api/v1/chats/${id}`, { chat: { history: saved, messages, params: {}, files: [] } }, CHAT);
    expect((await admin.read(`/api/v1/chats/${id}`, CHAT)).chat.history.messages.a.content).toBe(content);
    await admin.read(`/api/tasks/chat/${id}`, { task_ids: ['string'] });

    await admin.write(`/api/v1/chats/${id}`, { chat: { title: 'Renamed' } }, CHAT);
    const listed = await admin.read('/api/v1/chats/?page=1', CHAT_LIST);
    expect(listed).toMatchObject([{ id, title: 'Renamed' }]);
    await admin.read(`/api/v1/chats/${id}/tags`, ['object']);
  });
});

describe('a page that stays open while its account changes', () => {
  let socket: TestSocket;
  let user: TestUser;
  let client: WebClient;

  async function open(role: Role): Promise<void> {
    user = await asUser(app, role);
    client = new WebClient(app.url);
    await client.restore(user.token);
    socket = await connectSocket(app.url, user.token);
  }

  afterEach(() => socket.close());

  const setRole = (role: Role) =>
    admin.write(
      `/api/v1/users/${user.id}/update`,
      { role, name: user.name, email: user.email, profile_image_url: '/user.png' },
      { id: 'string' },
    );

  /** A message in a new chat, answered on the socket. */
  async function chat(): Promise<void> {
    const message = { id: 'u', parentId: null, childrenIds: ['a'], role: 'user', content: 'Hi', timestamp: 1 };
    const reply = { id: 'a', parentId: 'u', childrenIds: [], role: 'assistant', content: '', model: 'fake-small' };
    const history = { messages: { u: message, a: reply }, currentId: 'a' };
    const { id } = await client.write('/api/v1/chats/new', { chat: { title: 'New Chat', history } }, CHAT);
    const request = {
      stream: true,
      model: 'fake-small',
      messages: [{ role: 'user', content: 'Hi' }],
      ...{ session_id: socket.id, chat_id: id, id: 'a', parent_id: 'u' },
    };
    await client.write('/api/chat/completions', request, { status: 'boolean', task_id: 'string' });
    await socket.waitFor(
      (name, { chat_id, data }) =>
        name === 'events' && chat_id === id && data.type === 'chat:completion' && data.data.done,
    );
  }

  it('continues to chat after a password change, with token and cookie', async () => {
    await open('user');
    await chat();
    const body = { password: user.password, new_password: 'another' };
    expect(await client.write('/api/v1/auths/update/password', body, 'boolean')).toBe(true);
    await chat();
    await client.load('/api/config', CONFIG.verified);
  });

  it('is admitted by an approval, and chats on the socket that waited', async () => {
    await open('pending');
    await client.load('/api/config', CONFIG.pending);
    await setRole('user');
    await boot(client);
    await chat();
  });

  it('opens pages of administrators after a promotion', async () => {
    await open('user');
    await expect(client.read('/api/v1/users/all', 'object')).rejects.toThrow('401');
    await setRole('admin');
    await client.read('/api/v1/users/all', 'object');
    await chat();
  });
});

describe('settings pages of administrators', () => {
  /** Reads a page, and saves it as it was read. */
  async function openAndSave(path: string, save: string, shape: Shape): Promise<void> {
    const page = await admin.read(path, shape);
    expect(await admin.write(save, page, shape)).toEqual(page);
    expect(await admin.read(path, shape)).toEqual(page);
  }

  const strings = (...names: string[]) => Object.fromEntries(names.map((name) => [name, 'string']));
  const booleans = (...names: string[]) => Object.fromEntries(names.map((name) => [name, 'boolean']));

  it.each([
    [
      'general',
      '/api/v1/auths/admin/config',
      '/api/v1/auths/admin/config',
      {
        ...strings(
          'WEBUI_URL',
          'API_KEYS_ALLOWED_ENDPOINTS',
          'DEFAULT_USER_ROLE',
          'DEFAULT_GROUP_ID',
          'JWT_EXPIRES_IN',
        ),
        ...booleans('SHOW_ADMIN_DETAILS', 'ENABLE_SIGNUP', 'ENABLE_API_KEYS', 'ENABLE_API_KEYS_ENDPOINT_RESTRICTIONS'),
        ...booleans(
          'ENABLE_COMMUNITY_SHARING',
          'ENABLE_MESSAGE_RATING',
          'ENABLE_FOLDERS',
          'ENABLE_CHANNELS',
          'ENABLE_NOTES',
        ),
        ...booleans('ENABLE_USER_WEBHOOKS'),
        PENDING_USER_OVERLAY_TITLE: 'string|null',
        PENDING_USER_OVERLAY_CONTENT: 'string|null',
        RESPONSE_WATERMARK: 'string|null',
      },
    ],
    [
      'evaluations and arenas',
      '/api/v1/evaluations/config',
      '/api/v1/evaluations/config',
      { ENABLE_EVALUATION_ARENA_MODELS: 'boolean', EVALUATION_ARENA_MODELS: ['object'] },
    ],
    [
      'Ollama connections',
      '/ollama/config',
      '/ollama/config/update',
      { ENABLE_OLLAMA_API: 'boolean', OLLAMA_BASE_URLS: ['string'], OLLAMA_API_CONFIGS: 'object' },
    ],
    ['webhook', '/api/webhook', '/api/webhook', { url: 'string' }],
    [
      'connections',
      '/api/v1/configs/connections',
      '/api/v1/configs/connections',
      booleans('ENABLE_DIRECT_CONNECTIONS', 'ENABLE_BASE_MODELS_CACHE'),
    ],
    [
      'OpenAI connections',
      '/openai/config',
      '/openai/config/update',
      {
        ENABLE_OPENAI_API: 'boolean',
        OPENAI_API_BASE_URLS: ['string'],
        OPENAI_API_KEYS: ['string'],
        OPENAI_API_CONFIGS: 'object',
      },
    ],
    [
      'models',
      '/api/v1/configs/models',
      '/api/v1/configs/models',
      { DEFAULT_MODELS: 'string|null', DEFAULT_PINNED_MODELS: 'string|null', MODEL_ORDER_LIST: ['string'] },
    ],
    [
      'interface',
      '/api/v1/tasks/config',
      '/api/v1/tasks/config/update',
      {
        TASK_MODEL: 'string|null',
        TASK_MODEL_EXTERNAL: 'string|null',
        ...booleans('ENABLE_TITLE_GENERATION', 'ENABLE_FOLLOW_UP_GENERATION', 'ENABLE_TAGS_GENERATION'),
        ...booleans(
          'ENABLE_SEARCH_QUERY_GENERATION',
          'ENABLE_RETRIEVAL_QUERY_GENERATION',
          'ENABLE_AUTOCOMPLETE_GENERATION',
        ),
        ...strings(
          'TITLE_GENERATION_PROMPT_TEMPLATE',
          'FOLLOW_UP_GENERATION_PROMPT_TEMPLATE',
          'TAGS_GENERATION_PROMPT_TEMPLATE',
        ),
        ...strings('QUERY_GENERATION_PROMPT_TEMPLATE', 'IMAGE_PROMPT_GENERATION_PROMPT_TEMPLATE'),
        ...strings('TOOLS_FUNCTION_CALLING_PROMPT_TEMPLATE'),
        VOICE_MODE_PROMPT_TEMPLATE: 'string|null',
        AUTOCOMPLETE_GENERATION_INPUT_MAX_LENGTH: 'number',
      },
    ],
    [
      'default permissions',
      '/api/v1/users/default/permissions',
      '/api/v1/users/default/permissions',
      { workspace: 'object', sharing: 'object', chat: 'object', features: 'object' },
    ],
  ] satisfies [string, string, string, Shape][])('%s', (_, path, save, shape) => openAndSave(path, save, shape));

  it('LDAP: the switch, which the general page shows, and the directory', async () => {
    const path = '/api/v1/auths/admin/config/ldap';
    await admin.read(path, { ENABLE_LDAP: 'boolean' });
    expect(await admin.write(path, { enable_ldap: true }, { ENABLE_LDAP: 'boolean' })).toEqual({ ENABLE_LDAP: true });
    const shape = {
      ...strings('label', 'host', 'attribute_for_mail', 'attribute_for_username', 'app_dn', 'app_dn_password'),
      ...strings('search_base', 'search_filters', 'certificate_path', 'ciphers'),
      ...booleans('use_tls', 'validate_cert'),
      port: 'number|null',
    };
    const page = await admin.read(`${path}/server`, shape);
    const filled = { ...page, app_dn: 'cn=search,dc=test', app_dn_password: 'secret-1', search_base: 'dc=test' };
    await admin.write(`${path}/server`, filled, shape);
    const saved = await admin.read(`${path}/server`, shape);
    expect(saved).toEqual({ ...filled, app_dn_password: saved.app_dn_password });
    expect(saved.app_dn_password).not.toContain('secret');
    // The page is saved as it was shown: the password stays.
    await admin.write(`${path}/server`, saved, shape);
    expect(app.get(SettingsStore).live(LdapSettings).app_dn_password).toBe('secret-1');
    await admin.write(path, { enable_ldap: false }, 'object');
  });

  it('banners and suggestions', async () => {
    const banners = [{ id: 'b', type: 'info', title: '', content: 'Hi', dismissible: true, timestamp: 1_700_000_000 }];
    expect(await admin.write('/api/v1/configs/banners', { banners }, ['object'])).toEqual(banners);
    const suggestions = [{ title: ['a', 'b'], content: 'c' }];
    expect(await admin.write('/api/v1/configs/suggestions', { suggestions }, ['object'])).toEqual(suggestions);
  });

  it('export and import', async () => {
    const config = await admin.read('/api/v1/configs/export', 'object');
    expect(await admin.write('/api/v1/configs/import', { config }, 'object')).toEqual(config);
  });

  it('users and groups', async () => {
    const user = {
      id: 'string',
      name: 'string',
      email: 'string',
      role: 'string',
      last_active_at: 'number',
      created_at: 'number',
    };
    await admin.read('/api/v1/users/?page=1&order_by=created_at&direction=asc', { users: [user], total: 'number' });
    await admin.read('/api/v1/groups/', [{ id: 'string', name: 'string', member_count: 'number' }]);
  });

  it('the lists of the connections and models pages', async () => {
    await admin.read('/openai/models/0', { data: ['object'] });
    await admin.read('/api/v1/pipelines/list', { data: ['object'] });
    await admin.read('/api/models/base?', { data: [{ id: 'string', name: 'string' }] });
    await admin.read('/api/v1/models/base', ['object']);
  });
});
