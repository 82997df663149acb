import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../src/common/util/json';
import { OAuthClientsSettings } from '../../src/modules/auth/oauth/oauth-clients.settings';
import { OAuthSettings } from '../../src/modules/auth/oauth/oauth.settings';
import { OAuthSessionsService } from '../../src/modules/auth/oauth/tokens/oauth-sessions.service';
import { startTestApp, type TestApp } from '../support/app';
import { asUser } from '../support/as-user';
import { signedToken } from '../support/fakes/id-token';
import { ProviderCloud } from '../support/fakes/provider-cloud';
import { api, type Answer } from '../support/http';
import { AuthDetail } from '../../src/modules/auth/auth.errors';

/**
 * Each provider as its variables configure it, at its own addresses: the server's way out is a proxy, behind which all
 * hosts of the providers are. There is no login; the test takes the place of the browser.
 */
describe('sign-in at', () => {
  let cloud: ProviderCloud;
  let app: TestApp;

  beforeAll(async () => {
    cloud = await ProviderCloud.start();
    app = await startTestApp({
      ...cloud.env,
      GOOGLE_CLIENT_ID: 'google-id',
      GOOGLE_CLIENT_SECRET: 'google-secret',
      MICROSOFT_CLIENT_ID: 'microsoft-id',
      MICROSOFT_CLIENT_SECRET: 'microsoft-secret',
      MICROSOFT_CLIENT_TENANT_ID: 'tenant-1',
      GITHUB_CLIENT_ID: 'github-id',
      GITHUB_CLIENT_SECRET: 'github-secret',
      GITHUB_CLIENT_REDIRECT_URI: 'https://chat.example.com/oauth/github/login/callback',
      FEISHU_CLIENT_ID: 'feishu-id',
      FEISHU_CLIENT_SECRET: 'feishu-secret',
      ENABLE_OAUTH_SIGNUP: 'true',
      ENABLE_OAUTH_TOKEN_EXCHANGE: 'true',
      DEFAULT_USER_ROLE: 'user',
      SIGNIN_ADDRESS_LIMIT: '0',
    });
    await asUser(app, 'admin');
  });
  afterAll(async () => {
    await app.close();
    await cloud.close();
  });

  const value = (answer: Answer, name: string) =>
    answer.cookies
      .find((text) => text.startsWith(`${name}=`))
      ?.slice(name.length + 1)
      .split(';')[0];
  const begin = async (provider: string) => {
    const answer = await api(app.url).get(`/oauth/${provider}/login`);
    return { url: answer.headers.get('location') ?? '', cookie: `owui-session=${value(answer, 'owui-session')}` };
  };
  const signIn = async (provider: string, claims: JsonObject) => {
    const { url, cookie } = await begin(provider);
    const query = cloud.codes.agree(url, claims);
    const answer = await api(app.url).get(`/oauth/${provider}/callback?${query}`, { headers: { cookie } });
    const { body: user } = await api(app.url, value(answer, 'token')).get('/api/v1/auths/');
    const error = new URL(answer.headers.get('location') ?? '').searchParams.get('error');
    return { user, error, idToken: value(answer, 'oauth_id_token') };
  };
  const parametersOf = (url: string) => Object.fromEntries(new URL(url).searchParams);
  /** Whom all providers know, each in its own form. */
  const newPerson = () => ({ name: 'Ada', email: `${randomUUID()}@example.com` });

  it('all of them is offered', async () => {
    const { body } = await api(app.url).get('/api/config');
    const names = { google: 'google', microsoft: 'microsoft', github: 'github', feishu: 'feishu' };
    expect(body.oauth.providers).toEqual(names);
  });

  it.each([
    ['google', 'https://accounts.google.com/o/oauth2/v2/auth', 'openid email profile'],
    ['microsoft', 'https://login.microsoftonline.com/tenant-1/oauth2/v2.0/authorize', 'openid email profile'],
    ['github', 'https://github.com/login/oauth/authorize', 'user:email'],
    ['feishu', 'https://accounts.feishu.cn/open-apis/authen/v1/authorize', 'contact:user.base:readonly'],
  ])('%s begins there, as its client', async (provider, place, scope) => {
    const { url } = await begin(provider);
    const { origin, pathname } = new URL(url);
    expect(`${origin}${pathname}`).toBe(place);
    expect(parametersOf(url)).toMatchObject({
      client_id: `${provider}-id`,
      scope,
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri:
        provider === 'github'
          ? 'https://chat.example.com/oauth/github/login/callback'
          : `${app.url}/oauth/${provider}/callback`,
    });
  });

  it('Google identifies users by the subject of the ID token', async () => {
    const claims = { sub: randomUUID(), email_verified: true, ...newPerson() };
    const first = await signIn('google', claims);
    expect(first.user).toMatchObject({ email: claims.email, name: 'Ada', role: 'user' });
    expect(first.idToken).toEqual(expect.any(String));
    const second = await signIn('google', { ...claims, email: 'moved@example.com' });
    expect(second.user).toMatchObject({ id: first.user.id, email: claims.email });
  });

  it('Microsoft has the picture at an address of its own, which gets the token', async () => {
    const claims = { sub: randomUUID(), tid: 'tenant-1', ...newPerson() };
    const { user } = await signIn('microsoft', claims);
    expect(user).toMatchObject({ email: claims.email, role: 'user' });
    expect(user.profile_image_url).toMatch(/^data:image\/png;base64,/);
    const [discovery] = cloud.received('login.microsoftonline.com/tenant-1/v2.0/.well-known/openid-configuration');
    expect(discovery?.query.get('appid')).toBe('microsoft-id');
  });

  it('Microsoft for all tenants accepts the issuer of the tenant that the token names', async () => {
    const clients = app.get(OAuthClientsSettings);
    clients.microsoft_tenant_id = 'common';
    const claims = { sub: randomUUID(), tid: 'tenant-1', ...newPerson() };
    expect((await signIn('microsoft', claims)).user).toMatchObject({ email: claims.email });
    const outsider = { ...claims, sub: randomUUID(), tid: 'tenant-2' };
    expect((await signIn('microsoft', outsider)).error).toBe(AuthDetail.invalidCredentials);
    const exchange = async ({ tid }: { tid: string }) => {
      const iss = 'https://login.microsoftonline.com/tenant-1/v2.0';
      const token = signedToken({ ...claims, tid, iss, aud: 'microsoft-id' });
      return (await api(app.url).post('/api/v1/auths/oauth/microsoft/token/exchange', { token })).status;
    };
    expect([await exchange(claims), await exchange(outsider)]).toEqual([200, 400]);
    clients.microsoft_tenant_id = 'tenant-1';
  });

  it('Microsoft for all tenants says nothing about domains: any tenant writes any address', async () => {
    const [clients, settings] = [app.get(OAuthClientsSettings), app.get(OAuthSettings)];
    settings.allowed_domains = ['example.com'];
    const newClaims = (change: JsonObject = {}) => ({ sub: randomUUID(), tid: 'tenant-1', ...newPerson(), ...change });
    expect((await signIn('microsoft', newClaims())).error).toBeNull();
    clients.microsoft_tenant_id = 'common';
    expect((await signIn('microsoft', newClaims())).error).toBe(AuthDetail.invalidCredentials);
    expect((await signIn('microsoft', newClaims({ xms_edov: true }))).error).toBeNull();
    clients.microsoft_tenant_id = 'tenant-1';
    settings.allowed_domains = ['*'];
  });

  it('GitHub identifies users by a number, and returns the address elsewhere', async () => {
    const claims = { id: 583_231, login: 'ada', ...newPerson() };
    const first = await signIn('github', claims);
    expect(first).toMatchObject({ user: { email: claims.email, name: 'Ada' }, idToken: undefined });
    expect((await signIn('github', claims)).user.id).toBe(first.user.id);
    // GitHub's tokens have no expiry: they are valid until they are revoked.
    expect(await app.get(OAuthSessionsService).accessTokenOf(first.user.id)).toMatch(/^cloud-/);
  });

  it('GitHub merges accounts by verified addresses only', async () => {
    const settings = app.get(OAuthSettings);
    settings.merge_accounts_by_email = true;
    const local = await asUser(app);
    const claims = { id: 7, login: 'l', name: 'L', email: local.email };
    expect((await signIn('github', { ...claims, verified: false })).error).toBe(AuthDetail.emailTaken);
    expect((await signIn('github', claims)).user.id).toBe(local.id);
    settings.merge_accounts_by_email = false;
  });

  it('Feishu nests its response, and users without an address need a setting', async () => {
    const claims = { user_id: `f-${randomUUID()}`, open_id: 'ou-1', ...newPerson() };
    const first = await signIn('feishu', claims);
    expect(first.user).toMatchObject({ email: claims.email, name: 'Ada' });
    expect((await signIn('feishu', { ...claims, open_id: 'ou-2' })).user.id).toBe(first.user.id);
    const bare = { user_id: 'f-bare', name: 'Bo' };
    expect((await signIn('feishu', bare)).error).toBe(AuthDetail.invalidCredentials);
    app.get(OAuthSettings).enable_email_fallback = true;
    expect((await signIn('feishu', bare)).user).toMatchObject({ email: 'feishu@f-bare.local', name: 'Bo' });
    app.get(OAuthSettings).enable_email_fallback = false;
  });

  it.each(['google', 'microsoft', 'github', 'feishu'])('%s fails when the secret is wrong', async (provider) => {
    const clients = app.get(OAuthClientsSettings) as unknown as Record<string, string>;
    const before = clients[`${provider}_client_secret`] ?? '';
    clients[`${provider}_client_secret`] = 'wrong';
    const claims = { sub: 's', id: 1, user_id: 's', ...newPerson() };
    expect((await signIn(provider, claims)).error).toBe(AuthDetail.invalidCredentials);
    clients[`${provider}_client_secret`] = before;
  });
});
