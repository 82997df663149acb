import { OpenAiSettings } from '../../src/modules/providers/openai/openai.settings';
import { SettingsStore } from '../../src/platform/settings/settings-store';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { FakeOpenAiServer } from '../support/fakes/openai-server';
import { api } from '../support/http';
import { Database } from '../../src/platform/database/database';

const PROHIBITED =
  'You do not have permission to access this resource. Please contact your administrator for assistance.';
const CONNECTION = 'Confab: Server Connection Error';
/** No server listens there. */
const DEAD = 'http://127.0.0.1:9/v1';

/** What stands for a saved secret. */
const MASK = expect.stringMatching(/^\*{8}[\w-]+$/) as string;

let app: TestApp;
let provider: FakeOpenAiServer;
let admin: TestUser;
let user: TestUser;

beforeAll(async () => {
  provider = await FakeOpenAiServer.start();
  app = await startTestApp({ OPENAI_API_BASE_URLS: `${provider.url}/;${DEAD}`, OPENAI_API_KEY: 'sk-env' });
  admin = await asUser(app, 'admin');
  user = await asUser(app);
});
afterAll(async () => {
  await app.close();
  await provider.close();
});
beforeEach(() => provider.reset());

const connect = (urls: string[], keys: string[] = [], configs = {}) =>
  admin.api.post('/openai/config/update', {
    OPENAI_API_BASE_URLS: urls,
    OPENAI_API_KEYS: keys,
    OPENAI_API_CONFIGS: configs,
  });

function refusesNonAdmins(method: string, path: string, body?: unknown) {
  it('refuses all but administrators, without details', async () => {
    const pending = await asUser(app, 'pending');
    for (const [client, detail] of [
      [api(app.url), 'Not authenticated'],
      [pending.api, PROHIBITED],
      [user.api, PROHIBITED],
    ] as const) {
      const { status, body: answer } = await client.request(method, path, body);
      const error = { message: detail, type: 'authentication_error', code: 'invalid_api_key' };
      expect([status, answer]).toEqual([401, { detail, error }]);
    }
    expect(provider.requests).toEqual([]);
  });
}

describe('GET /openai/config', () => {
  it('gives the connections of the environment', async () => {
    const { status, body } = await admin.api.get('/openai/config');
    expect([status, body]).toEqual([
      200,
      {
        ENABLE_OPENAI_API: true,
        OPENAI_API_BASE_URLS: [provider.url, DEAD],
        OPENAI_API_KEYS: [MASK],
        OPENAI_API_CONFIGS: {},
      },
    ]);
  });

  refusesNonAdmins('GET', '/openai/config');
});

