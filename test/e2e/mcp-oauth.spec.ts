import { CompletionContext } from '../../src/modules/pipeline/completion-context';
import type { Principal } from '../../src/common/auth/principal';
import { OAuthSessionsService } from '../../src/modules/auth/oauth/tokens/oauth-sessions.service';
import { McpToolsService } from '../../src/modules/tools/servers/mcp/mcp-tools.service';
import { OAuthHttpService } from '../../src/modules/tools/servers/oauth/oauth-http.service';
import { ToolServersSettings } from '../../src/modules/tools/servers/tool-servers.settings';
import { SettingsStore } from '../../src/platform/settings/settings-store';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { FakeAuthorizationServer } from '../support/fakes/authorization-server';
import { FakeMcpServer } from '../support/fakes/mcp-server';
import { ScriptedServer } from '../support/fakes/scripted-server';
import { api, type Json } from '../support/http';

const CONFIG = '/api/v1/configs/tool_servers';
const REGISTER = '/api/v1/configs/oauth/clients/register';
const CLIENT = '/oauth/clients/mcp:lab';
const DEAD = 'http://127.0.0.1:9/mcp';
const PROHIBITED =
  'You do not have permission to access this resource. Please contact your administrator for assistance.';

let app: TestApp;
let provider: FakeAuthorizationServer;
let mcp: FakeMcpServer;
let scripted: ScriptedServer;
let admin: TestUser;
let user: TestUser;

beforeAll(async () => {
  [provider, mcp, scripted] = await Promise.all([
    FakeAuthorizationServer.start(),
    FakeMcpServer.start(),
    ScriptedServer.start(),
  ]);
  app = await startTestApp();
  admin = await asUser(app, 'admin');
});
afterAll(async () => {
  await app.close();
  await Promise.all([provider.close(), mcp.close(), scripted.close()]);
});
beforeEach(async () => {
  provider.reset();
  mcp.reset();
  scripted.script = () => ({ status: 404, json: {} });
  scripted.requests.splice(0);
  user = await asUser(app);
});

const connection = (change: object = {}): Json => ({
  ...{ url: mcp.url, path: '', type: 'mcp', auth_type: 'oauth_2.1', key: '', headers: null },
  ...{ config: { enable: true }, info: { id: 'lab', name: 'Lab' } },
  ...change,
});
const save = (...connections: Json[]) => admin.api.post(CONFIG, { TOOL_SERVER_CONNECTIONS: connections });
const verify = (url: string) => admin.api.post(`${CONFIG}/verify`, connection({ url }));
const register = (url: string) => admin.api.post(`${REGISTER}?type=mcp`, { url, client_id: 'lab' });
const paths = (server: ScriptedServer | FakeAuthorizationServer) => server.requests.map(({ path }) => path);

/** The MCP server says that the provider authorises it (RFC 9728), and takes its tokens. */
function protect(): void {
  const token = (authorization: string | undefined) => authorization?.replace('Bearer ', '');
  mcp.refuse = ({ authorization }) => (provider.accepts(token(authorization), mcp.url) ? undefined : 401);
  mcp.documents.set('/.well-known/oauth-protected-resource/mcp', {
    resource: mcp.url,
    authorization_servers: [provider.url],
  });
}

/** A registered server, which no user has authorised yet. */
async function connect(change: object = {}): Promise<void> {
  protect();
  const { body } = await register(mcp.url);
  const info = { id: 'lab', name: 'Lab', oauth_client_info: body.oauth_client_info };
  expect((await save(connection({ info, ...change }))).status).toBe(200);
  mcp.tool('t');
}

/** The user agrees at the provider. @returns the URL of the callback. */
async function agree(who: TestUser = user): Promise<string> {
  const { status, headers } = await who.api.get(`${CLIENT}/authorize`);
  expect(status).toBe(302);
  return provider.agree(headers.get('location') ?? '').replace(app.url, '');
}
async function authorise(who: TestUser = user): Promise<void> {
  const { status, headers } = await who.api.get(await agree(who));
  expect([status, headers.get('location')]).toEqual([307, app.url]);
}
const listed = async (who: TestUser = user) => (await who.api.get('/api/v1/tools/')).body as Json[];
const isAuthenticated = async (who: TestUser = user) => (await listed(who))[0].authenticated as boolean;
const errorOf = (location: string | null) => new URL(location ?? '').searchParams.get('error');

