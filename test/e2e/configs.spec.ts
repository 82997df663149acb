import { SettingsStore } from '../../src/platform/settings/settings-store';
import { AppSettings } from '../../src/modules/app-config/app.settings';
import { OpenAiSettings } from '../../src/modules/providers/openai/openai.settings';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { api } from '../support/http';

const BANNER = { id: 'b1', type: 'info', title: 'T', content: 'C', dismissible: true, timestamp: 1700000000 };

let app: TestApp;
let admin: TestUser;
let user: TestUser;
let pending: TestUser;

beforeAll(async () => {
  app = await startTestApp({ OPENAI_API_KEY: 'sk-from-environment' });
  admin = await asUser(app, 'admin');
  user = await asUser(app);
  pending = await asUser(app, 'pending');
});

afterAll(() => app.close());

describe.each([
  ['GET', '/api/v1/configs/export', undefined],
  ['POST', '/api/v1/configs/import', { config: {} }],
  ['GET', '/api/v1/configs/connections', undefined],
  ['POST', '/api/v1/configs/connections', { ENABLE_DIRECT_CONNECTIONS: true, ENABLE_BASE_MODELS_CACHE: true }],
  ['POST', '/api/v1/configs/banners', { banners: [BANNER] }],
  ['POST', '/api/v1/configs/suggestions', { suggestions: [] }],
  ['GET', '/api/webhook', undefined],
  ['POST', '/api/webhook', { url: 'https://example.com' }],
])('%s %s', (method, path, body) => {
  it('is for administrators', async () => {
    for (const client of [api(app.url), user.api, pending.api])
      expect((await client.request(method, path, body)).status).toBe(401);
    expect((await user.api.get('/api/v1/configs/banners')).body).toEqual([]);
  });
});

describe('POST /api/v1/configs/banners', () => {
  it('replaces the notices of everybody, without unknown keys', async () => {
    const banners = [
      { ...BANNER, url: 'x' },
      { ...BANNER, id: 'b2', title: undefined, dismissible: 'no', timestamp: '5' },
    ];
    const expected = [BANNER, { ...BANNER, id: 'b2', title: null, dismissible: false, timestamp: 5 }];
    expect((await admin.api.post('/api/v1/configs/banners', { banners })).body).toEqual(expected);
    expect((await user.api.get('/api/v1/configs/banners')).body).toEqual(expected);
    expect((await admin.api.post('/api/v1/configs/banners', { banners: [] })).body).toEqual([]);
  });

  it.each([[{}], [{ banners: {} }], [{ banners: [{ id: 1 }] }], [{ banners: [5] }]])('refuses %j', async (body) => {
    expect((await admin.api.post('/api/v1/configs/banners', body)).status).toBe(422);
  });
});

describe('GET /api/v1/configs/banners', () => {
  it('is for verified accounts', async () => {
    expect((await user.api.get('/api/v1/configs/banners')).status).toBe(200);
    expect((await pending.api.get('/api/v1/configs/banners')).status).toBe(401);
    expect((await api(app.url).get('/api/v1/configs/banners')).status).toBe(401);
  });
});

describe('POST /api/v1/configs/suggestions', () => {
  it('replaces what an empty chat offers', async () => {
    const suggestions = [{ title: ['a', 'b'], content: 'c' }];
    const { body } = await admin.api.post('/api/v1/configs/suggestions', {
      suggestions: [{ ...suggestions[0], x: 1 }],
    });
    expect(body).toEqual(suggestions);
    expect((await user.api.get('/api/config')).body.default_prompt_suggestions).toEqual(suggestions);
  });

  it('refuses a title that is no list', async () => {
    const body = { suggestions: [{ title: 'a', content: 'c' }] };
    expect((await admin.api.post('/api/v1/configs/suggestions', body)).status).toBe(422);
  });
});

describe('POST /api/v1/configs/connections', () => {
  it('saves both switches', async () => {
    const both = { ENABLE_DIRECT_CONNECTIONS: true, ENABLE_BASE_MODELS_CACHE: false };
    expect((await admin.api.post('/api/v1/configs/connections', both)).body).toEqual(both);
    expect((await admin.api.get('/api/v1/configs/connections')).body).toEqual(both);
    expect((await user.api.get('/api/config')).body.features.enable_direct_connections).toBe(true);
  });

  it('requires both', async () => {
    const body = { ENABLE_DIRECT_CONNECTIONS: null };
    expect((await admin.api.post('/api/v1/configs/connections', body)).status).toBe(422);
  });
});

