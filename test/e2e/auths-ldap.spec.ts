/** @services */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Detail } from '../../src/common/errors/details';
import { ExternalIdentityRepository } from '../../src/modules/auth/accounts/external-identity.repository';
import { LdapSettings } from '../../src/modules/auth/ldap/ldap.settings';
import { SettingsStore } from '../../src/platform/settings/settings-store';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { BASE, groupDn, person, SEARCHER, type LdapDirectory } from '../support/fakes/directory';
import { startFakeDirectory } from '../support/fakes/ldap-directory';
import { hasSlapd, startSlapd } from '../support/fakes/slapd';
import { SELF_SIGNED } from '../support/fakes/self-signed';
import { api, type Api } from '../support/http';
import { AuthDetail } from '../../src/modules/auth/auth.errors';

const ROOT = '/api/v1/auths';
const refusal = (status: number, detail: string) => ({ status, body: { detail } });
const FAILED = refusal(400, AuthDetail.ldapFailed);

const PEOPLE = [
  person('ada', { mail: 'Ada@Example.com', memberof: [groupDn('Team A'), groupDn('Team B')] }),
  person('bob', { memberof: groupDn('Team A') }),
  person('cleo', { title: 'guest' }),
  person('dora', { uid: ['dora', 'dee'] }),
  person('eve'),
  person('long', { cn: 'é'.repeat(600) }),
  person('odd', { mail: 'odd@example.com, other@example.com' }),
  person('nomail', { mail: [] }),
  person('many', { mail: ['first@example.com', 'second@example.com'] }),
  person('a*b'),
  ...Array.from({ length: 10 }, (_, index) => person(`p${index}`)),
];

const directoryEnv = (port: number, env: Record<string, string> = {}): Record<string, string> => ({
  ENABLE_LDAP: 'true',
  LDAP_SERVER_HOST: '127.0.0.1',
  LDAP_SERVER_PORT: String(port),
  LDAP_APP_DN: SEARCHER.dn,
  LDAP_APP_PASSWORD: SEARCHER.password,
  LDAP_SEARCH_BASE: BASE,
  LDAP_USE_TLS: 'false',
  DEFAULT_USER_ROLE: 'user',
  SIGNIN_ADDRESS_LIMIT: '0',
  ...env,
});

/** OpenLDAP's where the machine has it: the answers must not depend on whose directory it is. */
const DIRECTORIES = [
  { name: 'ldapjs', start: startFakeDirectory },
  ...(hasSlapd ? [{ name: 'slapd', start: startSlapd }] : []),
];

