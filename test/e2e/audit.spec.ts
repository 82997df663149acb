import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Detail } from '../../src/common/errors/details';
import { Database } from '../../src/platform/database/database';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { eventually } from '../support/eventually';
import { api, type Json } from '../support/http';

const ROOT = '/api/v1/audit';
const SIGN_IN = '/api/v1/auths/signin';

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

  const list = async (query: string): Promise<Json[]> => (await admin.api.get(`${ROOT}/?${query}`)).body.entries;
  const entry = (query: string) => eventually(async () => (await list(query))[0]);

  it('knows who signed in, and who tried', async () => {
    const { email, password } = user;
    await api(app.url).post(SIGN_IN, { email, password: 'wrong-one' }, { headers: { 'user-agent': 'Burglar' } });
    const failure = await entry(`action=signin&outcome=failure&target=${email}`);
    expect(failure).toMatchObject({ user: null, status: 400, user_agent: 'Burglar', source_ip: expect.any(String) });
    await api(app.url).post(SIGN_IN, { email, password });
    const success = await entry(`action=signin&outcome=success&user_id=${user.id}`);
    expect(success).toMatchObject({ user: { id: user.id, email, role: 'user' }, action: `POST ${SIGN_IN}` });
    expect(JSON.stringify([failure, success])).not.toMatch(new RegExp(`wrong-one|${password}`));
    await user.api.get('/api/v1/auths/signout');
    expect(await entry(`action=signout&user_id=${user.id}`)).toMatchObject({ outcome: 'success' });
  });

  it('has what administrators change: roles, groups, permissions, settings; secrets are masked', async () => {
    const { id, name, email } = user;
    const change = { role: 'admin', name, email, profile_image_url: '/user.png', password: 'very-secret' };
    await admin.api.post(`/api/v1/users/${id}/update`, change);
    expect(await entry(`target=${id}`)).toMatchObject({
      action: 'POST /api/v1/users/:user_id/update',
      user: { id: admin.id },
      credential: 'session',
      details: { params: { user_id: id }, body: { role: 'admin', password: '********' } },
    });
    await admin.api.post('/api/v1/groups/create', { name: 'Auditors', description: '' });
    expect(await entry('action=groups/create&target=Auditors')).toMatchObject({ outcome: 'success' });
    await admin.api.post('/openai/config/update', {
      ENABLE_OPENAI_API: false,
      OPENAI_API_BASE_URLS: ['http://127.0.0.1:9'],
      OPENAI_API_KEYS: ['sk-very-secret-key'],
      OPENAI_API_CONFIGS: {},
    });
    const settings = await entry('action=openai/config');
    expect(settings).toMatchObject({ status: 200, details: { body: { ENABLE_OPENAI_API: false } } });
    expect(JSON.stringify(settings)).not.toContain('very-secret');
    await admin.api.post('/api/v1/users/default/permissions', { workspace: {}, sharing: {}, chat: {}, features: {} });
    expect(await entry('action=default/permissions')).toMatchObject({ outcome: 'success' });
  });

  it('records keys, and sharing by any user', async () => {
    const other = await asUser(app, 'admin');
    const { body: key } = await other.api.post('/api/v1/auths/api_keys', { name: 'CI' });
    const made = await entry(`action=api_keys&user_id=${other.id}`);
    expect(made).toMatchObject({ target: 'CI' });
    expect(JSON.stringify(made)).not.toContain(key.api_key);
    const prompt = { command: '/audited', title: 'T', content: 'C', access_control: {} };
    await api(app.url, key.api_key).post('/api/v1/prompts/create', prompt);
    expect(await entry('action=prompts/create')).toMatchObject({
      credential: `api_key:${key.id}`,
      details: { body: { access_control: {} } },
    });
  });

  it('records refusals of accounts, and none of anonymous clients', async () => {
    await api(app.url).delete(`/api/v1/users/${admin.id}`);
    await api(app.url).get(`/api/v1/chats/share/${admin.id}`);
    expect(await user.api.delete(`/api/v1/users/${admin.id}`)).toMatchObject({ status: 401 });
    expect(await entry(`target=${admin.id}`)).toMatchObject({ user: { id: user.id }, outcome: 'failure', status: 401 });
    expect(await list(`target=${admin.id}`)).toHaveLength(1);
  });

  it('has reads of the chats of others', async () => {
    await admin.api.get(`/api/v1/chats/list/user/${user.id}`);
    expect(await entry(`action=chats/list/user&target=${user.id}`)).toMatchObject({ user: { id: admin.id } });
    const { body: chat } = await user.api.post('/api/v1/chats/new', { chat: { title: 'Private' } });
    expect(await admin.api.get(`/api/v1/chats/share/${chat.id}`)).toMatchObject({ status: 200 });
    expect(await entry(`target=${chat.id}`)).toMatchObject({ user: { id: admin.id }, outcome: 'success' });
  });

  it('has links to chats, who opens them, and exports', async () => {
    const { body: chat } = await user.api.post('/api/v1/chats/new', { chat: { title: 'Public' } });
    const { body: link } = await user.api.post(`/api/v1/chats/${chat.id}/share`);
    expect(await entry(`action=POST /api/v1/chats/:id/share&target=${chat.id}`)).toMatchObject({ outcome: 'success' });
    const other = await asUser(app);
    await other.api.get(`/api/v1/chats/share/${link.id}`);
    expect(await entry(`action=GET /api/v1/chats/share&target=${link.id}`)).toMatchObject({ user: { id: other.id } });
    await other.api.post(`/api/v1/chats/${link.id}/clone/shared`);
    expect(await entry(`action=clone/shared&target=${link.id}`)).toMatchObject({ user: { id: other.id } });
    await user.api.delete(`/api/v1/chats/${chat.id}/share`);
    expect(await entry(`action=DELETE /api/v1/chats/:id/share&target=${chat.id}`)).toMatchObject({ status: 200 });
    await user.api.get('/api/v1/chats/all');
    expect(await entry(`action=chats/all&user_id=${user.id}`)).toMatchObject({ action: 'GET /api/v1/chats/all' });
    await admin.api.get('/api/v1/chats/all/db');
    expect(await entry('action=chats/all/db')).toMatchObject({ user: { id: admin.id } });
  });

  it('is for administrators', async () => {
    for (const path of [`${ROOT}/`, `${ROOT}/export`]) {
      expect(await user.api.get(path)).toMatchObject({ status: 401, body: { detail: Detail.accessProhibited } });
      expect(await api(app.url).get(path)).toMatchObject({ status: 401, body: { detail: Detail.notAuthenticated } });
    }
    expect(await admin.api.get(`${ROOT}/?from=x`)).toMatchObject({ status: 422 });
  });

  it('pages and exports thousands of entries', async () => {
    await app.get(Database).query(
      `INSERT INTO audit_entry (at, action, outcome, status, details)
       SELECT 1000 * n, 'POST /old', 'success', 200, '{}' FROM generate_series(1, 1234) n`,
    );
    const found: string[] = [];
    for (let next: string | null = ''; next !== null;) {
      const page: Json = (await admin.api.get(`${ROOT}/?action=/old${next && `&before=${next}`}`)).body;
      found.push(...page.entries.map(({ id }: { id: string }) => id));
      next = page.next;
    }
    expect(new Set(found).size).toBe(1234);
    const { status, body, headers } = await admin.api.get(`${ROOT}/export?action=/old&from=10&to=1200`);
    expect(status).toBe(200);
    expect(headers.get('content-disposition')).toContain('attachment');
    const lines = String(body)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(1190);
    expect(lines[0]).toMatchObject({ timestamp: 10, action: 'POST /old', user: null });
    expect(await entry('action=audit/export&outcome=success')).toMatchObject({ user: { id: admin.id } });
  });

  it('cannot be changed', async () => {
    await entry('');
    for (const statement of ['UPDATE audit_entry SET status = 0', 'DELETE FROM audit_entry', 'TRUNCATE audit_entry'])
      await expect(app.get(Database).query(statement)).rejects.toThrow('append-only');
  });
});