/** What the tool returns in a reply to the user; the error event when there is no connection. */
async function call(who: TestUser = user): Promise<string> {
  const principal: Principal = {
    ...{ id: who.id, role: who.role, name: who.name, email: who.email, groupIds: [] },
    credential: { kind: 'jwt', token: who.token, jti: 'j', expiresAt: null },
  };
  const context = new CompletionContext({ principal, request: { body: {} }, target: {} } as never);
  const errors: string[] = [];
  context.emit = ({ event }: Json) => void errors.push(event.data.error.content as string);
  const { signal } = new AbortController();
  const [tool] = await app.get(McpToolsService).resolve({ context, ids: ['server:mcp:lab'] } as never, signal);
  const result = (await tool?.call({}, signal)) as Json;
  await context.release();
  return (result?.content[0].text as string | undefined) ?? errors[0] ?? '';
}
const NO_CONNECTION = "Failed to connect to MCP server 'lab'";

describe('verify with OAuth 2.1', () => {
  it('returns the metadata of the server in normal form', async () => {
    const { status, body } = await verify(`${provider.url}/mcp`);
    expect([status, body.status]).toEqual([200, true]);
    expect(body.oauth_server_metadata).toMatchObject({
      ...{ issuer: `${provider.url}/`, authorization_endpoint: `${provider.url}/authorize` },
      ...{ scopes_supported: ['read', 'write'], response_types_supported: ['code'], op_policy_uri: null },
    });
    expect(Object.keys(body.oauth_server_metadata as object)).toHaveLength(22);
    expect(paths(provider)).toEqual([
      '/.well-known/oauth-authorization-server/mcp',
      '/.well-known/openid-configuration/mcp',
      '/mcp/.well-known/openid-configuration',
      '/.well-known/oauth-authorization-server',
    ]);
  });

  it('finds the authorization server that the server names as a protected resource', async () => {
    protect();
    expect((await verify(mcp.url)).body.oauth_server_metadata.issuer).toBe(`${provider.url}/`);
    const named = mcp.documents.get('/.well-known/oauth-protected-resource/mcp')!;
    mcp.documents.clear();
    mcp.documents.set('/where-it-is', named);
    mcp.challenge = `Bearer resource_metadata="${mcp.url.replace('/mcp', '/where-it-is')}"`;
    expect((await verify(mcp.url)).body.oauth_server_metadata.issuer).toBe(`${provider.url}/`);
  });

  it.each<[string, () => object]>([
    ['of another resource', () => ({ resource: 'https://other.test/mcp', authorization_servers: [provider.url] })],
    ['without servers', () => ({ resource: mcp.url, authorization_servers: [] })],
    ['with the name of another issuer', () => ({ resource: mcp.url, authorization_servers: [`${provider.url}/x`] })],
    ['with scripts', () => ({ resource: mcp.url, authorization_servers: ['javascript:alert(1)'] })],
  ])('takes no resource metadata %s', async (_, document) => {
    protect();
    mcp.documents.set('/.well-known/oauth-protected-resource/mcp', document());
    const { status, body } = await verify(mcp.url);
    expect([status, body.detail]).toEqual([400, expect.stringMatching(/^Failed to fetch OAuth 2.1 discovery/)]);
  });

  it('says where it has looked, and what it could not read', async () => {
    const base = scripted.url;
    const { status, body } = await verify(`${base}/mcp`);
    const looked = [
      `${base}/.well-known/oauth-authorization-server/mcp`,
      `${base}/.well-known/openid-configuration/mcp`,
      `${base}/mcp/.well-known/openid-configuration`,
      `${base}/.well-known/oauth-authorization-server`,
      `${base}/.well-known/openid-configuration`,
    ];
    const list = looked.map((url) => `'${url}'`).join(', ');
    expect([status, body]).toEqual([400, { detail: `Failed to fetch OAuth 2.1 discovery document from [${list}]` }]);
    for (const json of [{ hello: 'world' }, { ...usual(), token_endpoint: 'javascript:alert(1)' }, []]) {
      scripted.script = () => ({ json });
      expect((await verify(`${base}/mcp`)).body).toEqual({
        detail: `Failed to parse OAuth 2.1 discovery document from ${looked[0]}`,
      });
    }
    expect((await verify(DEAD)).body).toEqual({ detail: 'Failed to connect to the tool server' });
  });
});

