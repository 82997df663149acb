import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { CLIENT, FakeIdentityProvider } from '../support/fakes/identity-provider';
import { BASE, person, SEARCHER, type LdapDirectory } from '../support/fakes/directory';
import type { RecordedRequest } from '../support/fakes/fake-server';
import { startFakeDirectory } from '../support/fakes/ldap-directory';
import { WebhookReceiver } from '../support/fakes/webhook-receiver';
import { api, type Api } from '../support/http';

const SIGN_UP = '/api/v1/auths/signup';
const SETTING = '/api/webhook';
const messageOf = (name: string): string => `New user signed up: ${name}`;

describe('the webhook for new accounts', () => {
  let receiver: WebhookReceiver;
  let provider: FakeIdentityProvider;
  let directory: LdapDirectory;
  let app: TestApp;
  let anonymous: Api;
  let admin: TestUser;

  beforeAll(async () => {
    [receiver, provider, directory] = await Promise.all([
      WebhookReceiver.start(),
      FakeIdentityProvider.start(),
      startFakeDirectory([person('ldap')]),
    ]);
    provider.script = { userInfo: {} };
    app = await startTestApp({
      WEBHOOK_URL: `${receiver.url}/hook`,
      WEBUI_AUTH_TRUSTED_EMAIL_HEADER: 'X-Email',
      OAUTH_CLIENT_ID: CLIENT.id,
      OAUTH_CLIENT_SECRET: CLIENT.secret,
      OPENID_PROVIDER_URL: provider.discoveryUrl,
      ENABLE_OAUTH_SIGNUP: 'true',
      ENABLE_OAUTH_TOKEN_EXCHANGE: 'true',
      ENABLE_LDAP: 'true',
      LDAP_SERVER_HOST: '127.0.0.1',
      LDAP_SERVER_PORT: String(directory.port),
      LDAP_APP_DN: SEARCHER.dn,
      LDAP_APP_PASSWORD: SEARCHER.password,
      LDAP_SEARCH_BASE: BASE,
      LDAP_USE_TLS: 'false',
    });
    anonymous = api(app.url);
    admin = await asUser(app, 'admin');
  });
  afterAll(async () => {
    await app.close();
    await Promise.all([receiver.close(), provider.close(), directory.close()]);
  });

  const signUp = (name: string) =>
    anonymous.post(SIGN_UP, { name, email: `${name}@example.com`, password: 'pw', profile_image_url: '/user.png' });
  const viaHeader = (email: string) =>
    anonymous.post('/api/v1/auths/signin', { email: '', password: '' }, { headers: { 'x-email': email } });
  const viaProvider = (email: string) => {
    const token = provider.idToken({ claims: { sub: email, email, name: 'Olga' } });
    return anonymous.post('/api/v1/auths/oauth/oidc/token/exchange', { token });
  };

  it.each([
    ['the form', () => signUp('ada'), 'ada', 'ada@example.com'],
    ['a trusted header', () => viaHeader('theo@example.com'), 'theo@example.com', 'theo@example.com'],
    ['an identity provider', () => viaProvider('olga@example.com'), 'Olga', 'olga@example.com'],
  ])('gets a notice of accounts created by %s', async (_, come, name, email) => {
    const { status, body } = await come();
    expect(status).toBe(200);
    const [request] = await receiver.told(messageOf(name));
    const { method, path, headers, body: notice } = request as RecordedRequest;
    expect({ method, path, type: headers['content-type'] }).toEqual({
      method: 'POST',
      path: '/hook',
      type: 'application/json',
    });
    expect(notice).toEqual({ action: 'signup', message: messageOf(name), user: expect.any(String) });
    expect(JSON.parse(String(notice?.user))).toEqual({
      id: body.id,
      name,
      email,
      role: 'pending',
      profile_image_url: '/user.png',
      last_active_at: expect.any(Number),
      updated_at: expect.any(Number),
      created_at: expect.any(Number),
      ...(name === 'Olga' && { oauth: { oidc: { sub: email } } }),
    });
  });

  it('gets no notice of later sign-ins, of directory accounts, and of accounts created by administrators', async () => {
    await viaHeader('theo@example.com');
    await viaProvider('olga@example.com');
    expect(await anonymous.post('/api/v1/auths/ldap', { user: 'ldap', password: 'pw-ldap' })).toMatchObject({
      status: 200,
    });
    const added = { name: 'X', email: 'x@example.com', password: 'pw' };
    expect(await admin.api.post('/api/v1/auths/add', added)).toMatchObject({ status: 200 });
    await signUp('last');
    await receiver.told(messageOf('last'));
    const names = ['ada', 'theo@example.com', 'Olga', 'last'];
    expect(receiver.requests.map(({ body }) => body?.message)).toEqual(names.map(messageOf));
  });

  it('delays no sign-up when it never answers', async () => {
    receiver.answerTo = () => 'never';
    expect(await signUp('bea')).toMatchObject({ status: 200 });
    expect(await signUp('cara')).toMatchObject({ status: 200 });
    await receiver.told(messageOf('bea'));
    receiver.answerTo = () => ({ json: {} });
    receiver.dropConnections();
  });

  it('gets a failed notice again', async () => {
    let isRefused = false;
    receiver.answerTo = (message) => {
      if (isRefused || message !== messageOf('dora')) return { json: {} };
      isRefused = true;
      return { status: 500, json: {} };
    };
    expect(await signUp('dora')).toMatchObject({ status: 200 });
    expect(await receiver.told(messageOf('dora'), 2)).toHaveLength(2);
  });

  it('is off when the URL is empty', async () => {
    await admin.api.post(SETTING, { url: '' });
    expect(await signUp('eve')).toMatchObject({ status: 200 });
    await admin.api.post(SETTING, { url: `${receiver.url}/other` });
    await signUp('fay');
    expect(await receiver.told(messageOf('fay'))).toMatchObject([{ path: '/other' }]);
    expect(receiver.requests.map(({ body }) => body?.message)).not.toContain(messageOf('eve'));
  });
});
