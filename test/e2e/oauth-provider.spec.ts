import { OAuthSessionsService } from '../../src/modules/auth/oauth/tokens/oauth-sessions.service';
import { startTestApp, type TestApp } from '../support/app';
import { asUser } from '../support/as-user';
import { CLIENT } from '../support/fakes/identity-provider';
import { FakeOpenAiServer } from '../support/fakes/openai-server';
import { api } from '../support/http';
import { OidcBrowser, startOidcProvider, type OidcProvider } from '../support/oidc-browser';
import { AuthDetail } from '../../src/modules/auth/auth.errors';

describe('sign-in at a real OpenID Connect provider', () => {
  let provider: OidcProvider;
  let models: FakeOpenAiServer;
  let app: TestApp;

  beforeAll(async () => {
    provider = await startOidcProvider({ name: 'Ada L', email_verified: true, groups: ['Staff'] });
    models = await FakeOpenAiServer.start();
    app = await startTestApp({
      OPENAI_API_BASE_URLS: models.url,
      OPENAI_API_CONFIGS: JSON.stringify({ '0': { auth_type: 'system_oauth' } }),
      BYPASS_MODEL_ACCESS_CONTROL: 'True',
      ENABLE_API_KEYS: 'True',
      USER_PERMISSIONS_FEATURES_API_KEYS: 'True',
      OAUTH_CLIENT_ID: CLIENT.id,
      OAUTH_CLIENT_SECRET: CLIENT.secret,
      OPENID_PROVIDER_URL: `${provider.url}/.well-known/openid-configuration`,
      ENABLE_OAUTH_SIGNUP: 'true',
      ENABLE_OAUTH_GROUP_MANAGEMENT: 'true',
      ENABLE_OAUTH_GROUP_CREATION: 'true',
      ENABLE_OAUTH_TOKEN_EXCHANGE: 'true',
      DEFAULT_USER_ROLE: 'user',
      WEBUI_AUTH_SIGNOUT_REDIRECT_URL: 'https://bye.example.com/?a=b&c',
    });
  });
  afterAll(async () => {
    await app.close();
    await Promise.all([provider.close(), models.close()]);
  });

  const signIn = async (login: string) => {
    const browser = new OidcBrowser();
    const end = await browser.signIn(`${app.url}/oauth/oidc/login`, login, `${app.url}/auth`);
    const token = browser.cookie(app.url, 'token') ?? '';
    const sessionId = browser.cookie(app.url, 'oauth_session_id') ?? '';
    const { body: user } = await api(app.url, token).get('/api/v1/auths/');
    return { browser, end, token, sessionId, user };
  };

  it('makes the first account administrator, closes sign-up, and makes later accounts users', async () => {
    const first = await signIn('ada');
    expect(first.end).toBe(`${app.url}/auth`);
    expect(first.user).toMatchObject({ email: 'ada@example.com', name: 'Ada L', role: 'admin' });
    const form = { name: 'X', email: 'x@example.com', password: 'pw' };
    expect(await api(app.url).post('/api/v1/auths/signup', form)).toMatchObject({ status: 403 });
    const bob = await signIn('bob');
    expect(bob.user).toMatchObject({ email: 'bob@example.com', role: 'user' });
    expect((await signIn('bob')).user.id).toBe(bob.user.id);
    const groups = await api(app.url, bob.token).get('/api/v1/users/groups');
    expect(groups.body).toEqual([expect.objectContaining({ name: 'Staff' })]);
  });

  it('makes access tokens anew before they end', async () => {
    const { user } = await signIn('cleo');
    const sessions = app.get(OAuthSessionsService);
    const token = await sessions.accessTokenOf(user.id);
    expect(token).toEqual(expect.any(String));
    expect(await sessions.accessTokenOf(user.id)).not.toBe(token);
    expect(await sessions.accessTokenOf('somebody else')).toBeNull();
    const exchanged = await api(app.url).post('/api/v1/auths/oauth/oidc/token/exchange', { token });
    expect(exchanged).toMatchObject({ status: 200, body: { id: user.id } });
  });

  it('sends the principal’s own access token to model servers that want it, with any kind of credential', async () => {
    const { token, user } = await signIn('fay');
    const { body: key } = await api(app.url, token).post('/api/v1/auths/api_key');
    const body = { model: 'fake-small', messages: [{ role: 'user', content: 'Hi' }] };
    for (const credential of [token, key.api_key as string]) {
      expect((await api(app.url, credential).post('/openai/chat/completions', body)).status).toBe(200);
      const sent = models.lastRequest?.headers.authorization?.replace('Bearer ', '');
      const exchanged = await api(app.url).post('/api/v1/auths/oauth/oidc/token/exchange', { token: sent });
      expect(exchanged.body.id).toBe(user.id);
    }
    const local = await asUser(app);
    expect((await local.api.post('/openai/chat/completions', body)).status).toBe(200);
    expect(models.lastRequest?.headers).not.toHaveProperty('authorization');
  });

  it('refuses an access token that the provider made for another client', async () => {
    const other = await startTestApp({
      OAUTH_CLIENT_ID: 'other',
      OAUTH_CLIENT_SECRET: CLIENT.secret,
      OPENID_PROVIDER_URL: `${provider.url}/.well-known/openid-configuration`,
      ENABLE_OAUTH_SIGNUP: 'true',
    });
    const browser = new OidcBrowser();
    await browser.signIn(`${other.url}/oauth/oidc/login`, 'dora', `${other.url}/auth`);
    const { body } = await api(other.url, browser.cookie(other.url, 'token')).get('/api/v1/auths/');
    const token = await other.get(OAuthSessionsService).accessTokenOf(body.id);
    const exchange = (value: string | null | undefined) =>
      api(app.url).post('/api/v1/auths/oauth/oidc/token/exchange', { token: value });
    const refusal = { status: 400, body: { detail: AuthDetail.invalidCredentials } };
    expect(await exchange(token)).toMatchObject(refusal);
    expect(await exchange(browser.cookie(other.url, 'oauth_id_token'))).toMatchObject(refusal);
    await other.close();
  });

  it('ends the session at the provider, too', async () => {
    const { token, sessionId, user, browser } = await signIn('eve');
    const headers = { cookie: `oauth_session_id=${sessionId}` };
    const { body } = await api(app.url, token).get('/api/v1/auths/signout', { headers });
    const url = new URL(body.redirect_url);
    expect(url.href).toMatch(`${provider.url}/session/end?`);
    expect(url.searchParams.get('id_token_hint')).toBe(browser.cookie(app.url, 'oauth_id_token'));
    expect(url.searchParams.get('post_logout_redirect_uri')).toBe('https://bye.example.com/?a=b&c');
    expect(await app.get(OAuthSessionsService).accessTokenOf(user.id)).toBeNull();
    const again = await api(app.url).get('/api/v1/auths/signout', { headers });
    expect(again.body).toEqual({ status: true, redirect_url: 'https://bye.example.com/?a=b&c' });
  });
});