describe('POST /openai/config/update', () => {
  it('makes the lists fit each other', async () => {
    const { body } = await connect(['http://a/v1', 'http://b/v1'], ['k'], {
      '0': {},
      '1': { x: 1 },
      '2': {},
      'http://a': {},
    });
    expect(body).toEqual({
      ENABLE_OPENAI_API: true,
      OPENAI_API_BASE_URLS: ['http://a/v1', 'http://b/v1'],
      OPENAI_API_KEYS: [MASK, ''],
      OPENAI_API_CONFIGS: { '0': {}, '1': { x: 1 } },
    });
    expect((await connect(['http://a/v1'], ['k', 'surplus'])).body.OPENAI_API_KEYS).toEqual([MASK]);
  });

  it('shows masks, and maps them back to their secrets', async () => {
    const headers = { 'X-Secret': 'secret-header' };
    const options = { prefix_id: 'p', auth_type: 'bearer', headers };
    await connect([provider.url, DEAD], ['sk-secret-one', 'sk-secret-two'], { '0': options });
    const { body: page } = await admin.api.get('/openai/config');
    expect(JSON.stringify(page)).not.toContain('secret-');
    expect(page.OPENAI_API_CONFIGS['0']).toMatchObject({ prefix_id: 'p', auth_type: 'bearer' });
    // Saved as it was shown, in another order.
    await connect([DEAD, provider.url], [...page.OPENAI_API_KEYS].reverse(), { '1': page.OPENAI_API_CONFIGS['0'] });
    const saved = app.get(SettingsStore).live(OpenAiSettings);
    expect(saved).toMatchObject({ keys: ['sk-secret-two', 'sk-secret-one'], configs: { '1': options } });
    const request = { key: page.OPENAI_API_KEYS[0], config: page.OPENAI_API_CONFIGS['0'] };
    provider.reset();
    await admin.api.post('/openai/verify', { ...request, url: provider.url });
    expect(provider.requests.at(-1)?.headers).toMatchObject({ 'x-secret': 'secret-header' });
    expect(provider.requests.at(-1)?.headers.authorization).toBe('Bearer sk-secret-one');
  });

  it('gives a stored secret to no other server, and never sends a mask', async () => {
    const headers = { 'X-Secret': 'secret-header' };
    await connect([provider.url], ['sk-secret-one'], { '0': { headers } });
    const { body: page } = await admin.api.get('/openai/config');
    const [key, config] = [page.OPENAI_API_KEYS[0], page.OPENAI_API_CONFIGS['0']];
    const other = provider.url.replace('127.0.0.1', 'localhost');
    provider.reset();
    for (const request of [{ key }, { key: 'sk-try', config }, { key: `${key}x` }])
      expect((await admin.api.post('/openai/verify', { url: other, ...request })).status).toBe(409);
    expect((await connect([other], [key], {})).status).toBe(409);
    expect((await connect([other], ['sk-new'], { '0': config })).status).toBe(409);
    expect(provider.requests).toEqual([]);
    const saved = { base_urls: [provider.url], keys: ['sk-secret-one'], configs: { '0': { headers } } };
    expect(app.get(SettingsStore).live(OpenAiSettings)).toMatchObject(saved);
  });

  it('keeps the secrets that another administrator saved since the page was loaded', async () => {
    await connect([provider.url, DEAD], ['sk-old', 'sk-dead'], {});
    const { body: page } = await admin.api.get('/openai/config');
    await connect([provider.url, DEAD], ['sk-changed', 'sk-dead'], {});
    expect((await connect(page.OPENAI_API_BASE_URLS, page.OPENAI_API_KEYS, {})).status).toBe(200);
    expect(app.get(SettingsStore).live(OpenAiSettings).keys).toEqual(['sk-changed', 'sk-dead']);
    await connect([DEAD], ['sk-dead'], {});
    expect((await connect(page.OPENAI_API_BASE_URLS, page.OPENAI_API_KEYS, {})).status).toBe(409);
    expect(app.get(SettingsStore).live(OpenAiSettings)).toMatchObject({ base_urls: [DEAD], keys: ['sk-dead'] });
  });

  it('trims URLs and keys', async () => {
    expect((await connect([` ${provider.url}\n`], [' sk-pasted\r\n'])).body.OPENAI_API_BASE_URLS).toEqual([
      provider.url,
    ]);
    expect(app.get(SettingsStore).live(OpenAiSettings)).toMatchObject({
      base_urls: [provider.url],
      keys: ['sk-pasted'],
    });
  });

  it('keeps the switch when it is null', async () => {
    const lists = { OPENAI_API_BASE_URLS: [], OPENAI_API_KEYS: [], OPENAI_API_CONFIGS: {} };
    await admin.api.post('/openai/config/update', { ...lists, ENABLE_OPENAI_API: false });
    const { body } = await admin.api.post('/openai/config/update', { ...lists, ENABLE_OPENAI_API: null });
    expect(body.ENABLE_OPENAI_API).toBe(false);
    await admin.api.post('/openai/config/update', { ...lists, ENABLE_OPENAI_API: true });
  });

  it('stores keys and headers encrypted', async () => {
    await connect([provider.url], ['sk-very-secret'], { '0': { headers: { Authorization: 'Basic hidden' } } });
    const rows = await app.get(Database).query<{ key: string; value: unknown }>('SELECT key, value FROM setting');
    expect(rows.map(({ key }) => key)).toEqual(expect.arrayContaining(['keys', 'configs', 'base_urls']));
    expect(JSON.stringify(rows)).not.toMatch(/very-secret|hidden/);
  });

  it('applies at once', async () => {
    await connect([provider.url], ['k1'], { '0': { prefix_id: 'one' } });
    const ids = async () => (await admin.api.get('/openai/models')).body.data.map(({ id }: { id: string }) => id);
    expect(await ids()).toEqual(['one.fake-small', 'one.fake-large']);
    await connect([provider.url], ['k2'], { '0': { model_ids: ['only'] } });
    expect(await ids()).toEqual(['only']);
  });

  it.each<[string, unknown, [string, (string | number)[]][]]>([
    [
      'missing keys',
      { ENABLE_OPENAI_API: true },
      [
        ['missing', ['body', 'OPENAI_API_BASE_URLS']],
        ['missing', ['body', 'OPENAI_API_KEYS']],
        ['missing', ['body', 'OPENAI_API_CONFIGS']],
      ],
    ],
    [
      'wrong types',
      { ENABLE_OPENAI_API: 'no way', OPENAI_API_BASE_URLS: 'x', OPENAI_API_KEYS: [], OPENAI_API_CONFIGS: [] },
      [
        ['bool_parsing', ['body', 'ENABLE_OPENAI_API']],
        ['list_type', ['body', 'OPENAI_API_BASE_URLS']],
        ['dict_type', ['body', 'OPENAI_API_CONFIGS']],
      ],
    ],
  ])('refuses %s', async (_, sent, faults) => {
    const { status, body } = await admin.api.post('/openai/config/update', sent);
    expect(status).toBe(422);
    expect(body.detail.map(({ type, loc }: { type: string; loc: string[] }) => [type, loc])).toEqual(faults);
  });

  refusesNonAdmins('POST', '/openai/config/update', {
    OPENAI_API_BASE_URLS: ['http://evil/v1'],
    OPENAI_API_KEYS: [],
    OPENAI_API_CONFIGS: {},
  });
});

