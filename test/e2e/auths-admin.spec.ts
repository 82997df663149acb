import { Detail } from '../../src/common/errors/details';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { api } from '../support/http';

const ROOT = '/api/v1/auths/admin';
const refusal = (status: number, detail: string) => ({ status, body: { detail } });

describe(ROOT, () => {
  let app: TestApp;
  let admin: TestUser;
  let user: TestUser;

  beforeAll(async () => {
    app = await startTestApp({ DATABASE_POOL_SIZE: '4' });
    admin = await asUser(app, 'admin');
    user = await asUser(app);
  });
  afterAll(() => app.close());

  describe('GET /config', () => {
    it('shows the settings to administrators', async () => {
      const { status, body } = await admin.api.get(`${ROOT}/config`);
      expect(status).toBe(200);
      expect(body).toMatchObject({ ENABLE_SIGNUP: true, JWT_EXPIRES_IN: '4w', DEFAULT_USER_ROLE: 'pending' });
      expect(Object.keys(body)).toHaveLength(18);
    });

    it('is for administrators', async () => {
      expect(await user.api.get(`${ROOT}/config`)).toMatchObject(refusal(401, Detail.accessProhibited));
      expect(await api(app.url).get(`${ROOT}/config`)).toMatchObject(refusal(401, Detail.notAuthenticated));
    });
  });

  describe('POST /config', () => {
    const save = async (change: object) => {
      const { body } = await admin.api.get(`${ROOT}/config`);
      return admin.api.post(`${ROOT}/config`, { ...body, ...change });
    };

    it('saves what is sent; texts that are left out become null', async () => {
      const answer = await save({
        ENABLE_CHANNELS: 'yes',
        JWT_EXPIRES_IN: '1.5h',
        DEFAULT_USER_ROLE: 'user',
        RESPONSE_WATERMARK: undefined,
      });
      const expected = {
        ENABLE_CHANNELS: true,
        JWT_EXPIRES_IN: '1.5h',
        DEFAULT_USER_ROLE: 'user',
        RESPONSE_WATERMARK: null,
      };
      expect(answer).toMatchObject({ status: 200, body: expected });
      expect((await admin.api.get(`${ROOT}/config`)).body).toMatchObject(expected);
      await save({ ENABLE_CHANNELS: false, JWT_EXPIRES_IN: '4w', DEFAULT_USER_ROLE: 'pending' });
    });

    it('leaves out unknown roles and durations that the form does not know', async () => {
      const answer = await save({ DEFAULT_USER_ROLE: 'root', JWT_EXPIRES_IN: '1h30m' });
      expect(answer).toMatchObject({ status: 200, body: { DEFAULT_USER_ROLE: 'pending', JWT_EXPIRES_IN: '4w' } });
    });

    it('refuses a negative duration, and then saves nothing', async () => {
      expect(await save({ JWT_EXPIRES_IN: '-1h', WEBUI_URL: 'http://x.example' })).toMatchObject({ status: 400 });
      expect((await admin.api.get(`${ROOT}/config`)).body).toMatchObject({ JWT_EXPIRES_IN: '4w', WEBUI_URL: '' });
    });

    it('names all faults', async () => {
      const { status, body } = await admin.api.post(`${ROOT}/config`, {});
      expect(status).toBe(422);
      expect(body.detail).toHaveLength(15);
      expect(await save({ WEBUI_URL: null, ENABLE_SIGNUP: 'maybe' })).toMatchObject({
        status: 422,
        body: { detail: [{ type: 'string_type' }, { type: 'bool_parsing' }] },
      });
    });

    it('is for administrators', async () =>
      expect(await user.api.post(`${ROOT}/config`, {})).toMatchObject(refusal(401, Detail.accessProhibited)));
  });

  describe('GET /details', () => {
    it('names the first account, also to those who wait for approval', async () => {
      const pending = await asUser(app, 'pending');
      const { name, email } = admin;
      expect(await pending.api.get(`${ROOT}/details`)).toMatchObject({ status: 200, body: { name, email } });
      expect(await api(app.url).get(`${ROOT}/details`)).toMatchObject(refusal(401, Detail.notAuthenticated));
    });

    it('may be switched off', async () => {
      const { body } = await admin.api.get(`${ROOT}/config`);
      await admin.api.post(`${ROOT}/config`, { ...body, SHOW_ADMIN_DETAILS: false });
      expect(await user.api.get(`${ROOT}/details`)).toMatchObject(refusal(400, Detail.actionProhibited));
    });

    it('names whom the environment names', async () => {
      const other = await startTestApp({ ADMIN_EMAIL: 'boss@example.com' });
      const somebody = await asUser(other);
      const expected = { name: null, email: 'boss@example.com' };
      expect((await somebody.api.get(`${ROOT}/details`)).body).toEqual(expected);
      await other.close();
    });
  });
});