describe('the audit file', () => {
  it('has a line for each request that changes something', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'confab-audit-'));
    const file = join(directory, 'audit.log');
    const app = await startTestApp({ AUDIT_LOG_LEVEL: 'REQUEST_RESPONSE', AUDIT_LOGS_FILE_PATH: file });
    const admin = await asUser(app, 'admin');
    await admin.api.get('/api/v1/users/');
    await api(app.url).post(SIGN_IN, { email: admin.email, password: admin.password });
    await admin.api.post('/api/v1/users/user/info/update', { location: 'here', token: 'hunter2' });
    await admin.api.post('/api/v1/chats/new', { chat: {} });
    await admin.api.get('/api/v1/auths/signout');
    const lines = await eventually(async () => {
      const text = await readFile(file, 'utf8').catch(() => '');
      const complete = text.split('\n').slice(0, -1);
      return complete.length >= 3 ? complete : undefined;
    });
    const entries = lines.map((line) => JSON.parse(line));
    expect(entries.map(({ verb, request_uri }) => `${verb} ${new URL(request_uri).pathname}`)).toEqual([
      `POST ${SIGN_IN}`,
      'POST /api/v1/users/user/info/update',
      'GET /api/v1/auths/signout',
    ]);
    expect(entries[0]).toMatchObject({
      user: { id: admin.id, name: admin.name, email: admin.email, role: 'admin' },
      audit_level: 'REQUEST_RESPONSE',
      response_status_code: 200,
      extra: {},
    });
    expect(entries[1].request_object).toContain('"location":"here"');
    expect(entries[1].response_object).toContain('"location":"here"');
    for (const secret of ['hunter2', admin.password, admin.token]) expect(lines.join()).not.toContain(secret);
    await app.close();
    await rm(directory, { recursive: true, force: true });
  });
});