const webhook = () => app.get(SettingsStore).live(AppSettings).webhook_url;

describe('POST /api/webhook', () => {
  it('saves the address, and shows it masked', async () => {
    const { body } = await admin.api.post('/api/webhook', { url: 'https://hook.test' });
    expect(body).toEqual({ url: expect.stringMatching(/^\*{8}\w+$/) });
    expect((await admin.api.get('/api/webhook')).body).toEqual(body);
    expect((await admin.api.post('/api/webhook', body)).body).toEqual(body);
    expect(webhook()).toBe('https://hook.test');
    expect((await admin.api.post('/api/webhook', { url: null })).status).toBe(422);
  });
});

describe('POST /api/v1/configs/import', () => {
  const post = (config: unknown) => admin.api.post('/api/v1/configs/import', { config });

  it('replaces every setting: those that the document lacks go back to their defaults', async () => {
    await admin.api.post('/api/v1/configs/models', {
      DEFAULT_MODELS: 'a',
      DEFAULT_PINNED_MODELS: null,
      MODEL_ORDER_LIST: ['b'],
    });
    const config = { version: 3, ui: { enable_signup: false, banners: [BANNER] }, own: { key: [1, null] } };
    const { status, body } = await post(config);
    expect(status).toBe(200);
    expect(body).toEqual(config);
    expect((await admin.api.get('/api/v1/configs/models')).body).toEqual({
      DEFAULT_MODELS: null,
      DEFAULT_PINNED_MODELS: null,
      MODEL_ORDER_LIST: [],
    });
    expect((await admin.api.get('/api/webhook')).body).toEqual({ url: '' });
    expect((await api(app.url).get('/api/config')).body.features.enable_signup).toBe(false);
  });

  it('stores unknown keys, and later changes are merged into them', async () => {
    await post({ own: { key: 1 }, ui: {} });
    await admin.api.post('/api/webhook', { url: 'https://hook.test' });
    const { body } = await admin.api.get('/api/v1/configs/export');
    expect(body).toEqual({ version: 0, ui: {}, own: { key: 1 }, webhook_url: expect.stringMatching(/^\*{8}\w+$/) });
  });

  it.each([
    ['a text where objects are', { ui: 'text' }, 200],
    ['a value of a wrong type', { ui: { enable_signup: 'perhaps' } }, 400],
    ['a banner that is none', { ui: { banners: [{ id: 'x' }] } }, 400],
    ['a version that is none', { version: 'x' }, 400],
  ])('%s', async (_, config, status) => {
    await post({ webhook_url: 'https://before.test' });
    expect((await post(config)).status).toBe(status);
    if (status === 200) expect((await admin.api.post('/api/webhook', { url: 'https://after.test' })).status).toBe(200);
    else expect(webhook()).toBe('https://before.test');
  });

  it.each([[{}], [{ config: [] }], [{ config: 'x' }]])('refuses the body %j', async (body) => {
    expect((await admin.api.post('/api/v1/configs/import', body)).status).toBe(422);
  });

  it('takes null for "not set" where null is no value', async () => {
    const { status } = await post({ ui: { enable_signup: null, default_models: null }, openai: { api_keys: null } });
    expect(status).toBe(200);
    expect(app.get(SettingsStore).live(OpenAiSettings).keys).toEqual(['sk-from-environment']);
  });
});