const usual = () => ({
  ...{ issuer: scripted.url, authorization_endpoint: `${scripted.url}/a`, token_endpoint: `${scripted.url}/t` },
});

describe('authorization servers on private addresses', () => {
  it('are not called for a server on the public internet', async () => {
    const http = app.get(OAuthHttpService);
    for (const url of [provider.url, 'http://169.254.169.254/', 'http://[::1]/', 'http://10.0.0.1/'])
      await expect(http.post('http://93.184.216.34/mcp', url, {})).rejects.toThrow('not on the public internet');
    await expect(http.get('http://127.0.0.1:1/mcp', 'http://169.254.169.254/')).rejects.toThrow('not on the public');
    expect(provider.requests).toEqual([]);
    expect((await http.get('http://127.0.0.1:1/mcp', `${provider.url}/register`)).status).toBe(201);
  });
});

describe(`POST ${REGISTER}`, () => {
  it('refuses all but administrators', async () => {
    const pending = await asUser(app, 'pending');
    for (const [client, detail] of [
      [api(app.url), 'Not authenticated'],
      [pending.api, PROHIBITED],
      [user.api, PROHIBITED],
    ] as const) {
      const { status, body } = await client.post(REGISTER, { url: provider.url, client_id: 'x' });
      expect([status, body]).toEqual([401, { detail }]);
    }
  });

  it('registers this server, and returns the client encrypted', async () => {
    const { status, body } = await register(`${provider.url}/mcp`);
    expect([status, body]).toEqual([
      200,
      { status: true, oauth_client_info: expect.stringMatching(/^v1\./) as string },
    ]);
    expect(body.oauth_client_info).not.toContain('secret-of');
    expect(provider.lastRequest).toMatchObject({
      path: '/register',
      body: {
        client_name: 'Confab',
        redirect_uris: [`${app.url}/oauth/clients/mcp:lab/callback`],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_post',
        scope: 'read write',
      },
    });
  });

  it('registers without a type, with the first method that the server supports, at /register', async () => {
    provider.metadata = {
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'none'],
      ...{ registration_endpoint: null, scopes_supported: null },
    };
    expect((await admin.api.post(REGISTER, { url: provider.url, client_id: 'x' })).status).toBe(200);
    expect(provider.lastRequest).toMatchObject({
      path: '/register',
      body: {
        redirect_uris: [`${app.url}/oauth/clients/x/callback`],
        token_endpoint_auth_method: 'client_secret_basic',
      },
    });
    expect(provider.lastRequest?.body).not.toHaveProperty('scope');
  });

  it.each<[string, () => void]>([
    ['refuses', () => (provider.answers['/register'] = { status: 400, json: { error: 'invalid_client_metadata' } })],
    ['returns no client', () => (provider.answers['/register'] = { json: {} })],
    ['returns no JSON', () => (provider.answers['/register'] = { text: '<html>' })],
    ['redirects', () => (provider.answers['/register'] = { status: 307, headers: { location: DEAD }, text: '' })],
    ['has no metadata', () => (provider.metadata = null)],
  ])('fails where the server %s', async (_, script) => {
    script();
    expect((await register(provider.url)).body).toEqual({ detail: 'Failed to register OAuth client' });
  });

  it('fails where no server is, and lists what is missing', async () => {
    for (const url of [DEAD, 'no url', 'file:///etc/passwd'])
      expect((await register(url)).body).toEqual({ detail: 'Failed to register OAuth client' });
    const { status, body } = await admin.api.post(REGISTER, {});
    expect([status, body.detail.map(({ loc }: Json) => loc[1])]).toEqual([422, ['url', 'client_id']]);
  });
});