describe('POST /openai/verify', () => {
  const verify = (url: string, change = {}) => admin.api.post('/openai/verify', { url, key: 'sk-try', ...change });

  it('gives what the server answers', async () => {
    const { status, body } = await verify(`${provider.url}/`);
    expect([status, body.object, body.data.length]).toEqual([200, 'list', 2]);
    expect(provider.lastRequest).toMatchObject({ method: 'GET', path: '/models' });
    expect(provider.lastRequest?.headers.authorization).toBe('Bearer sk-try');
  });

  it('authenticates as the options say', async () => {
    await verify(provider.url, { config: { auth_type: 'none', headers: { 'X-Key': 'mine' } } });
    expect(provider.lastRequest?.headers).toMatchObject({ 'x-key': 'mine' });
    expect(provider.lastRequest?.headers).not.toHaveProperty('authorization');
  });

  it('passes error answers on, JSON and text', async () => {
    provider.onModels = () => ({ status: 401, json: { error: { message: 'bad key' } } });
    expect(await verify(provider.url)).toMatchObject({ status: 401, body: { error: { message: 'bad key' } } });
    provider.onModels = () => ({ status: 418, text: '<b>plain words</b>', type: 'text/html' });
    const { status, body, headers } = await verify(provider.url);
    expect([status, body, headers.get('content-type')]).toEqual([
      418,
      '<b>plain words</b>',
      'text/plain; charset=utf-8',
    ]);
  });

  it('gives a text answer as a JSON text', async () => {
    provider.onModels = () => ({ text: 'plain words' });
    const { status, body, headers } = await verify(provider.url);
    expect([status, body, headers.get('content-type')]).toEqual([200, 'plain words', 'application/json']);
  });

  it.each([[DEAD], ['not an url'], ['file:///etc/passwd']])('answers 500 for %s', async (url) => {
    expect(await verify(url)).toMatchObject({ status: 500, body: { detail: CONNECTION } });
  });

  it('names the field that no header can carry', async () => {
    const reason = 'of the connection contains characters that cannot be sent';
    for (const [request, field] of [
      [{ key: 'sk-\u2022\u2022' }, 'The API key'],
      [{ key: 'k', config: { headers: { 'X-Team': 'a\nb' } } }, 'The header "x-team"'],
      [{ key: 'k', config: { headers: { 'no name': 'x' } } }, 'The header "no name"'],
    ] as const) {
      const { status, body } = await admin.api.post('/openai/verify', { url: provider.url, ...request });
      expect([status, body.detail]).toEqual([400, `${field} ${reason}`]);
    }
  });

  it('refuses a body without a key', async () => {
    const { status, body } = await admin.api.post('/openai/verify', { url: provider.url });
    expect([status, body.detail[0]]).toMatchObject([422, { type: 'missing', loc: ['body', 'key'] }]);
  });

  it('refuses all but administrators, without a call to the server', async () => {
    for (const client of [api(app.url), user.api])
      expect((await client.post('/openai/verify', { url: provider.url, key: '' })).status).toBe(401);
    expect(provider.requests).toEqual([]);
  });
});