describe.each(DIRECTORIES)('POST /api/v1/auths/ldap at $name', ({ start }) => {
  let directory: LdapDirectory;
  let app: TestApp;
  let anonymous: Api;

  beforeAll(async () => {
    directory = await start(PEOPLE);
    const groups = { ENABLE_LDAP_GROUP_MANAGEMENT: 'true', ENABLE_LDAP_GROUP_CREATION: 'true' };
    app = await startTestApp(directoryEnv(directory.port, groups));
    anonymous = api(app.url);
  });
  afterAll(async () => {
    // First: where the application did not start, its process would be left.
    await directory.close();
    await app.close();
  });

  const signIn = (user: string, password = `pw-${user}`) => anonymous.post(`${ROOT}/ldap`, { user, password });
  const save = (change: Partial<LdapSettings>) => app.get(SettingsStore).save(LdapSettings, change);
  const groupsOf = async (token: string) => {
    const { body } = await api(app.url, token).get('/api/v1/users/groups');
    return body.map(({ name }: { name: string }) => name).sort();
  };

  it('makes one administrator of many first visitors, and closes sign-up', async () => {
    const visitors = Array.from({ length: 20 }, (_, index) => `p${index % 10}`);
    const answers = await Promise.all(visitors.map((user) => signIn(user)));
    expect(answers.map(({ status }) => status)).toEqual(visitors.map(() => 200));
    expect(new Set(answers.filter(({ body }) => body.role === 'admin').map(({ body }) => body.id)).size).toBe(1);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(10);
    const form = { name: 'X', email: 'x@example.com', password: 'pw' };
    expect(await anonymous.post(`${ROOT}/signup`, form)).toMatchObject(refusal(403, Detail.accessProhibited));
  });

  it('signs in by name in any case, with address and name of the entry', async () => {
    const { body, cookies } = await signIn('ADA', 'pw-ada');
    expect(body).toMatchObject({ email: 'ada@example.com', name: 'Name of ada', role: 'user', token_type: 'Bearer' });
    expect(cookies).toEqual([expect.stringContaining(`token=${body.token};`)]);
    expect((await signIn('ada')).body.id).toBe(body.id);
    const withPassword = { email: 'ada@example.com', password: 'pw-ada' };
    expect(await anonymous.post(`${ROOT}/signin`, withPassword)).toMatchObject(
      refusal(400, AuthDetail.invalidCredentials),
    );
  });

  it('finds one account by every name of the entry, in any case and with blanks around it', async () => {
    const { body } = await signIn('dora');
    for (const name of ['dee', ' DORA ', '\tdee\n'])
      expect(await signIn(name, 'pw-dora')).toMatchObject({ status: 200, body: { id: body.id } });
  });

  it('keeps an account that is linked to a name, and links it to the entry', async () => {
    const identities = app.get(ExternalIdentityRepository);
    const { id } = await asUser(app);
    const name = { provider: 'ldap', subject: 'eve' };
    await identities.link(id, name);
    for (let count = 0; count < 2; count++) expect((await signIn('EVE', 'pw-eve')).body.id).toBe(id);
    expect(await identities.findUserId(name)).toBeNull();
  });

  it('cuts a name that is too long', async () => {
    expect((await signIn('long')).body.name).toBe('é'.repeat(512));
  });

  it('answers no failure sooner than a wrong password may take', async () => {
    const started = performance.now();
    expect(await signIn('nobody')).toMatchObject(FAILED);
    expect(performance.now() - started).toBeGreaterThan(45);
  });

  it('makes the groups of the entry, joins them, and leaves them again', async () => {
    const { body } = await signIn('ada');
    expect(await groupsOf(body.token)).toEqual(['Team A', 'Team B']);
    await Promise.all([signIn('bob'), signIn('ada')]);
    const { body: groups } = await (await asUser(app, 'admin')).api.get('/api/v1/groups/');
    expect(groups.map(({ name }: { name: string }) => name).sort()).toEqual(['Team A', 'Team B']);
    await save({ attribute_for_groups: 'departmentNumber' });
    await signIn('ada');
    expect(await groupsOf(body.token)).toEqual([]);
    await save({ attribute_for_groups: 'memberOf' });
  });

  it('takes the first of several addresses', async () => {
    expect((await signIn('many')).body.email).toBe('first@example.com');
  });

  it('takes special characters for what they are', async () => {
    expect(await signIn('a*b')).toMatchObject({ status: 200, body: { email: 'a*b@example.com' } });
  });

  it.each([
    ['a wrong password', 'ada', 'wrong'],
    ['an empty password', 'ada', ''],
    ['an unknown name', 'nobody', 'pw-nobody'],
    ['an empty name', '', 'x'],
    ['an entry without address', 'nomail', 'pw-nomail'],
    ['an entry with a list as its address', 'odd', 'pw-odd'],
    ['a wildcard', '*', 'pw-ada'],
    ['a part of a name', 'ad*', 'pw-ada'],
    ['a filter within the name', '*)(uid=*))(|(uid=*', 'pw-ada'],
    ['a name of the entry', PEOPLE[0]?.dn ?? '', 'pw-ada'],
    ['a null character', 'ada\0', 'wrong'],
    ['a huge name', 'x'.repeat(100_000), 'x'],
  ])('refuses %s', async (_, user, password) => {
    const answer = await signIn(user, password);
    expect(answer).toMatchObject(FAILED);
    expect(answer.cookies).toEqual([]);
  });

  it('adds the configured conditions to the search', async () => {
    await save({ search_filters: '(!(title=guest))(objectClass=inetOrgPerson)' });
    expect(await signIn('cleo')).toMatchObject(FAILED);
    expect(await signIn('ada')).toMatchObject({ status: 200 });
    await save({ search_filters: '' });
    expect(await signIn('cleo')).toMatchObject({ status: 200 });
  });

  it('refuses everybody when the searcher may not search', async () => {
    await save({ app_dn_password: 'wrong' });
    expect(await signIn('ada')).toMatchObject(FAILED);
    await save({ app_dn: '', app_dn_password: '' });
    expect(await signIn('ada')).toMatchObject(FAILED);
    await save({ app_dn: SEARCHER.dn, app_dn_password: SEARCHER.password });
    expect(await signIn('ada')).toMatchObject({ status: 200 });
  });

  it('knows the account by the name in the directory, whatever its address is', async () => {
    const { body } = await signIn('bob');
    const admin = await asUser(app, 'admin');
    const change = { role: 'user', name: 'Bob', email: 'moved@example.com', profile_image_url: '/user.png' };
    expect(await admin.api.post(`/api/v1/users/${body.id}/update`, change)).toMatchObject({ status: 200 });
    expect(await signIn('bob')).toMatchObject({ status: 200, body: { id: body.id, email: 'moved@example.com' } });
  });
});