describe('authorising a server', () => {
  it('gives the user a token for this server alone, and replies use it', async () => {
    await connect();
    expect(await listed()).toMatchObject([{ id: 'server:mcp:lab', authenticated: false }]);
    expect(await call()).toBe(NO_CONNECTION);
    const { headers } = await user.api.get(`${CLIENT}/authorize`);
    const url = new URL(headers.get('location') ?? '');
    expect(url.origin + url.pathname).toBe(`${provider.url}/authorize`);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      ...{ response_type: 'code', code_challenge_method: 'S256', resource: mcp.url, scope: 'read write' },
      redirect_uri: `${app.url}${CLIENT}/callback`,
    });
    await authorise();
    expect([await isAuthenticated(), await isAuthenticated(admin)]).toEqual([true, false]);
    expect([await call(), await call(admin)]).toEqual(['t', NO_CONNECTION]);
    expect(await app.get(OAuthSessionsService).accessTokenOf(user.id)).toBeNull();
  });

  it('works with cookies, as a browser has them', async () => {
    await connect();
    const browser = api(app.url);
    const headers = { cookie: `token=${user.token}`, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    const { headers: sent } = await browser.get(`${CLIENT}/authorize`, { headers });
    const callback = provider.agree(sent.get('location') ?? '').replace(app.url, '');
    expect((await browser.get(callback, { headers })).headers.get('location')).toBe(app.url);
    expect(await isAuthenticated()).toBe(true);
  });

  it.each(['authorize', 'callback'])('needs an account (%s)', async (page) => {
    await connect();
    expect((await api(app.url).get(`${CLIENT}/${page}`)).status).toBe(401);
    expect((await (await asUser(app, 'pending')).api.get(`${CLIENT}/${page}`)).status).toBe(401);
  });

  it.each<[string, object]>([
    ['is disabled', { config: { enable: false } }],
    ['is not shared', { config: { enable: true, access_control: {} } }],
    ['has no client', { info: { id: 'lab' } }],
    ['has a client that is none', { info: { id: 'lab', oauth_client_info: 'broken' } }],
    ['has another way to sign in', { auth_type: 'bearer' }],
    ['has another id', { info: { id: 'other' } }],
  ])('is not found where the server %s', async (_, change) => {
    await connect(change);
    for (const page of ['authorize', 'callback?code=x&state=y']) {
      const { status, body } = await user.api.get(`${CLIENT}/${page}`);
      expect([status, body]).toEqual([404, { detail: 'Not Found' }]);
    }
  });

  it('takes no client of another server', async () => {
    await connect();
    const { info } = app.get(SettingsStore).live(ToolServersSettings).connections[0] as Json;
    await save(connection({ info, url: `${provider.url}/mcp` }));
    expect((await user.api.get(`${CLIENT}/authorize`)).status).toBe(404);
  });

  it('accepts a state once, from the user and session that it was made for', async () => {
    await connect();
    const callback = await agree();
    const other = await asUser(app);
    expect(errorOf((await other.api.get(callback)).headers.get('location'))).toMatch(/^OAuth callback failed: /);
    expect(await isAuthenticated(other)).toBe(false);
    const signedInAgain = await user.api.post('/api/v1/auths/signin', { email: user.email, password: user.password });
    const second = api(app.url, signedInAgain.body.token as string);
    expect(errorOf((await second.get(callback)).headers.get('location'))).toMatch(/^OAuth callback failed: /);
    expect((await user.api.get(callback)).headers.get('location')).toBe(app.url);
    expect(errorOf((await user.api.get(callback)).headers.get('location'))).toMatch(/^OAuth callback failed: /);
    expect(await isAuthenticated()).toBe(true);
  });

  it.each<[string, (callback: string) => string]>([
    ['without a state', (callback) => callback.replace(/state=[^&]*/, '')],
    ['with a changed state', (callback) => callback.replace(/state=v1\.../, 'state=v1.AA')],
    ['with another code', (callback) => callback.replace(/code=[^&]*/, 'code=stolen')],
  ])('refuses a callback %s', async (_, change) => {
    await connect();
    const { status, headers } = await user.api.get(change(await agree()));
    expect([status, errorOf(headers.get('location'))]).toEqual([
      307,
      expect.stringMatching(/^OAuth callback failed: /),
    ]);
    expect(await isAuthenticated()).toBe(false);
  });

  it('shows why the provider refused, in bounds', async () => {
    await connect();
    const state = new URL(await agree(), app.url).searchParams.get('state') ?? '';
    const query = new URLSearchParams({ error: 'access_denied', error_description: 'x'.repeat(5000), state });
    const { headers } = await user.api.get(`${CLIENT}/callback?${query.toString()}`);
    expect(errorOf(headers.get('location'))).toBe(`OAuth callback failed: ${'x'.repeat(200)}`);
  });

  it.each<[string, Json]>([
    ['an error', { status: 500, text: 'down' }],
    ['no token', { json: { token_type: 'Bearer' } }],
    ['no JSON', { text: 'x' }],
  ])('stores nothing when the token endpoint returns %s', async (_, answer) => {
    await connect();
    const callback = await agree();
    provider.answers['/token'] = answer;
    expect(errorOf((await user.api.get(callback)).headers.get('location'))).toMatch(/^OAuth callback failed: /);
    expect(await isAuthenticated()).toBe(false);
  });
});

