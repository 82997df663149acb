import { randomUUID } from 'node:crypto';
import { Detail } from '../../src/common/errors/details';
import { PublicUrlSettings } from '../../src/modules/auth/public-url.settings';
import { OAuthSettings } from '../../src/modules/auth/oauth/oauth.settings';
import { Database } from '../../src/platform/database/database';
import { SettingsStore } from '../../src/platform/settings/settings-store';
import type { JsonObject } from '../../src/common/util/json';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { CLIENT, FakeIdentityProvider, type Script } from '../support/fakes/identity-provider';
import { api, type Answer, type Api } from '../support/http';
import { AuthDetail } from '../../src/modules/auth/auth.errors';

const cookie = (answer: Answer, name: string) =>
  answer.cookies.find((text) => text.startsWith(`${name}=`))?.slice(name.length + 1);
const value = (answer: Answer, name: string) => cookie(answer, name)?.split(';')[0];
const errorOf = (answer: Answer) => new URL(answer.headers.get('location') ?? '').searchParams.get('error');

/** The browser is redirected to the provider, a user with these claims consents, and the browser returns. */
async function signInAt(
  app: TestApp,
  provider: FakeIdentityProvider,
  claims: JsonObject,
  cookies = '',
): Promise<Answer> {
  const start = await api(app.url).get('/oauth/oidc/login');
  const query = provider.codes.agree(start.headers.get('location') ?? '', claims);
  const headers = { cookie: `owui-session=${value(start, 'owui-session')}; ${cookies}` };
  return api(app.url).get(`/oauth/oidc/callback?${query}`, { headers });
}

const sessionAt = async (app: TestApp, answer: Answer) =>
  (await api(app.url, value(answer, 'token')).get('/api/v1/auths/')).body as JsonObject;

const clientOf = (provider: FakeIdentityProvider) => ({
  OAUTH_CLIENT_ID: CLIENT.id,
  OAUTH_CLIENT_SECRET: CLIENT.secret,
  OPENID_PROVIDER_URL: provider.discoveryUrl,
  ENABLE_OAUTH_SIGNUP: 'true',
  DEFAULT_USER_ROLE: 'user',
  SIGNIN_ADDRESS_LIMIT: '0',
});

describe('the first sign-ins at an identity provider', () => {
  it('make one administrator of any number of concurrent ones, and close sign-up', async () => {
    const provider = await FakeIdentityProvider.start();
    const app = await startTestApp(clientOf(provider));
    const visitors = Array.from({ length: 20 }, (_, n) => ({
      sub: `v${n}`,
      email: `v${n}@example.com`,
      name: `V${n}`,
    }));
    const answers = await Promise.all(visitors.map((claims) => signInAt(app, provider, claims)));
    const users = await Promise.all(answers.map((answer) => sessionAt(app, answer)));
    expect(users.map(({ email }) => email)).toEqual(visitors.map(({ email }) => email));
    expect(users.map(({ role }) => role).sort()).toEqual(['admin', ...Array.from({ length: 19 }, () => 'user')]);
    const form = { name: 'X', email: 'x@example.com', password: 'pw' };
    expect(await api(app.url).post('/api/v1/auths/signup', form)).toMatchObject({ status: 403 });
    await app.close();
    await provider.close();
  });
});