describe('POST /api/v1/auths/ldap', () => {
  const started: { close(): Promise<unknown> }[] = [];
  const startApp = async (env: Record<string, string>) => {
    const app = await startTestApp(env);
    started.push(app);
    return app;
  };
  const startDirectory = async (start = startFakeDirectory, options = {}) => {
    const directory = await start(PEOPLE, options);
    started.push(directory);
    return directory;
  };
  const signIn = (app: TestApp, user = 'ada', password = `pw-${user}`) =>
    api(app.url).post(`${ROOT}/ldap`, { user, password });

  afterEach(async () => {
    for (const { close } of started.splice(0)) await close();
  });

  it('keeps local accounts from being taken over by their address, unless that is allowed', async () => {
    const { port } = await startDirectory();
    const app = await startApp(directoryEnv(port));
    const local = await asUser(app, 'admin', { email: 'ada@example.com' });
    expect(await signIn(app)).toMatchObject(FAILED);
    await app.get(SettingsStore).save(LdapSettings, { merge_accounts_by_email: true });
    expect(await signIn(app)).toMatchObject({ status: 200, body: { id: local.id, role: 'admin' } });
    await app.get(SettingsStore).save(LdapSettings, { merge_accounts_by_email: false });
    expect(await signIn(app)).toMatchObject({ status: 200, body: { id: local.id } });
  });

  it('is refused where it is off, and where passwords are', async () => {
    const off = await startApp({});
    expect(await signIn(off)).toMatchObject(refusal(400, 'LDAP authentication is not enabled'));
    expect(await api(off.url).post(`${ROOT}/ldap`, {})).toMatchObject({ status: 422 });
    const without = await startApp({ ENABLE_LDAP: 'true', ENABLE_PASSWORD_AUTH: 'false' });
    expect(await signIn(without)).toMatchObject(refusal(403, Detail.actionProhibited));
  });

  it('counts attempts', async () => {
    const { port } = await startDirectory();
    const app = await startApp(directoryEnv(port, { SIGNIN_LIMIT: '3' }));
    for (let attempt = 0; attempt < 3; attempt++) expect(await signIn(app, 'bob', 'wrong')).toMatchObject(FAILED);
    for (const name of ['BOB', ' bob', 'ｂob', 'b\u00ADob'])
      expect(await signIn(app, name, 'pw-bob')).toMatchObject(refusal(429, Detail.rateLimited));
    expect(await signIn(app, 'ada')).toMatchObject({ status: 200 });
  });

  it.each(DIRECTORIES)('speaks TLS with $name, and believes the authorities of the file', async ({ start }) => {
    const { port } = await startDirectory(start, { isTls: true });
    const place = await mkdtemp(join(tmpdir(), 'confab-ldap-'));
    const file = join(place, 'ca.pem');
    await writeFile(file, SELF_SIGNED.cert);
    const app = await startApp(directoryEnv(port, { LDAP_USE_TLS: 'true' }));
    const save = (change: Partial<LdapSettings>) => app.get(SettingsStore).save(LdapSettings, change);
    expect(await signIn(app)).toMatchObject(FAILED);
    await save({ validate_cert: false });
    expect(await signIn(app)).toMatchObject({ status: 200 });
    await save({ validate_cert: true, certificate_path: file });
    expect(await signIn(app)).toMatchObject({ status: 200 });
    const refused = refusal(400, 'Failed to configure TLS for LDAP connection.');
    await save({ certificate_path: join(place, 'missing.pem') });
    expect(await signIn(app)).toMatchObject(refused);
    await save({ certificate_path: file, ciphers: 'NO-SUCH-CIPHER' });
    expect(await signIn(app)).toMatchObject(refused);
    await rm(place, { recursive: true });
  });

  it('responds when no server listens, and when it speaks another protocol', async () => {
    const server = createServer((socket) => socket.resume().end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(
      0,
      '127.0.0.1',
    );
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const app = await startApp(directoryEnv(port));
    expect(await signIn(app)).toMatchObject(FAILED);
    server.close();
    await once(server, 'close');
    expect(await signIn(app)).toMatchObject(FAILED);
  });
});

describe(`${ROOT}/admin/config/ldap`, () => {
  const SERVER = { label: 'L', host: '127.0.0.1', app_dn: 'cn=a', app_dn_password: 'p', search_base: 'dc=x' };
  let app: TestApp;
  let admin: TestUser;
  let user: TestUser;

  beforeAll(async () => {
    app = await startTestApp();
    admin = await asUser(app, 'admin');
    user = await asUser(app);
  });
  afterAll(() => app.close());

  it.each([
    ['GET', ''],
    ['POST', ''],
    ['GET', '/server'],
    ['POST', '/server'],
  ])('%s %s is for administrators', async (method, path) => {
    const url = `${ROOT}/admin/config/ldap${path}`;
    const body = method === 'POST' ? SERVER : undefined;
    expect(await user.api.request(method, url, body)).toMatchObject(refusal(401, Detail.accessProhibited));
    expect(await api(app.url).request(method, url, body)).toMatchObject(refusal(401, Detail.notAuthenticated));
  });

  it('switches it on and off', async () => {
    const url = `${ROOT}/admin/config/ldap`;
    expect(await admin.api.get(url)).toMatchObject({ status: 200, body: { ENABLE_LDAP: false } });
    for (const enable_ldap of [true, null, false])
      expect(await admin.api.post(url, { enable_ldap })).toMatchObject({ body: { ENABLE_LDAP: enable_ldap } });
    expect(await admin.api.post(url, { enable_ldap: 'maybe' })).toMatchObject({ status: 422 });
  });

  it('stores where the directory is', async () => {
    const url = `${ROOT}/admin/config/ldap/server`;
    const stored = {
      ...SERVER,
      // Secrets never leave in full.
      app_dn_password: expect.stringMatching(/^\*{8}[\w-]+$/) as string,
      port: 3389,
      attribute_for_mail: 'mail',
      attribute_for_username: 'uid',
      search_filters: '(objectClass=person)',
      use_tls: false,
      certificate_path: null,
      validate_cert: true,
      ciphers: 'ALL',
    };
    const change = { ...SERVER, port: '3389', use_tls: false, search_filters: '(objectClass=person)' };
    expect(await admin.api.post(url, change)).toMatchObject({ status: 200, body: stored });
    expect((await admin.api.get(url)).body).toEqual(stored);
  });

  it('keeps the password for the same host only', async () => {
    const url = `${ROOT}/admin/config/ldap/server`;
    const { body: page } = await admin.api.post(url, { ...SERVER, label: 'First' });
    expect(await admin.api.post(url, { ...page, label: 'Second' })).toMatchObject({ status: 200 });
    expect(await admin.api.post(url, { ...page, host: 'evil.test' })).toMatchObject({ status: 409 });
    expect(app.get(SettingsStore).live(LdapSettings)).toMatchObject({ host: SERVER.host, app_dn_password: 'p' });
  });

  it.each([
    'label',
    'host',
    'app_dn',
    'app_dn_password',
    'search_base',
    'attribute_for_mail',
    'attribute_for_username',
  ])('wants %s', async (field) => {
    const answer = await admin.api.post(`${ROOT}/admin/config/ldap/server`, { ...SERVER, [field]: '' });
    expect(answer).toMatchObject(refusal(400, `Required field ${field} is empty`));
  });

  it('refuses conditions that are no filters', async () => {
    const answer = await admin.api.post(`${ROOT}/admin/config/ldap/server`, { ...SERVER, search_filters: '(a=1' });
    expect(answer).toMatchObject({ status: 400 });
  });
});
