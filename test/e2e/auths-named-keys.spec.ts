import { Detail } from '../../src/common/errors/details';
import { nowSeconds } from '../../src/common/util/time';
import { Database } from '../../src/platform/database/database';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { api } from '../support/http';
import { AuthDetail } from '../../src/modules/auth/auth.errors';

const ROOT = '/api/v1/auths/api_keys';
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

  const create = async (change: object = {}, owner = user) => {
    const { status, body } = await owner.api.post(ROOT, { name: 'CI', ...change });
    expect(status).toBe(200);
    return body;
  };

  describe('POST', () => {
    it('makes any number of keys, each shown once', async () => {
      const first = await create();
      const second = await create({ name: 'Editor', requests_per_minute: 30 });
      expect(first.api_key).toMatch(/^sk-[\da-f]{32}$/);
      for (const { api_key } of [first, second])
        expect(await api(app.url, api_key).get(OWN)).toMatchObject({ status: 200 });
      const { body } = await user.api.get(ROOT);
      expect(body).toEqual([
        expect.objectContaining({ name: 'CI', hint: first.api_key.slice(-4), scopes: null, expires_at: null }),
        expect.objectContaining({ name: 'Editor', requests_per_minute: 30 }),
      ]);
      const rows = await app.get(Database).query('SELECT * FROM api_key WHERE user_id = $1', [user.id]);
      expect(rows).toHaveLength(2);
      for (const { api_key } of [first, second]) {
        expect(JSON.stringify(body)).not.toContain(api_key.slice(3, -4));
        expect(JSON.stringify(rows)).not.toContain(api_key.slice(3, -4));
      }
      expect(rows).toEqual([expect.objectContaining({ sealed: null }), expect.objectContaining({ sealed: null })]);
    });

    it('leaves the key of the contract alone, and is left alone by it', async () => {
      const named = await create();
      const { body } = await user.api.post('/api/v1/auths/api_key');
      expect((await user.api.get('/api/v1/auths/api_key')).body).toEqual(body);
      expect(await user.api.delete('/api/v1/auths/api_key')).toMatchObject({ status: 200 });
      expect(await api(app.url, named.api_key).get(OWN)).toMatchObject({ status: 200 });
      expect(await user.api.get('/api/v1/auths/api_key')).toMatchObject({ status: 404 });
    });

    it('lists and revokes the key of the contract with the others', async () => {
      await create();
      const { body } = await user.api.post('/api/v1/auths/api_key');
      const [first, second] = (await user.api.get(ROOT)).body;
      expect(first).toMatchObject({ id: `key_${user.id}`, is_default: true, name: '', hint: body.api_key.slice(-4) });
      expect(second).toMatchObject({ is_default: false, name: 'CI' });
      expect((await admin.api.get(`/api/v1/users/${user.id}/api_keys`)).body).toEqual([first, second]);
      expect(JSON.stringify(first)).not.toContain(body.api_key.slice(3, -4));
      expect(await user.api.post(`${ROOT}/${first.id}/update`, { name: 'x' })).toMatchObject({ status: 404 });
      expect(await user.api.delete(`${ROOT}/${first.id}`)).toMatchObject({ status: 200, body: true });
      expect(await api(app.url, body.api_key).get(OWN)).toMatchObject(refusal(401, AuthDetail.invalidToken));
      expect((await user.api.get(ROOT)).body).toEqual([second]);
      expect(await user.api.get('/api/v1/auths/api_key')).toMatchObject({ status: 404 });
    });

    it.each([
      [{}],
      [{ name: '' }],
      [{ name: 'x', scopes: [] }],
      [{ name: 'x', scopes: ['/api'] }],
      [{ name: 'x', scopes: [{ path: 'api' }] }],
      [{ name: 'x', scopes: [{ path: '/' }] }],
      [{ name: 'x', scopes: [{ path: '/api', methods: ['BREW'] }] }],
      [{ name: 'x', scopes: [{ path: '/api', methods: [] }] }],
      [{ name: 'x', requests_per_minute: 0 }],
      [{ name: 'x', expires_at: 'soon' }],
    ])('refuses %j', async (body) => expect(await user.api.post(ROOT, body)).toMatchObject({ status: 422 }));

    it('refuses an expiry in the past', async () =>
      expect(await user.api.post(ROOT, { name: 'x', expires_at: 1000 })).toMatchObject({ status: 400 }));

    it('refuses users without the permission, anonymous clients and pending accounts', async () => {
      expect(await api(app.url).post(ROOT, { name: 'x' })).toMatchObject(refusal(401, Detail.notAuthenticated));
      const pending = await asUser(app, 'pending');
      expect(await pending.api.post(ROOT, { name: 'x' })).toMatchObject(refusal(401, Detail.accessProhibited));
      const closed = await startTestApp();
      const other = await asUser(closed);
      expect(await other.api.post(ROOT, { name: 'x' })).toMatchObject(
        refusal(403, AuthDetail.apiKeyCreationNotAllowed),
      );
      await closed.close();
    });

    it('refuses keys that want to become more than they are', async () => {
      const { api_key: key } = await create({ scopes: [{ path: '/api/v1/auths' }] });
      const limited = api(app.url, key);
      expect(await limited.post(ROOT, { name: 'x' })).toMatchObject(refusal(403, AuthDetail.apiKeyCreationNotAllowed));
      expect(await limited.post('/api/v1/auths/api_key')).toMatchObject({ status: 403 });
      expect(await limited.get('/api/v1/auths/api_key')).toMatchObject({ status: 403 });
      const [own] = (await user.api.get(ROOT)).body;
      expect(await limited.post(`${ROOT}/${own.id}/update`, { name: 'x' })).toMatchObject({ status: 403 });
      expect((await user.api.get(ROOT)).body).toEqual([expect.objectContaining({ name: 'CI' })]);
    });
  });

  describe('a key with scopes', () => {
    it('is good for these paths and methods only, wherever it is', async () => {
      const { api_key: key } = await create({
        scopes: [{ path: '/api/v1/users/user/', methods: ['GET'] }, { path: '/api/v1/groups' }],
      });
      const bearer = api(app.url, key);
      const header = { headers: { 'x-api-key': key } };
      expect(await bearer.get(OWN)).toMatchObject({ status: 200 });
      expect(await api(app.url).get(OWN, header)).toMatchObject({ status: 200 });
      expect(await bearer.get('/api/v1/groups/')).toMatchObject({ status: 200 });
      const refused = refusal(403, AuthDetail.apiKeyEndpointNotAllowed);
      expect(await bearer.post(`${OWN}/update`, {})).toMatchObject(refused);
      expect(await api(app.url).post(`${OWN}/update`, {}, header)).toMatchObject(refused);
      for (const path of ['/api/v1/users/search', '/API/v1/users/user/settings', '/api/v1/userss', '/api/v1/chats/'])
        for (const send of [bearer.get(path), api(app.url).get(path, header)]) {
          const { status } = await send;
          expect([403, 404]).toContain(status);
        }
      expect(await api(app.url).get(OWN, { headers: { cookie: `token=${key}` } })).toMatchObject({ status: 401 });
    });

    it('grants nothing beyond the rights of its owner', async () => {
      const { api_key: key } = await create({ scopes: [{ path: '/api/v1/users' }] });
      expect(await api(app.url, key).get('/api/v1/users/all')).toMatchObject(refusal(401, Detail.accessProhibited));
    });
  });

  it('expire', async () => {
    const { api_key: key, id } = await create({ expires_at: nowSeconds() + 1000 });
    expect(await api(app.url, key).get(OWN)).toMatchObject({ status: 200 });
    await app.get(Database).query('UPDATE api_key SET expires_at = $2 WHERE id = $1', [id, nowSeconds()]);
    expect(await api(app.url, key).get(OWN)).toMatchObject(refusal(401, AuthDetail.invalidToken));
  });

  it('show when they were last used', async () => {
    const { api_key: key } = await create();
    await api(app.url, key).get(OWN);
    const lastUse = async () => (await user.api.get(ROOT)).body[0].last_used_at;
    while ((await lastUse()) === null) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await lastUse()).toBeGreaterThan(nowSeconds() - 100);
  });

  describe('POST /{id}/update and DELETE /{id}', () => {
    it('change and revoke a key at once', async () => {
      const { id, api_key: key } = await create();
      const answer = await user.api.post(`${ROOT}/${id}/update`, { name: 'New', scopes: [{ path: '/api/models' }] });
      expect(answer).toMatchObject({ status: 200, body: { id, name: 'New', scopes: [{ path: '/api/models' }] } });
      expect(answer.body).not.toHaveProperty('api_key');
      expect(await api(app.url, key).get(OWN)).toMatchObject({ status: 403 });
      expect(await user.api.delete(`${ROOT}/${id}`)).toMatchObject({ status: 200, body: true });
      expect(await api(app.url, key).get(OWN)).toMatchObject(refusal(401, AuthDetail.invalidToken));
      expect(await user.api.delete(`${ROOT}/${id}`)).toMatchObject(refusal(404, AuthDetail.apiKeyNotFound));
    });

    it('leave the keys of others alone', async () => {
      const { id, api_key: key } = await create();
      const other = await asUser(app);
      expect(await other.api.post(`${ROOT}/${id}/update`, { name: 'Mine' })).toMatchObject({ status: 404 });
      expect(await other.api.delete(`${ROOT}/${id}`)).toMatchObject({ status: 404 });
      expect((await other.api.get(ROOT)).body).toEqual([]);
      expect(await api(app.url, key).get(OWN)).toMatchObject({ status: 200 });
    });
  });

  describe('/api/v1/users/{id}/api_keys', () => {
    it('lets administrators see and revoke keys', async () => {
      const { id, api_key: key } = await create();
      const path = `/api/v1/users/${user.id}/api_keys`;
      for (const send of [user.api.get(path), user.api.delete(`${path}/${id}`)])
        expect(await send).toMatchObject(refusal(401, Detail.accessProhibited));
      const { body } = await admin.api.get(path);
      expect(body).toEqual([expect.objectContaining({ id, name: 'CI' })]);
      expect(body[0]).not.toHaveProperty('api_key');
      expect(await admin.api.delete(`${path}/${id}`)).toMatchObject({ status: 200, body: true });
      expect(await api(app.url, key).get(OWN)).toMatchObject({ status: 401 });
    });
  });
});