describe('GET /api/v1/configs/export', () => {
  it('shows no secret, and its document brings them back', async () => {
    const settings = app.get(SettingsStore).live(OpenAiSettings);
    const save = (keys: string[]) => app.get(SettingsStore).save(OpenAiSettings, { keys });
    await save(['sk-first-secret', 'sk-second-secret']);
    const { body } = await admin.api.get('/api/v1/configs/export');
    expect(JSON.stringify(body)).not.toContain('secret');
    await admin.api.post('/api/v1/configs/import', { config: body });
    expect(settings.keys).toEqual(['sk-first-secret', 'sk-second-secret']);
  });

  it('keeps a secret that was changed since the export', async () => {
    const settings = app.get(SettingsStore).live(OpenAiSettings);
    const save = (keys: string[], base_urls: string[]) =>
      app.get(SettingsStore).save(OpenAiSettings, { keys, base_urls });
    await save(['sk-exported'], ['http://one.test/v1']);
    const { body: config } = await admin.api.get('/api/v1/configs/export');
    await save(['sk-changed'], ['http://one.test/v1']);
    expect((await admin.api.post('/api/v1/configs/import', { config })).status).toBe(200);
    expect(settings.keys).toEqual(['sk-changed']);
    config.openai.api_base_urls = ['http://evil.test/v1'];
    expect((await admin.api.post('/api/v1/configs/import', { config })).status).toBe(409);
    expect(settings).toMatchObject({ keys: ['sk-changed'], base_urls: ['http://one.test/v1'] });
    expect((await admin.api.post('/api/v1/configs/import', { config: {} })).status).toBe(200);
  });

  it('has what the pages of LDAP and of the connections saved, and an import takes it', async () => {
    const config = {
      version: 0,
      ui: {},
      ldap: { enable: true, server: { host: 'directory.test', users_dn: 'dc=test' } },
      ollama: { base_urls: ['http://ollama.test'] },
    };
    expect((await admin.api.post('/api/v1/configs/import', { config })).body).toEqual(config);
    expect((await admin.api.get('/api/v1/auths/admin/config/ldap/server')).body).toMatchObject({
      host: 'directory.test',
      search_base: 'dc=test',
      port: 389,
    });
    expect((await admin.api.get('/ollama/config')).body).toMatchObject({
      OLLAMA_BASE_URLS: ['http://ollama.test'],
    });
    expect((await admin.api.post('/api/v1/configs/import', { config: {} })).status).toBe(200);
    expect((await admin.api.get('/api/v1/configs/export')).body).toEqual({ version: 0, ui: {} });
  });

  it.each([
    ['true', { google: 'google' }],
    ['false', {}],
  ])('takes clients at identity providers where that is %s', async (isSaved, providers) => {
    const other = await startTestApp({ ENABLE_OAUTH_PERSISTENT_CONFIG: isSaved });
    const { api: client } = await asUser(other, 'admin');
    const google = { client_id: 'imported', client_secret: 'very-secret' };
    const oauth = { google, allowed_domains: ['a.example'], allowed_roles: ['staff'] };
    const answer = await client.post('/api/v1/configs/import', { config: { oauth } });
    expect(answer.status).toBe(200);
    expect(answer.body.oauth).toMatchObject({ google: { client_id: expect.any(String) } });
    expect(JSON.stringify(answer.body)).not.toContain('very-secret');
    expect((await api(other.url).get('/api/config')).body.oauth.providers).toEqual(providers);
    await other.close();
  });

  it('masks what an import brought for modules that are not there', async () => {
    await admin.api.post('/api/v1/configs/import', { config: { audio: { tts: { openai: { api_key: 'sk-other' } } } } });
    expect(JSON.stringify((await admin.api.get('/api/v1/configs/export')).body)).not.toContain('sk-other');
  });
});

describe('GET /api/usage', () => {
  it('returns active users to verified accounts', async () => {
    const { body } = await user.api.get('/api/usage');
    expect(body).toEqual({ model_ids: [], user_count: expect.any(Number) });
    expect(body.user_count).toBeGreaterThanOrEqual(1);
    expect((await pending.api.get('/api/usage')).status).toBe(401);
    expect((await api(app.url).get('/api/usage')).status).toBe(401);
  });
});

describe('GET /api/changelog', () => {
  it('has entries for the release of the interface', async () => {
    const { body } = await api(app.url).get('/api/changelog');
    const { version } = (await api(app.url).get('/api/version')).body;
    const { date, ...sections } = body[version];
    expect(date).toMatch(/^\d{4}-\d\d-\d\d$/);
    for (const entries of Object.values<unknown[]>(sections))
      for (const entry of entries)
        expect(entry).toEqual({
          title: expect.any(String),
          content: expect.any(String),
          raw: expect.stringMatching(/^<li>.*<\/li>$/),
        });
  });
});

describe('lists of modules that do not exist yet', () => {
  const LISTS = ['channels/', 'notes/'];

  it.each(LISTS)('GET /api/v1/%s is an array for everybody who may be there', async (path) => {
    for (const client of [user.api, admin.api]) {
      const { status, body } = await client.get(`/api/v1/${path}`);
      expect([status, body]).toEqual([200, []]);
    }
    expect((await pending.api.get(`/api/v1/${path}`)).status).toBe(401);
    expect((await api(app.url).get(`/api/v1/${path}`)).status).toBe(401);
  });
});

describe('GET /api/v1/pipelines/list', () => {
  it('is an empty object of a list, for administrators', async () => {
    expect((await admin.api.get('/api/v1/pipelines/list')).body).toEqual({ data: [] });
    expect((await user.api.get('/api/v1/pipelines/list')).status).toBe(401);
  });
});
