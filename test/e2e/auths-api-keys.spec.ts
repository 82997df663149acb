import { Detail } from '../../src/common/errors/details';
import { Database } from '../../src/platform/database/database';
import { SettingsStore } from '../../src/platform/settings/settings-store';
import { AuthSettings } from '../../src/modules/auth/auth.settings';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { api } from '../support/http';
import { AuthDetail } from '../../src/modules/auth/auth.errors';

const ROOT = '/api/v1/auths/api_key';
const OWN = '/api/v1/users/user/settings';
const refusal = (status: number, detail: string) => ({ status, body: { detail } });

describe(ROOT, () => {
  let app: TestApp;
  let admin: TestUser;
  let user: TestUser;

  beforeAll(async () => {
    app = await startTestApp({ ENABLE_API_KEYS: 'true', USER_PERMISSIONS_FEATURES_API_KEYS: 'true' });
    admin = await asUser(app, 'admin');
  });
  beforeEach(async () => {
    user = await asUser(app);
  });
  afterAll(() => app.close());

  const createKey = async ({ api: client }: TestUser) => (await client.post(ROOT)).body.api_key as string;

  /** The same request with the key in each place where a key can be. */
  const carriers = (key: string, path = OWN) => ({
    bearer: () => api(app.url, key).get(path),
    'x-api-key': () => api(app.url).get(path, { headers: { 'x-api-key': key } }),
    cookie: () => api(app.url).get(path, { headers: { cookie: `token=${key}` } }),
  });

  describe('POST', () => {
    it('makes a key that is good as Bearer and as x-api-key; the cookie takes none', async () => {
      const key = await createKey(user);
      expect(key).toMatch(/^sk-[\da-f]{32}$/);
      const send = carriers(key, '/api/v1/auths/');
      expect(await send.bearer()).toMatchObject({ status: 200, body: { id: user.id, token: key, expires_at: null } });
      expect(await send['x-api-key']()).toMatchObject({ status: 200, body: { id: user.id } });
      expect(await send.cookie()).toMatchObject({ status: 401 });
      expect((await send.bearer()).cookies).toEqual([]);
    });

    it('replaces the previous key', async () => {
      const first = await createKey(user);
      const second = await createKey(user);
      expect(await carriers(first).bearer()).toMatchObject(refusal(401, AuthDetail.invalidToken));
      expect(await carriers(second).bearer()).toMatchObject({ status: 200 });
    });

    it('serves pending accounts, whose key passes no role check', async () => {
      const key = await createKey(await asUser(app, 'pending'));
      expect(await carriers(key).bearer()).toMatchObject(refusal(401, Detail.accessProhibited));
    });

    it('stores nothing that could be used as a key', async () => {
      const key = await createKey(user);
      const rows = await app.get(Database).query('SELECT * FROM api_key WHERE user_id = $1', [user.id]);
      expect(rows).toHaveLength(1);
      expect(JSON.stringify(rows)).not.toContain(key.slice(3));
    });

    it('requires credentials', async () =>
      expect(await api(app.url).post(ROOT)).toMatchObject(refusal(401, Detail.notAuthenticated)));
  });

  describe('GET and DELETE', () => {
    it('shows the key until it is deleted', async () => {
      expect(await user.api.get(ROOT)).toMatchObject(refusal(404, AuthDetail.apiKeyNotFound));
      const key = await createKey(user);
      expect(await user.api.get(ROOT)).toMatchObject({ status: 200, body: { api_key: key } });
      expect(await user.api.delete(ROOT)).toMatchObject({ status: 200, body: true });
      expect(await user.api.delete(ROOT)).toMatchObject({ status: 200, body: true });
      expect(await carriers(key).bearer()).toMatchObject(refusal(401, AuthDetail.invalidToken));
    });
  });

  describe('a key', () => {
    const grant = (features: object) =>
      admin.api.post('/api/v1/users/default/permissions', { workspace: {}, sharing: {}, chat: {}, features });

    afterEach(async () => {
      await grant({ api_keys: true });
      await app.get(SettingsStore).save(AuthSettings, {
        enable_api_keys: true,
        enable_api_keys_endpoint_restrictions: false,
      });
    });

    it('is refused when it is unknown, wherever it is', async () => {
      const send = carriers(`sk-${'0'.repeat(32)}`);
      expect(await send.bearer()).toMatchObject(refusal(401, AuthDetail.invalidToken));
      expect(await send['x-api-key']()).toMatchObject(refusal(401, AuthDetail.invalidToken));
      expect(await send.cookie()).toMatchObject({ status: 401 });
    });

    it('needs the permission, except for administrators', async () => {
      const keys = [await createKey(user), await createKey(admin)] as const;
      await grant({ api_keys: false });
      expect(await carriers(keys[0]).bearer()).toMatchObject(refusal(403, AuthDetail.apiKeyNotAllowed));
      expect(await user.api.post(ROOT)).toMatchObject(refusal(403, AuthDetail.apiKeyCreationNotAllowed));
      expect(await carriers(keys[1]).bearer()).toMatchObject({ status: 200 });
      expect(await admin.api.post(ROOT)).toMatchObject({ status: 200 });
    });

    it('needs the switch, for administrators too', async () => {
      const key = await createKey(admin);
      await app.get(SettingsStore).save(AuthSettings, { enable_api_keys: false });
      expect(await carriers(key).bearer()).toMatchObject(refusal(403, AuthDetail.apiKeyNotAllowed));
      expect(await admin.api.post(ROOT)).toMatchObject(refusal(403, AuthDetail.apiKeyCreationNotAllowed));
    });

    it('is good for the allowed paths only, wherever it is', async () => {
      const key = await createKey(user);
      await app.get(SettingsStore).save(AuthSettings, {
        enable_api_keys_endpoint_restrictions: true,
        api_keys_allowed_endpoints: ' /api/v1/auths , ,/api/v1/groups/',
      });
      for (const path of [OWN, '/API/v1/auths/', '/api/v1/users/', '/health'])
        for (const send of Object.values(carriers(key, path)))
          expect(await send()).toMatchObject(refusal(403, AuthDetail.apiKeyEndpointNotAllowed));
      expect(await carriers(key, '/api/v1/auths/').bearer()).toMatchObject({ status: 200 });
      expect(await carriers(key, '/api/v1/groups/').bearer()).toMatchObject({ status: 200 });
      expect(await carriers(key, '/api/v1/groups/id/x').bearer()).toMatchObject(refusal(401, Detail.accessProhibited));
      expect(await user.api.get(OWN)).toMatchObject({ status: 200 });
    });

    it('is refused everywhere when no path is allowed', async () => {
      const key = await createKey(user);
      await app.get(SettingsStore).save(AuthSettings, {
        enable_api_keys_endpoint_restrictions: true,
        api_keys_allowed_endpoints: '',
      });
      expect(await carriers(key).bearer()).toMatchObject(refusal(403, AuthDetail.apiKeyEndpointNotAllowed));
    });

    it('survives a new password, and dies with its account', async () => {
      const key = await createKey(user);
      const { password } = user;
      await user.api.post('/api/v1/auths/update/password', { password, new_password: 'another' });
      expect(await carriers(key).bearer()).toMatchObject({ status: 200 });
      await admin.api.delete(`/api/v1/users/${user.id}`);
      expect(await carriers(key).bearer()).toMatchObject(refusal(401, AuthDetail.invalidToken));
    });
  });
});