describe('GET /openai/models/{url_idx}', () => {
  beforeEach(() =>
    connect([provider.url, DEAD, provider.url], ['k'], {
      '0': { prefix_id: 'p', tags: [{ name: 't' }] },
      '2': { azure: true, model_ids: ['deployed'], enable: false },
    }),
  );

  it('gives the list as the server gives it', async () => {
    const { status, body } = await admin.api.get('/openai/models/0');
    expect([status, body.data.map(({ id }: { id: string }) => id)]).toEqual([200, ['fake-small', 'fake-large']]);
    expect(body.data[0]).not.toHaveProperty('tags');
  });

  it('gives the deployments of an Azure connection', async () => {
    expect((await admin.api.get('/openai/models/2')).body).toEqual({ data: ['deployed'], object: 'list' });
  });

  it.each<[string, () => void, string]>([
    [
      'an error',
      () => (provider.onModels = () => ({ status: 401, json: { error: { message: 'bad' } } })),
      'Unexpected error: External Error: {"message":"bad"}',
    ],
    [
      'a bare status',
      () => (provider.onModels = () => ({ status: 503, text: 'x' })),
      'Unexpected error: HTTP Error: 503',
    ],
    ['a text', () => (provider.onModels = () => ({ text: 'x' })), CONNECTION],
  ])('answers 500 when the server answers with %s', async (_, script, detail) => {
    script();
    expect(await admin.api.get('/openai/models/0')).toMatchObject({ status: 500, body: { detail } });
  });

  it('answers 500 for a dead server and 404 for no connection', async () => {
    expect(await admin.api.get('/openai/models/1')).toMatchObject({ status: 500, body: { detail: CONNECTION } });
    for (const index of ['3', '99', '-1']) expect((await admin.api.get(`/openai/models/${index}`)).status).toBe(404);
  });

  it('refuses an index that is no number', async () => {
    const { status, body } = await admin.api.get('/openai/models/abc');
    expect([status, body.detail[0]]).toMatchObject([422, { type: 'int_parsing', loc: ['path', 'url_idx'] }]);
  });

  it('refuses all but administrators, without a call to the server', async () => {
    provider.requests.length = 0;
    for (const client of [api(app.url), user.api]) expect((await client.get('/openai/models/0')).status).toBe(401);
    expect(provider.requests).toEqual([]);
  });
});

describe('GET /openai/models', () => {
  it('gives administrators every model, users those that are open to them', async () => {
    await connect([provider.url]);
    const row = { name: 'Open', meta: {}, params: {}, access_control: null };
    await admin.api.post('/api/v1/models/create', { ...row, id: 'fake-large' });
    const { data: all } = (await admin.api.get('/openai/models')).body;
    expect(all).toEqual([
      expect.objectContaining({ id: 'fake-small', name: 'fake-small', owned_by: 'openai', urlIdx: 0 }),
      expect.objectContaining({ id: 'fake-large', name: 'fake-large' }),
    ]);
    const { data: open } = (await user.api.get('/openai/models')).body;
    expect(open).toEqual([all[1]]);
  });

  it('gives nothing when the API is switched off', async () => {
    const lists = { OPENAI_API_BASE_URLS: [provider.url], OPENAI_API_KEYS: [], OPENAI_API_CONFIGS: {} };
    await admin.api.post('/openai/config/update', { ...lists, ENABLE_OPENAI_API: false });
    expect((await admin.api.get('/openai/models')).body).toEqual({ data: [] });
    await admin.api.post('/openai/config/update', { ...lists, ENABLE_OPENAI_API: true });
  });

  it('needs a verified user', async () => {
    const pending = await asUser(app, 'pending');
    expect((await api(app.url).get('/openai/models')).status).toBe(401);
    expect((await pending.api.get('/openai/models')).status).toBe(401);
  });
});
