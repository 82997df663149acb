import { createHmac } from 'node:crypto';
import { Detail } from '../../src/common/errors/details';
import { Keyring } from '../../src/platform/crypto/keyring';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { api, type Api } from '../support/http';
import { createTestDatabase } from '../support/database';
import { connectSocket } from '../support/socket';
import { AuthDetail } from '../../src/modules/auth/auth.errors';

const ROOT = '/api/v1/auths';
const TOO_LONG = 'x'.repeat(73);
const refusal = (status: number, detail: string) => ({ status, body: { detail } });
const tokenOf = (cookies: string[]) =>
  /^token=([^;]+)/.exec(cookies.find((cookie) => cookie.startsWith('token=')) ?? '')?.[1];

/** A token of any header and claims; without a key it has no signature. */
function forge(header: object, claims: object, key?: Buffer): string {
  const body = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${body}.${key ? createHmac('sha256', key).update(body).digest('base64url') : ''}`;
}

describe('the first account', () => {
  it('becomes administrator and closes sign-up', async () => {
    const app = await startTestApp();
    const client = api(app.url);
    const form = { name: 'Ada', email: 'Ada@Example.com', password: 'pw-ada' };
    const first = await client.post(`${ROOT}/signup`, form);
    expect(first).toMatchObject({
      status: 200,
      body: { role: 'admin', email: 'ada@example.com', token_type: 'Bearer' },
    });
    expect(first.body.profile_image_url).toBe('/user.png');
    expect(first.cookies).toEqual([
      expect.stringMatching(/^token=[^;]+; expires=[^;]+; HttpOnly; Path=\/; SameSite=lax$/),
    ]);
    expect(await client.post(`${ROOT}/signup`, { ...form, email: 'x@example.com' })).toMatchObject(
      refusal(403, Detail.accessProhibited),
    );
    await app.close();
  });

  it('is one of twenty that sign up at once', async () => {
    const app = await startTestApp({ DEFAULT_USER_ROLE: 'user' });
    const forms = Array.from({ length: 20 }, (_, n) => ({ name: `N${n}`, email: `n${n}@example.com`, password: 'pw' }));
    const answers = await Promise.all(forms.map((form) => api(app.url).post(`${ROOT}/signup`, form)));
    const [winner, ...others] = answers.filter(({ status }) => status === 200);
    expect(others).toEqual([]);
    expect(winner?.body.role).toBe('admin');
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(19);
    const users = await api(app.url, winner?.body.token).get('/api/v1/users/');
    expect(users.body.total).toBe(1);
    await app.close();
  });

  it('may be made although sign-up is off, where that is allowed', async () => {
    const closed = await startTestApp({ ENABLE_SIGNUP: 'false' });
    const form = { name: 'Ada', email: 'ada@example.com', password: 'pw' };
    expect(await api(closed.url).post(`${ROOT}/signup`, form)).toMatchObject(refusal(403, Detail.accessProhibited));
    await closed.close();
    const app = await startTestApp({ ENABLE_LOGIN_FORM: 'false', ENABLE_INITIAL_ADMIN_SIGNUP: 'true' });
    expect(await api(app.url).post(`${ROOT}/signup`, form)).toMatchObject({ status: 200, body: { role: 'admin' } });
    const second = await api(app.url).post(`${ROOT}/signup`, { ...form, email: 'b@example.com' });
    expect(second).toMatchObject(refusal(403, Detail.accessProhibited));
    await app.close();
  });
});

describe(ROOT, () => {
  let app: TestApp;
  let admin: TestUser;
  let anonymous: Api;

  beforeAll(async () => {
    app = await startTestApp({ DEFAULT_USER_ROLE: 'user', SIGNIN_ADDRESS_LIMIT: '0' });
    anonymous = api(app.url);
    admin = await asUser(app, 'admin');
  });
  afterAll(() => app.close());

  const signIn = ({ email, password }: Pick<TestUser, 'email' | 'password'>) =>
    anonymous.post(`${ROOT}/signin`, { email, password });

  describe('POST /signup', () => {
    const signUp = (form: object) => anonymous.post(`${ROOT}/signup`, { name: 'N', password: 'pw', ...form });

    it('makes an account with the default role', async () => {
      const answer = await signUp({ email: 'one@example.com' });
      expect(answer).toMatchObject({ status: 200, body: { role: 'user', name: 'N' } });
      expect(Object.keys(answer.body.permissions)).toEqual(['workspace', 'sharing', 'chat', 'features']);
    });

    it('compares addresses without their case', async () => {
      await signUp({ email: 'case@example.com' });
      expect(await signUp({ email: 'CASE@example.com' })).toMatchObject(refusal(400, AuthDetail.emailTaken));
    });

    it('lets one of several have an address', async () => {
      const answers = await Promise.all(Array.from({ length: 5 }, () => signUp({ email: 'wanted@example.com' })));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400]);
    });

    it('refuses malformed addresses and long passwords', async () => {
      expect(await signUp({ email: 'nobody' })).toMatchObject(refusal(400, AuthDetail.invalidEmailFormat));
      expect(await signUp({ email: 'long@example.com', password: TOO_LONG })).toMatchObject(
        refusal(400, AuthDetail.passwordTooLong),
      );
      expect(await signIn({ email: 'long@example.com', password: TOO_LONG })).toMatchObject({ status: 400 });
    });

    it('names all missing fields in their order', async () => {
      const { status, body } = await anonymous.post(`${ROOT}/signup`, {});
      expect(status).toBe(422);
      expect(body.detail.map(({ loc }: { loc: string[] }) => loc[1])).toEqual(['name', 'email', 'password']);
    });

    it('takes null for the default picture, and only harmless pictures', async () => {
      const picture = (profile_image_url: unknown) =>
        signUp({ email: `${Math.random()}@example.com`, profile_image_url });
      expect((await picture(null)).body.profile_image_url).toBe('/user.png');
      for (const url of ['data:text/html;base64,AAAA', 'data:image/svg+xml;base64,AAAA', 'javascript:alert(1)'])
        expect(await picture(url)).toMatchObject({ status: 422 });
    });

    it('stores what a database cannot as close as it can', async () => {
      const answer = await signUp({ name: 'a\u0000b\ud800', email: 'nul\u0000@example.com' });
      expect(answer).toMatchObject({ status: 200, body: { name: 'ab\ufffd', email: 'nul@example.com' } });
    });
  });

  describe('POST /signin', () => {
    it('starts a session with the claims of the contract', async () => {
      const user = await asUser(app);
      const before = Math.floor(Date.now() / 1000);
      const answer = await signIn({ ...user, email: user.email.toUpperCase() });
      expect(answer).toMatchObject({ status: 200, body: { id: user.id, token_type: 'Bearer' } });
      const [header, claims] = answer.body.token
        .split('.')
        .slice(0, 2)
        .map((part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()));
      expect(header).toEqual({ alg: 'HS256', typ: 'JWT' });
      expect(claims).toEqual({
        id: user.id,
        jti: expect.stringMatching(/^[\da-f-]{36}$/),
        ver: 0,
        exp: answer.body.expires_at,
      });
      expect(claims.exp).toBeGreaterThanOrEqual(before + 4 * 7 * 86_400);
      expect(tokenOf(answer.cookies)).toBe(answer.body.token);
    });

    it('ends the session that the browser had before, and no other', async () => {
      const [user, next] = [await asUser(app), await asUser(app)];
      const kept = (await signIn(user)).body.token as string;
      const headers = { cookie: `token=${user.token}` };
      const failed = await anonymous.post(`${ROOT}/signin`, { email: next.email, password: 'wrong' }, { headers });
      expect(failed.status).toBe(400);
      expect((await user.api.get(`${ROOT}/`)).status).toBe(200);
      const body = { email: next.email, password: next.password };
      expect((await anonymous.post(`${ROOT}/signin`, body, { headers })).status).toBe(200);
      expect(await user.api.get(`${ROOT}/`)).toMatchObject(refusal(401, AuthDetail.revokedToken));
      expect((await api(app.url, kept).get(`${ROOT}/`)).status).toBe(200);
    });

    it('answers unknown addresses and wrong passwords alike', async () => {
      const user = await asUser(app);
      const wrong = await signIn({ ...user, password: 'wrong' });
      const unknown = await signIn({ email: 'nobody@example.com', password: 'x' });
      expect(wrong).toMatchObject(refusal(400, AuthDetail.invalidCredentials));
      expect(unknown).toMatchObject(refusal(400, AuthDetail.invalidCredentials));
      expect(wrong.cookies).toEqual([]);
    });

    it('compares the first 72 bytes', async () => {
      const password = 'p'.repeat(72);
      await anonymous.post(`${ROOT}/signup`, { name: 'N', email: 'cut@example.com', password });
      expect(await signIn({ email: 'cut@example.com', password: `${password}and more` })).toMatchObject({
        status: 200,
      });
    });

    it('refuses megabytes before anything is hashed', async () => {
      const password = 'x'.repeat(5 * 1024 * 1024);
      expect(await signIn({ ...admin, password })).toMatchObject({ status: 413 });
      const form = { email: admin.email, password };
      expect(await api(app.url, 'x').post(`${ROOT}/signin`, form)).toMatchObject({ status: 413 });
      expect(await admin.api.post(`${ROOT}/signin`, form)).toMatchObject(refusal(400, AuthDetail.invalidCredentials));
      const longEmail = await anonymous.post(`${ROOT}/signin`, { email: 'x'.repeat(900_000), password: 'x' });
      expect(longEmail).toMatchObject({ status: 400 });
    });

    it('marks the cookie as secure on a secure connection', async () => {
      const secure = await startTestApp({ TRUST_PROXY: '1' });
      const user = await asUser(secure);
      const headers = { 'X-Forwarded-Proto': 'https' };
      const { cookies } = await api(secure.url).post(
        `${ROOT}/signin`,
        { email: user.email, password: user.password },
        { headers },
      );
      expect(cookies[0]).toMatch(/; Secure$/);
      await secure.close();
    });
  });

  describe('GET /', () => {
    it('returns the signed-in user, also for a browser that has only the cookie', async () => {
      const user = await asUser(app);
      const byHeader = await user.api.get(`${ROOT}/`);
      expect(byHeader).toMatchObject({ status: 200, body: { id: user.id, token: user.token, bio: null } });
      expect(tokenOf(byHeader.cookies)).toBe(user.token);
      const byCookie = await anonymous.get(`${ROOT}/`, { headers: { cookie: `token=${user.token}` } });
      expect(byCookie).toMatchObject({ status: 200, body: { id: user.id, token: user.token } });
    });

    it('serves pending accounts', async () => {
      const pending = await asUser(app, 'pending');
      expect(await pending.api.get(`${ROOT}/`)).toMatchObject({ status: 200, body: { role: 'pending' } });
    });

    it.each(['', 'Bearer', 'Bearer ', 'Bearer a b', 'Basic x', 'garbage'])(
      'wants more than %p',
      async (authorization) => {
        const answer = await anonymous.get(`${ROOT}/`, { headers: { authorization } });
        expect(answer).toMatchObject(refusal(401, Detail.notAuthenticated));
        expect(answer.headers.get('www-authenticate')).toBeNull();
      },
    );

    it('does not choke on 10 KB', async () => {
      const authorization = `Bearer ${'x'.repeat(10_000)}`;
      expect(await anonymous.get(`${ROOT}/`, { headers: { authorization } })).toMatchObject(
        refusal(401, Detail.unauthorized),
      );
    });

    it('refuses forged tokens', async () => {
      const key = Buffer.from(app.get(Keyring).session.export());
      const jti = 'c8f5ad40-4f5e-4c0a-9d3d-000000000000';
      const good = { id: admin.id, jti, ver: 0 };
      const hs256 = { alg: 'HS256', typ: 'JWT' };
      expect(await api(app.url, forge(hs256, good, key)).get(`${ROOT}/`)).toMatchObject({ status: 200 });
      const forged = [
        forge({ alg: 'none', typ: 'JWT' }, good),
        forge({ alg: 'None' }, good),
        forge({ alg: 'HS512', typ: 'JWT' }, good, key),
        forge({ alg: 'RS256', typ: 'JWT' }, good, key),
        forge(hs256, good, Buffer.from('another key of the same length.')),
        forge(hs256, good),
        forge(hs256, { ...good, exp: 1 }, key),
        forge(hs256, { jti }, key),
        forge(hs256, { id: '', jti }, key),
        forge(hs256, { id: 0, jti }, key),
        forge(hs256, { id: [admin.id], jti }, key),
        forge(hs256, { id: admin.id }, key),
      ];
      for (const token of forged)
        expect(await api(app.url, token).get(`${ROOT}/`)).toMatchObject(refusal(401, Detail.unauthorized));
      for (const id of [`0${admin.id}`, `${admin.id} `, admin.id.toUpperCase(), '٠'])
        expect(await api(app.url, forge(hs256, { id, jti }, key)).get(`${ROOT}/`)).toMatchObject(
          refusal(401, AuthDetail.invalidToken),
        );
    });

    it('takes a bad header before a good cookie, and deletes the cookie', async () => {
      const headers = { authorization: 'Bearer garbage', cookie: `token=${admin.token}` };
      const answer = await anonymous.get(`${ROOT}/`, { headers });
      expect(answer).toMatchObject(refusal(401, Detail.unauthorized));
      expect(answer.cookies).toEqual([expect.stringMatching(/^token=""; expires=[^;]+; Max-Age=0/)]);
    });
  });

  describe('GET /signout', () => {
    it('ends this session and no other, on HTTP and on sockets', async () => {
      const user = await asUser(app);
      const other = (await signIn(user)).body.token as string;
      const socket = await connectSocket(app.url, user.token);
      const answer = await user.api.get(`${ROOT}/signout`);
      expect(answer).toMatchObject({ status: 200, body: { status: true } });
      expect(answer.cookies.map((cookie) => cookie.split('=')[0])).toEqual(['token', 'owui-session', 'oauth_id_token']);
      await socket.closed;
      expect(await user.api.get(`${ROOT}/`)).toMatchObject(refusal(401, AuthDetail.revokedToken));
      expect(await api(app.url, other).get(`${ROOT}/`)).toMatchObject({ status: 200 });
    });

    it('takes the token of the cookie', async () => {
      const user = await asUser(app);
      await anonymous.get(`${ROOT}/signout`, { headers: { cookie: `token=${user.token}` } });
      expect(await user.api.get(`${ROOT}/`)).toMatchObject({ status: 401 });
    });

    it('leaves the session alone when a page embeds the address', async () => {
      const user = await asUser(app);
      for (const destination of ['image', 'iframe', 'script']) {
        const headers = { cookie: `token=${user.token}`, 'sec-fetch-dest': destination };
        expect(await anonymous.get(`${ROOT}/signout`, { headers })).toMatchObject({ status: 200, cookies: [] });
      }
      expect(await user.api.get(`${ROOT}/`)).toMatchObject({ status: 200 });
    });

    it.each([{}, { authorization: 'garbage' }, { authorization: 'Bearer x.y.z' }, { cookie: 'token=dead' }])(
      'succeeds for %j',
      async (headers) =>
        expect(await anonymous.get(`${ROOT}/signout`, { headers: headers as Record<string, string> })).toMatchObject({
          status: 200,
          body: { status: true },
        }),
    );
  });

  describe('POST /update/password', () => {
    const change = ({ api: client, password }: TestUser, new_password: string) =>
      client.post(`${ROOT}/update/password`, { password, new_password });

    const session = (token: string) => api(app.url, token).get(`${ROOT}/`);
    const ended = refusal(401, AuthDetail.invalidToken);

    it('ends all other sessions and keeps the own one, on HTTP and on sockets', async () => {
      const user = await asUser(app);
      const other = (await signIn(user)).body.token as string;
      const sockets = { own: await connectSocket(app.url, user.token), other: await connectSocket(app.url, other) };
      expect(await change(user, 'another')).toMatchObject({ status: 200, body: true, cookies: [] });
      await sockets.other.closed;
      expect(await session(other)).toMatchObject(ended);
      expect(await session(user.token)).toMatchObject({ status: 200, body: { id: user.id } });
      expect(await sockets.own.emit('user-join', { auth: { token: user.token } })).toMatchObject([{ id: user.id }]);
      sockets.own.close();
      expect(await signIn(user)).toMatchObject({ status: 400 });
      expect(await signIn({ ...user, password: 'another' })).toMatchObject({ status: 200 });
    });

    it('keeps one session only: that of the last change', async () => {
      const user = await asUser(app);
      await change(user, 'second');
      const later = (await signIn({ ...user, password: 'second' })).body.token as string;
      await change({ ...user, password: 'second' }, 'third');
      expect(await session(later)).toMatchObject(ended);
      const last = (await signIn({ ...user, password: 'third' })).body.token as string;
      const change3 = await change({ ...user, api: api(app.url, last), password: 'third' }, 'fourth');
      expect(change3).toMatchObject({ status: 200 });
      expect([(await session(user.token)).status, (await session(last)).status]).toEqual([401, 200]);
    });

    it('lets the kept session sign out', async () => {
      const user = await asUser(app);
      await change(user, 'another');
      await user.api.get(`${ROOT}/signout`);
      expect(await session(user.token)).toMatchObject(refusal(401, AuthDetail.revokedToken));
    });

    it('refuses a wrong current and a long new password; nothing changes', async () => {
      const user = await asUser(app);
      expect(await change({ ...user, password: 'wrong' }, 'x')).toMatchObject(
        refusal(400, AuthDetail.incorrectPassword),
      );
      expect(await change(user, TOO_LONG)).toMatchObject(refusal(400, AuthDetail.passwordTooLong));
      expect(await change(user, 'é'.repeat(40))).toMatchObject(refusal(400, AuthDetail.passwordTooLong));
      expect(await signIn(user)).toMatchObject({ status: 200 });
      expect(await user.api.get(`${ROOT}/`)).toMatchObject({ status: 200 });
    });

    it('serves pending accounts, and refuses anonymous clients', async () => {
      expect(await change(await asUser(app, 'pending'), 'new')).toMatchObject({ status: 200, body: true });
      expect(await anonymous.post(`${ROOT}/update/password`, {})).toMatchObject(refusal(401, Detail.notAuthenticated));
    });
  });

  describe('POST /update/profile', () => {
    const profile = { name: 'New', profile_image_url: '/user.png' };

    it('changes the profile; what is left out is cleared', async () => {
      const user = await asUser(app);
      const full = { ...profile, bio: 'hello', gender: 'x', date_of_birth: '1990-02-03T00:00:00' };
      expect(await user.api.post(`${ROOT}/update/profile`, full)).toMatchObject({ status: 200, body: { name: 'New' } });
      expect((await user.api.get(`${ROOT}/`)).body).toMatchObject({ bio: 'hello', date_of_birth: '1990-02-03' });
      await user.api.post(`${ROOT}/update/profile`, profile);
      expect((await user.api.get(`${ROOT}/`)).body).toMatchObject({ bio: null, date_of_birth: null });
    });

    it.each(['data:text/html,x', 'data:image/svg+xml;base64,PHN2Zy8+', 'javascript:alert(1)', '//evil.example/x'])(
      'refuses the picture %s',
      async (profile_image_url) => {
        const user = await asUser(app);
        expect(await user.api.post(`${ROOT}/update/profile`, { ...profile, profile_image_url })).toMatchObject({
          status: 422,
        });
        expect((await user.api.get(`${ROOT}/`)).body.profile_image_url).toBe('/user.png');
      },
    );

    it('refuses days that do not exist, and pending accounts', async () => {
      const answer = await admin.api.post(`${ROOT}/update/profile`, { ...profile, date_of_birth: '1990-02-31' });
      expect(answer).toMatchObject({ status: 422, body: { detail: [{ type: 'date_from_datetime_parsing' }] } });
      const pending = await asUser(app, 'pending');
      expect(await pending.api.post(`${ROOT}/update/profile`, profile)).toMatchObject(
        refusal(401, Detail.accessProhibited),
      );
    });
  });

  describe('POST /add', () => {
    const add = (client: Api, form: object) =>
      client.post(`${ROOT}/add`, { name: 'B', email: `${Math.random()}@example.com`, password: 'pw', ...form });

    it('makes an account without touching the session of the administrator', async () => {
      const answer = await add(admin.api, { role: 'user' });
      expect(answer).toMatchObject({ status: 200, body: { role: 'user', token_type: 'Bearer' } });
      expect(answer.body).not.toHaveProperty('expires_at');
      expect(answer.cookies).toEqual([]);
      expect(await api(app.url, answer.body.token).get(`${ROOT}/`)).toMatchObject({ body: { id: answer.body.id } });
      expect((await add(admin.api, {})).body.role).toBe('pending');
    });

    it('refuses bad values', async () => {
      expect(await add(admin.api, { role: 'superuser' })).toMatchObject({ status: 422 });
      expect(await add(admin.api, { email: 'x' })).toMatchObject(refusal(400, AuthDetail.invalidEmailFormat));
      expect(await add(admin.api, { email: admin.email })).toMatchObject(refusal(400, AuthDetail.emailTaken));
      expect(await add(admin.api, { password: TOO_LONG })).toMatchObject(refusal(400, AuthDetail.passwordTooLong));
    });

    it('is for administrators: that is checked before the body', async () => {
      expect(await anonymous.post(`${ROOT}/add`, {})).toMatchObject(refusal(401, Detail.notAuthenticated));
      for (const role of ['user', 'pending'] as const)
        expect(await (await asUser(app, role)).api.post(`${ROOT}/add`, {})).toMatchObject(
          refusal(401, Detail.accessProhibited),
        );
    });
  });

  describe('a request from another site', () => {
    const status = '/api/v1/users/user/status/update';
    const send = (user: TestUser, headers: object) =>
      anonymous.post(status, { status_message: 'x' }, { headers: { cookie: `token=${user.token}`, ...headers } });

    it('cannot change anything with the cookie', async () => {
      const user = await asUser(app);
      for (const headers of [
        { origin: 'https://evil.example' },
        { 'sec-fetch-site': 'cross-site' },
        { origin: 'null' },
      ])
        expect(await send(user, headers)).toMatchObject(refusal(401, Detail.notAuthenticated));
      expect((await user.api.get('/api/v1/users/user/status')).body.status_message).toBeNull();
      expect(await send(user, { origin: app.url })).toMatchObject({ status: 200 });
      expect(await send(user, {})).toMatchObject({ status: 200 });
    });
  });
});

describe('several nodes', () => {
  it('agree on who signed in and who signed out', async () => {
    const database = await createTestDatabase();
    const env = { DATABASE_URL: database.url, WEBUI_SECRET_KEY: 'the same on every node, and long enough' };
    const [one, other] = [await startTestApp(env), await startTestApp(env)];
    const user = await asUser(one);
    const elsewhere = api(other.url, user.token);
    expect(await elsewhere.get(`${ROOT}/`)).toMatchObject({ status: 200, body: { id: user.id } });
    await elsewhere.get(`${ROOT}/signout`);
    expect(await user.api.get(`${ROOT}/`)).toMatchObject(refusal(401, AuthDetail.revokedToken));
    await Promise.all([one.close(), other.close()]);
    await database.drop();
  });
});

describe('password rules', () => {
  it('count for new passwords everywhere', async () => {
    const app = await startTestApp({ ENABLE_PASSWORD_VALIDATION: 'true' });
    const weak = refusal(400, AuthDetail.invalidPassword);
    const form = { name: 'N', email: 'n@example.com', password: 'weak' };
    expect(await api(app.url).post(`${ROOT}/signup`, form)).toMatchObject(weak);
    const admin = await asUser(app, 'admin');
    expect(await admin.api.post(`${ROOT}/add`, form)).toMatchObject(weak);
    const { password } = admin;
    expect(await admin.api.post(`${ROOT}/update/password`, { password, new_password: 'weak' })).toMatchObject(weak);
    expect(await admin.api.post(`${ROOT}/update/password`, { password, new_password: 'Passw0rd!' })).toMatchObject({
      status: 200,
    });
    await app.close();
  });

  it('do not matter where passwords are off', async () => {
    const app = await startTestApp({ ENABLE_PASSWORD_AUTH: 'false' });
    const off = refusal(403, Detail.actionProhibited);
    const user = await asUser(app);
    const form = { name: 'N', email: user.email, password: user.password };
    expect(await api(app.url).post(`${ROOT}/signin`, form)).toMatchObject(off);
    expect(await api(app.url).post(`${ROOT}/signup`, form)).toMatchObject(off);
    expect(await user.api.post(`${ROOT}/update/password`, { password: 'x', new_password: 'y' })).toMatchObject(off);
    await app.close();
  });
});

describe('the duration of sessions', () => {
  it('may be without end', async () => {
    const app = await startTestApp({ JWT_EXPIRES_IN: '-1' });
    const { email, password } = await asUser(app);
    const answer = await api(app.url).post(`${ROOT}/signin`, { email, password });
    expect(answer.body.expires_at).toBeNull();
    expect(answer.cookies[0]).toMatch(/^token=[^;]+; HttpOnly;/);
    await app.close();
  });
});