describe('a client that the provider does not know any more', () => {
  it('is registered again, once', async () => {
    await connect();
    await app.get(SettingsStore).refresh(ToolServersSettings);
    provider.forgetClients();
    await authorise();
    expect(await call()).toBe('t');
    expect(provider.received('/register')).toHaveLength(2);
    provider.forgetClients();
    const { status, body } = await user.api.get(`${CLIENT}/authorize`);
    expect([status, body]).toEqual([
      500,
      { detail: 'OAuth client registration is still invalid after re-registration' },
    ]);
    expect(provider.received('/register')).toHaveLength(2);
  });
});

describe('tokens', () => {
  it('are renewed before they expire, and when the server refuses them', async () => {
    await connect();
    provider.expiresIn = 10;
    await authorise();
    provider.expiresIn = 3600;
    expect(await call()).toBe('t');
    expect(provider.received('/token')).toHaveLength(2);
    provider.revokeAccessTokens();
    expect(await call()).toBe('t');
    expect(provider.received('/token')).toHaveLength(3);
    expect(new URLSearchParams(provider.lastRequest?.bytes.toString()).get('resource')).toBe(mcp.url);
  });

  it('that cannot be renewed end the authorization', async () => {
    await connect();
    await authorise();
    provider.revokeAccessTokens();
    provider.revokeRefreshTokens();
    expect(await call()).toBe(NO_CONNECTION);
    expect(await isAuthenticated()).toBe(false);
  });

  it('outlive a provider that is down', async () => {
    await connect();
    await authorise();
    provider.revokeAccessTokens();
    provider.answers['/token'] = { status: 503, text: '' };
    expect(await call()).toBe(NO_CONNECTION);
    expect(await isAuthenticated()).toBe(true);
    provider.answers = {};
    expect(await call()).toBe('t');
  });

  it('are not sent to another server of the same id', async () => {
    await connect();
    await authorise();
    const { info } = app.get(SettingsStore).live(ToolServersSettings).connections[0] as Json;
    await save(connection({ info, url: `${scripted.url}/mcp` }));
    expect(await isAuthenticated()).toBe(false);
    expect(await call()).toBe(NO_CONNECTION);
    expect(scripted.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });
});