describe('/oauth/{provider}', () => {
  let provider: FakeIdentityProvider;
  let app: TestApp;
  let anonymous: Api;
  let admin: TestUser;

  beforeAll(async () => {
    provider = await FakeIdentityProvider.start();
    provider.script = { userInfo: {} };
    app = await startTestApp({
      ...clientOf(provider),
      OAUTH_PROVIDER_NAME: 'Example',
      ENABLE_OAUTH_TOKEN_EXCHANGE: 'true',
    });
    anonymous = api(app.url);
    admin = await asUser(app, 'admin');
    // Times are in seconds: an account of the same second could otherwise count as the first one.
    await app.get(Database).query('UPDATE "user" SET created_at = created_at - 60 WHERE id = $1', [admin.id]);
  });
  beforeEach(() => {
    provider.script = { userInfo: {} };
  });
  afterAll(async () => {
    await app.close();
    await provider.close();
  });

  const begin = async () => {
    const answer = await anonymous.get('/oauth/oidc/login');
    const query = new URL(answer.headers.get('location') ?? '').searchParams;
    const flow = value(answer, 'owui-session') ?? '';
    return { answer, query, flow, state: query.get('state') ?? '' };
  };
  const finish = (state: string, flow: string, parameters: Record<string, string> = { code: 'c' }) =>
    anonymous.get(`/oauth/oidc/callback?${new URLSearchParams({ ...parameters, state }).toString()}`, {
      headers: { cookie: `owui-session=${flow}` },
    });
  const signIn = async (claims: JsonObject, script: Script = {}) => {
    provider.script = { userInfo: {}, ...script };
    return signInAt(app, provider, { name: 'Ada', ...claims });
  };
  const person = (change: JsonObject = {}) => {
    const sub = randomUUID();
    return { sub, email: `${sub}@example.com`, email_verified: true, ...change };
  };
  const sessionOf = (answer: Answer) => sessionAt(app, answer);
  const save = (change: Partial<OAuthSettings>) => app.get(SettingsStore).save(OAuthSettings, change);

  describe('GET /login', () => {
    it('sends the browser to the provider, with state, nonce and a code challenge', async () => {
      const { answer, query } = await begin();
      expect(answer.status).toBe(302);
      expect(Object.fromEntries(query)).toMatchObject({
        client_id: CLIENT.id,
        response_type: 'code',
        scope: 'openid email profile',
        redirect_uri: `${app.url}/oauth/oidc/callback`,
        code_challenge_method: 'S256',
        state: expect.stringMatching(/.{32,}/),
        nonce: expect.stringMatching(/.{32,}/),
        code_challenge: expect.stringMatching(/.{40,}/),
      });
      expect(cookie(answer, 'owui-session')).toMatch(/; path=\/; Max-Age=1209600; httponly; samesite=lax$/);
    });

    it('returns to the public URL of the installation', async () => {
      const saveUrl = (url: string) => app.get(SettingsStore).save(PublicUrlSettings, { url });
      await saveUrl('https://chat.example.com/');
      expect((await begin()).query.get('redirect_uri')).toBe('https://chat.example.com/oauth/oidc/callback');
      await saveUrl('');
    });

    it('knows no other provider', async () => {
      for (const path of ['google/login', 'nobody/login', 'nobody/callback', 'nobody/login/callback'])
        expect(await anonymous.get(`/oauth/${path}`)).toMatchObject({ status: 404, body: { detail: 'Not Found' } });
    });
  });

  describe('GET /callback', () => {
    it('makes an account at the first visit, and knows it at the second', async () => {
      const claims = person({ name: 'Adá' });
      const first = await signIn(claims);
      expect(first).toMatchObject({ status: 307 });
      expect(first.headers.get('location')).toBe(`${app.url}/auth`);
      expect(cookie(first, 'token')).toMatch(/^[^;]+; Path=\/; SameSite=lax$/);
      expect(cookie(first, 'oauth_session_id')).toMatch(/; HttpOnly; Path=\/; SameSite=lax$/);
      expect(cookie(first, 'oauth_id_token')).toMatch(/; HttpOnly; /);
      expect(cookie(first, 'owui-session')).toMatch(/expires=Thu, 01 Jan 1970/);
      const user = await sessionOf(first);
      expect(user).toMatchObject({ email: claims.email, name: 'Adá', role: 'user' });
      const second = await signIn({ ...claims, email: 'elsewhere@example.com' });
      expect(await sessionOf(second)).toMatchObject({ id: user.id, email: claims.email });
    });

    it('ends the session that the browser had before', async () => {
      const user = await asUser(app);
      await sessionOf(await signInAt(app, provider, { name: 'Ada', ...person() }, `token=${user.token}`));
      expect(await user.api.get('/api/v1/auths/')).toMatchObject({
        status: 401,
        body: { detail: AuthDetail.revokedToken },
      });
    });

    it('takes from the user info what the ID token leaves out', async () => {
      const { sub, email } = person();
      const answer = await signIn({ sub }, { userInfo: { sub, email } });
      expect(await sessionOf(answer)).toMatchObject({ email });
      const other = await signIn({ sub: randomUUID() }, { userInfo: { sub: 'somebody else', email: 'x@example.com' } });
      expect(errorOf(other)).toBe(AuthDetail.invalidCredentials);
    });

    it('creates one account for ten concurrent first sign-ins', async () => {
      const claims = person();
      const answers = await Promise.all(Array.from({ length: 10 }, () => signIn(claims)));
      const users = await Promise.all(answers.map((answer) => sessionOf(answer)));
      expect(new Set(users.map(({ id }) => id)).size).toBe(1);
      expect(users[0]).toMatchObject({ email: claims.email });
    });

    it.each<[string, Script]>([
      ['signed with the secret of the client', { header: { alg: 'HS256' }, isForged: true }],
      ['without a signature', { header: { alg: 'none' } }],
      ['signed by somebody else', { isForged: true }],
      ['with an unknown critical header', { header: { crit: ['x'], x: 1 } }],
      ['for another client', { claims: { aud: 'other' } }],
      ['for several clients, not granted to this one', { claims: { aud: [CLIENT.id, 'other'], azp: 'other' } }],
      ['of another issuer', { claims: { iss: 'https://evil.example.com' } }],
      ['that expired', { claims: { exp: 1 } }],
      ['of another sign-in', { claims: { nonce: 'x' } }],
      ['without a subject', { claims: { sub: undefined } }],
      ['with an empty subject', { claims: { sub: '' } }],
    ])('refuses an ID token %s', async (_, script) => {
      const answer = await signIn({}, { ...script, claims: { ...person(), name: 'X', ...script.claims } });
      expect(errorOf(answer)).toBe(AuthDetail.invalidCredentials);
      expect(cookie(answer, 'token')).toBeUndefined();
    });

    it('refuses answers that belong to no sign-in of this browser', async () => {
      const { flow, state } = await begin();
      const other = await begin();
      for (const [sentState, sentFlow] of [
        ['', flow],
        ['x', flow],
        [other.state, flow],
        [state, ''],
        [state, 'garbage'],
        [state, `${flow.slice(0, -4)}AAAA`],
      ] as const)
        expect(errorOf(await finish(sentState, sentFlow))).toBe(AuthDetail.invalidCredentials);
    });

    it('shows on the login page that the provider or the user refused', async () => {
      const { flow, state } = await begin();
      expect(errorOf(await finish(state, flow, { error: 'access_denied' }))).toBe(AuthDetail.invalidCredentials);
      const failure = { status: 400, body: { error: 'invalid_grant' } };
      expect(errorOf(await signIn(person(), { failure }))).toBe(AuthDetail.invalidCredentials);
    });

    it.each([
      ['no address', { email: undefined }],
      ['no real address', { email: 'ada' }],
    ])('refuses a user with %s', async (_, change) => {
      expect(errorOf(await signIn(person(change)))).toBe(AuthDetail.invalidCredentials);
    });

    it('admits the allowed domains, for verified addresses only', async () => {
      await save({ allowed_domains: ['corp.example', 'other.example'] });
      const at = (domain: string, change = {}) => person({ email: `${randomUUID()}@${domain}`, ...change });
      expect(errorOf(await signIn(at('CORP.example')))).toBeNull();
      for (const claims of [at('evil.example'), at('x.corp.example'), at('corp.example', { email_verified: false })])
        expect(errorOf(await signIn(claims))).toBe(AuthDetail.invalidCredentials);
      await save({ allowed_domains: ['*'] });
    });

    it('makes no accounts where that is off', async () => {
      await save({ enable_signup: false });
      expect(errorOf(await signIn(person()))).toBe(Detail.accessProhibited);
      await save({ enable_signup: true });
    });

    it('keeps accounts from being taken over, unless a verified address is enough', async () => {
      const local = await asUser(app);
      const claims = person({ email: local.email.toUpperCase() });
      expect(errorOf(await signIn(claims))).toBe(AuthDetail.emailTaken);
      await save({ merge_accounts_by_email: true });
      for (const email_verified of [false, undefined, 'yes'])
        expect(errorOf(await signIn({ ...claims, email_verified }))).toBe(AuthDetail.emailTaken);
      expect(await sessionOf(await signIn(claims))).toMatchObject({ id: local.id });
      expect(errorOf(await signIn({ ...claims, sub: 'another' }))).toBe(AuthDetail.emailTaken);
      await save({ merge_accounts_by_email: false });
      expect(await sessionOf(await signIn({ ...claims, email: 'new@example.com' }))).toMatchObject({ id: local.id });
    });

    it('compares subjects exactly', async () => {
      await save({ sub_claim: 'uid' });
      const ids = [];
      for (const uid of [7, '07', '٧', 'seven', 'Seven']) ids.push((await sessionOf(await signIn(person({ uid })))).id);
      expect(new Set(ids).size).toBe(5);
      expect((await sessionOf(await signIn(person({ uid: '7' })))).id).toBe(ids[0]);
      await save({ sub_claim: null });
    });

    it('refuses subjects that cannot be stored as they are', async () => {
      for (const sub of ['a\0b', '\0', '\ud800'])
        expect(errorOf(await signIn(person({ sub })))).toBe(AuthDetail.invalidCredentials);
    });

    it('assigns roles by claims, and refuses users without one', async () => {
      await save({ enable_role_management: true, roles_claim: 'realm.roles' });
      const claims = person();
      const withRoles = (roles: unknown) => signIn({ ...claims, realm: { roles } });
      expect((await sessionOf(await withRoles(['admin', 'x']))).role).toBe('admin');
      const before = value(await withRoles('admin'), 'token');
      expect((await sessionOf(await withRoles('x,user'))).role).toBe('user');
      expect(await api(app.url, before).get('/api/v1/auths/')).toMatchObject({ status: 401 });
      for (const roles of [[], ['guest'], 'users', undefined])
        expect(errorOf(await withRoles(roles))).toBe(Detail.accessProhibited);
      expect(errorOf(await signIn(person()))).toBe(Detail.accessProhibited);
      await save({ enable_role_management: false });
      expect((await sessionOf(await withRoles([]))).role).toBe('user');
    });

    it('joins, makes and leaves groups by claims', async () => {
      await save({ enable_group_management: true, enable_group_creation: true, blocked_groups: '["Blocked*"]' });
      const claims = person();
      const groupsAfter = async (change: JsonObject, script: Script = {}) => {
        const token = value(await signIn({ ...claims, ...change }, script), 'token');
        const { body } = await api(app.url, token).get('/api/v1/users/groups');
        return body.map(({ name }: { name: string }) => name).sort();
      };
      expect(await groupsAfter({ groups: ['A', 'B', 'Blocked 1'] })).toEqual(['A', 'B']);
      expect(await groupsAfter({ groups: 'B;C' })).toEqual(['B', 'C']);
      expect(await groupsAfter({ _claim_names: { groups: 'src1' } })).toEqual(['B', 'C']);
      expect(await groupsAfter({})).toEqual([]);
      expect(await groupsAfter({ groups: 'B' })).toEqual(['B']);
      // Without the claim, and with a user-info endpoint that refuses, the groups are unknown.
      expect(await groupsAfter({}, { userInfo: {}, userInfoStatus: 401 })).toEqual(['B']);
      const { body: groups } = await admin.api.get('/api/v1/groups/');
      expect(groups.map(({ name }: { name: string }) => name).sort()).toEqual(['A', 'B', 'C']);
      await save({ enable_group_management: false });
    });

    it('loads pictures from the public internet only, and sends no token along', async () => {
      const claims = person({ picture: `${provider.url}/picture` });
      expect((await sessionOf(await signIn(claims))).profile_image_url).toBe('/user.png');
      expect(provider.pictureRequests).toEqual([]);
    });
  });

  describe('POST /api/v1/auths/oauth/{provider}/token/exchange', () => {
    const exchange = (token: string, name = 'oidc') =>
      anonymous.post(`/api/v1/auths/oauth/${name}/token/exchange`, { token });

    it('gives a session for an ID token of the provider', async () => {
      const claims = person({ name: 'Ada' });
      const { status, body } = await exchange(provider.idToken({ claims }));
      expect({ status, email: body.email }).toEqual({ status: 200, email: claims.email });
      expect(await api(app.url, body.token).get('/api/v1/auths/')).toMatchObject({ status: 200 });
    });

    it.each<[string, Script]>([
      ['for another client', { claims: { aud: 'other' } }],
      ['for several clients, granted to another', { claims: { aud: [CLIENT.id, 'other'], azp: 'other' } }],
      ['signed with the secret of the client', { header: { alg: 'HS256' }, isForged: true }],
      ['without a signature', { header: { alg: 'none' } }],
      ['that expired', { claims: { exp: 1 } }],
      ['that never expires', { claims: { exp: undefined } }],
      ['of another issuer', { claims: { iss: 'https://evil.example.com' } }],
    ])('refuses a token %s', async (_, script) => {
      const token = provider.idToken({ ...script, claims: { ...person(), ...script.claims } });
      expect(await exchange(token)).toMatchObject({ status: 400, body: { detail: AuthDetail.invalidCredentials } });
    });

    it('refuses garbage, unknown providers, and everything where it is off', async () => {
      expect(await exchange('garbage')).toMatchObject({ status: 400 });
      expect(await exchange('a.b.c')).toMatchObject({ status: 400 });
      expect(await exchange('x', 'google')).toMatchObject({ status: 404 });
      expect(await anonymous.post('/api/v1/auths/oauth/oidc/token/exchange', {})).toMatchObject({ status: 422 });
      await save({ enable_token_exchange: false });
      expect(await exchange(provider.idToken({ claims: person() }))).toMatchObject({ status: 403 });
      await save({ enable_token_exchange: true });
    });
  });

  describe('GET /api/v1/users/{id}/oauth/sessions', () => {
    it('shows administrators the sign-ins without their tokens', async () => {
      const { id } = await sessionOf(await signIn(person()));
      const path = `/api/v1/users/${String(id)}/oauth/sessions`;
      const { status, body } = await admin.api.get(path);
      expect(status).toBe(200);
      expect(body).toEqual([expect.objectContaining({ user_id: id, provider: 'oidc' })]);
      expect(JSON.stringify(body)).not.toContain('access-1');
      const user = await asUser(app);
      expect(await user.api.get(path)).toMatchObject({ status: 401, body: { detail: Detail.accessProhibited } });
      expect(await anonymous.get(path)).toMatchObject({ status: 401 });
      const none = `/api/v1/users/${user.id}/oauth/sessions`;
      expect(await admin.api.get(none)).toMatchObject({ status: 400, body: { detail: Detail.notFound } });
    });
  });
});
