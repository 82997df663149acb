import { Detail } from '../../src/common/errors/details';
import { SettingsStore } from '../../src/platform/settings/settings-store';
import { AuthSettings } from '../../src/modules/auth/auth.settings';
import { startTestApp, type TestApp } from '../support/app';
import { asUser } from '../support/as-user';
import { api, type Api } from '../support/http';
import { connectSocket } from '../support/socket';
import { AuthDetail } from '../../src/modules/auth/auth.errors';

const SIGN_IN = '/api/v1/auths/signin';
const EMPTY = { email: '', password: '' };
const ENV = {
  WEBUI_AUTH_TRUSTED_EMAIL_HEADER: 'X-Email',
  WEBUI_AUTH_TRUSTED_NAME_HEADER: 'X-Name',
  WEBUI_AUTH_TRUSTED_GROUPS_HEADER: 'X-Groups',
  DEFAULT_USER_ROLE: 'user',
};

describe('POST /api/v1/auths/signin with a trusted header', () => {
  let app: TestApp;
  let anonymous: Api;

  beforeAll(async () => {
    app = await startTestApp({ ...ENV, ENABLE_PASSWORD_VALIDATION: 'true' });
    anonymous = api(app.url);
  });
  afterAll(() => app.close());

  const signIn = (headers: Record<string, string>) => anonymous.post(SIGN_IN, EMPTY, { headers });
  const groupsOf = async (client: Api) => {
    const groups = await client.get('/api/v1/users/groups');
    return groups.body.map(({ name }: { name: string }) => name).sort();
  };

  it('makes one administrator of many first visitors, and accounts of them all', async () => {
    const visitors = Array.from({ length: 20 }, (_, index) => `v${index % 10}@example.com`);
    const answers = await Promise.all(visitors.map((email) => signIn({ 'x-email': email })));
    expect(answers.map(({ status }) => status)).toEqual(visitors.map(() => 200));
    const admins = new Set(answers.filter(({ body }) => body.role === 'admin').map(({ body }) => body.id));
    expect(admins.size).toBe(1);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(10);
    expect(app.get(AuthSettings).enable_signup).toBe(false);
  });

  it('sets one session cookie, for the token of the body', async () => {
    const { body, cookies } = await signIn({ 'x-email': 'new@example.com', 'x-name': 'Ad%C3%A1' });
    expect(body).toMatchObject({ name: 'Adá', email: 'new@example.com', role: 'user', token_type: 'Bearer' });
    expect(cookies).toEqual([expect.stringContaining(`token=${body.token};`)]);
  });

  it.each([
    ['no header', {}],
    ['no address', { 'x-email': 'ada' }],
    ['two addresses', { 'x-email': 'a@example.com, b@example.com' }],
  ])('refuses %s', async (_, headers: Record<string, string>) => {
    expect(await signIn(headers)).toMatchObject({ status: 400, body: { detail: AuthDetail.invalidTrustedHeader } });
  });

  it('still requires the fields of the form', async () => {
    expect(await anonymous.post(SIGN_IN, {}, { headers: { 'x-email': 'a@example.com' } })).toMatchObject({
      status: 422,
    });
  });

  it('ignores a password', async () => {
    const admin = await asUser(app, 'admin');
    const { email, password } = admin;
    expect(await anonymous.post(SIGN_IN, { email, password })).toMatchObject({ status: 400 });
  });

  it('joins and leaves groups by name, makes none, and leaves the default group alone', async () => {
    const admin = await asUser(app, 'admin');
    const create = (name: string) => admin.api.post('/api/v1/groups/create', { name, description: '' });
    await create('Team A');
    await create('Team B');
    const everybody = await create('Everybody');
    await app.get(SettingsStore).save(AuthSettings, { default_group_id: everybody.body.id });
    const first = await signIn({ 'x-email': 'cleo@example.com', 'x-groups': 'Team A, Team B, Nowhere' });
    const cleo = api(app.url, first.body.token);
    expect(await groupsOf(cleo)).toEqual(['Everybody', 'Team A', 'Team B']);
    await signIn({ 'x-email': 'cleo@example.com', 'x-groups': 'Team B' });
    expect(await groupsOf(cleo)).toEqual(['Everybody', 'Team B']);
    await signIn({ 'x-email': 'cleo@example.com', 'x-groups': ' , ' });
    expect(await groupsOf(cleo)).toEqual(['Everybody', 'Team B']);
    await signIn({ 'x-email': admin.email, 'x-groups': 'Team A' });
    expect(await groupsOf(admin.api)).toEqual([]);
    await app.get(SettingsStore).save(AuthSettings, { default_group_id: '' });
  });

  it('refuses sessions of another user than the header names, in every carrier', async () => {
    const user = await asUser(app);
    const get = (headers: Record<string, string>) => anonymous.get('/api/v1/auths/', { headers });
    const bearer = { authorization: `Bearer ${user.token}` };
    const cookie = { cookie: `token=${user.token}` };
    for (const carrier of [bearer, cookie]) {
      expect(await get(carrier)).toMatchObject({ status: 200 });
      expect(await get({ ...carrier, 'x-email': user.email.toUpperCase() })).toMatchObject({ status: 200 });
      for (const email of ['other@example.com', '', `${user.email}, other@example.com`])
        expect(await get({ ...carrier, 'x-email': email })).toMatchObject({
          status: 401,
          body: { detail: AuthDetail.userMismatch },
        });
    }
  });

  it('signs sockets in only as the user that the header names', async () => {
    const user = await asUser(app);
    const joined = async (email?: string) => {
      const socket = await connectSocket(app.url, user.token, email === undefined ? {} : { 'x-email': email });
      const [answer] = await socket.emit('user-join', { auth: { token: user.token } });
      socket.close();
      return answer;
    };
    for (const email of [undefined, user.email.toUpperCase()])
      expect(await joined(email)).toMatchObject({ id: user.id });
    for (const email of ['other@example.com', '', `${user.email}, other@example.com`])
      expect(await joined(email)).toBeUndefined();
  });

  it('refuses a password change', async () => {
    const user = await asUser(app);
    const change = { password: user.password, new_password: 'Passw0rd!' };
    const refusal = { status: 400, body: { detail: Detail.actionProhibited } };
    expect(await user.api.post('/api/v1/auths/update/password', change)).toMatchObject(refusal);
  });
});

describe('POST /api/v1/auths/signin with trusted proxies', () => {
  it.each([
    ['10.0.0.0/8', 400],
    ['10.0.0.0/8, loopback', 200],
  ])('believes only them: %s', async (proxies, status) => {
    const app = await startTestApp({ ...ENV, WEBUI_AUTH_TRUSTED_PROXIES: proxies });
    const headers = { 'x-email': 'ada@example.com', 'x-forwarded-for': '10.0.0.1' };
    expect(await api(app.url).post(SIGN_IN, EMPTY, { headers })).toMatchObject({ status });
    await app.close();
  });

  it('are networks, or the server does not start', async () => {
    await expect(startTestApp({ ...ENV, WEBUI_AUTH_TRUSTED_PROXIES: 'proxy.example.com' })).rejects.toThrow(
      'trusted_proxies',
    );
  });
});
