import { DataSource } from 'typeorm';
import { Detail } from '../../src/common/errors/details';
import { Database } from '../../src/platform/database/database';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { createGroup } from '../support/factories/groups';
import { api, type Answer, type Api } from '../support/http';
import { queriesOf } from '../support/query-counter';
import { connectSocket } from '../support/socket';
import { AuthDetail } from '../../src/modules/auth/auth.errors';

const ROOT = '/api/v1/users';
const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const refusal = (status: number, detail: string) => ({ status, body: { detail } });
const namesOf = ({ body }: Answer) => body.users.map(({ name }: { name: string }) => name);

describe(ROOT, () => {
  let app: TestApp;
  /** The account that was created first. */
  let admin: TestUser;
  let user: TestUser;

  beforeAll(async () => {
    app = await startTestApp({ ENABLE_API_KEYS: 'true' });
    admin = await asUser(app, 'admin', { name: 'Ada' });
    await app.get(Database).query('UPDATE "user" SET created_at = created_at - 10 WHERE id = $1', [admin.id]);
    user = await asUser(app, 'user', { name: 'Bob' });
  });
  afterAll(() => app.close());

  const adminRoutes: [string, (client: Api) => Promise<Answer>][] = [
    ['GET /', (client) => client.get(`${ROOT}/`)],
    ['GET /all', (client) => client.get(`${ROOT}/all`)],
    ['GET /default/permissions', (client) => client.get(`${ROOT}/default/permissions`)],
    ['POST /default/permissions', (client) => client.post(`${ROOT}/default/permissions`, {})],
    ['GET /{id}/groups', (client) => client.get(`${ROOT}/${user.id}/groups`)],
    ['POST /{id}/update', (client) => client.post(`${ROOT}/${user.id}/update`, {})],
    ['DELETE /{id}', (client) => client.delete(`${ROOT}/${user.id}`)],
  ];
  const verifiedRoutes: [string, (client: Api) => Promise<Answer>][] = [
    ['GET /search', (client) => client.get(`${ROOT}/search`)],
    ['GET /groups', (client) => client.get(`${ROOT}/groups`)],
    ['GET /permissions', (client) => client.get(`${ROOT}/permissions`)],
    ['GET /user/settings', (client) => client.get(`${ROOT}/user/settings`)],
    ['POST /user/settings/update', (client) => client.post(`${ROOT}/user/settings/update`, {})],
    ['GET /user/status', (client) => client.get(`${ROOT}/user/status`)],
    ['POST /user/status/update', (client) => client.post(`${ROOT}/user/status/update`, {})],
    ['GET /user/info', (client) => client.get(`${ROOT}/user/info`)],
    ['POST /user/info/update', (client) => client.post(`${ROOT}/user/info/update`, {})],
    ['GET /{id}', (client) => client.get(`${ROOT}/${user.id}`)],
    ['GET /{id}/active', (client) => client.get(`${ROOT}/${user.id}/active`)],
    ['GET /{id}/profile/image', (client) => client.get(`${ROOT}/${user.id}/profile/image`)],
  ];

  describe.each([...adminRoutes, ...verifiedRoutes])('%s', (_, send) => {
    it('requires credentials, and no pending account', async () => {
      expect(await send(api(app.url))).toMatchObject(refusal(401, Detail.notAuthenticated));
      const pending = await asUser(app, 'pending');
      expect(await send(pending.api)).toMatchObject(refusal(401, Detail.accessProhibited));
    });
  });

  it.each(adminRoutes)('%s is for administrators', async (_, send) =>
    expect(await send(user.api)).toMatchObject(refusal(401, Detail.accessProhibited)),
  );

  describe('GET / and GET /search', () => {
    let other: TestApp;
    let boss: TestUser;
    let group: string;

    beforeAll(async () => {
      other = await startTestApp();
      boss = await asUser(other, 'admin', { name: 'Ada' });
      const names = Array.from({ length: 34 }, (_, index) => `User ${String(index + 1).padStart(2, '0')}`);
      const users = [];
      for (const name of names) users.push(await asUser(other, 'user', { name }));
      group = await createGroup(boss, [users[4]!, users[9]!]);
    });
    afterAll(() => other.close());

    const list = (query: string) => boss.api.get(`${ROOT}/?${query}`);

    it('pages by 30, in the order that is asked for', async () => {
      const first = await list('order_by=name&direction=asc');
      expect(namesOf(first)).toHaveLength(30);
      expect(namesOf(first)[0]).toBe('Ada');
      expect(first.body.total).toBe(35);
      expect(namesOf(await list('order_by=name&direction=asc&page=2'))).toEqual([
        'User 30',
        'User 31',
        'User 32',
        'User 33',
        'User 34',
      ]);
      expect(namesOf(await list('order_by=name&direction=up'))[0]).toBe('User 34');
      expect(namesOf(await list('order_by=name&direction=asc&page=-3'))[0]).toBe('Ada');
      expect((await list('page=x')).status).toBe(422);
    });

    it('puts the members of a group first, or last', async () => {
      const first = await list(`order_by=group_id:${group}&direction=desc`);
      expect(namesOf(first).slice(0, 3)).toEqual(['User 05', 'User 10', 'Ada']);
      expect(first.body.users[0].group_ids).toEqual([group]);
      expect(namesOf(await list(`order_by=group_id:${group}&direction=asc&page=2`)).slice(-2)).toEqual([
        'User 05',
        'User 10',
      ]);
    });

    it('finds parts of names and addresses, and takes wildcards literally', async () => {
      expect(namesOf(await list('query=USER%2007'))).toEqual(['User 07']);
      for (const text of ['%25', '_', '%5C', 'User%25', '%00nobody'])
        expect((await list(`query=${text}`)).body).toMatchObject({ users: [], total: 0 });
      expect((await boss.api.get(`${ROOT}/search?query=user%2007`)).body.users).toEqual([
        expect.objectContaining({ name: 'User 07', role: 'user' }),
      ]);
    });

    it('costs the same number of queries, whatever the number of rows', async () => {
      const source = other.get(DataSource);
      const few = await queriesOf(source, () => list('query=User%2007'));
      const many = await queriesOf(source, () => list('query=User%200'));
      expect(many).toHaveLength(few.length);
    });
  });

  describe('credentials in the settings of an account', () => {
    it('are shown to the account itself, and masked for administrators', async () => {
      const owner = await asUser(app, 'user', { name: 'Hook' });
      const ui = {
        notifications: { webhook_url: 'https://hooks.example.org/hunter2' },
        directConnections: { OPENAI_API_KEYS: ['hunter2'], OPENAI_API_BASE_URLS: ['https://models.example.org'] },
        theme: 'dark',
      };
      await owner.api.post(`${ROOT}/user/settings/update`, { ui });
      const masked = {
        notifications: { webhook_url: '********' },
        directConnections: { OPENAI_API_KEYS: ['********'], OPENAI_API_BASE_URLS: ['https://models.example.org'] },
        theme: 'dark',
      };
      const listed = await admin.api.get(`${ROOT}/?query=Hook`);
      expect(listed.body.users).toMatchObject([{ id: owner.id, settings: { ui: masked } }]);
      const change = { role: 'user', name: 'Hook', email: listed.body.users[0].email, profile_image_url: '/user.png' };
      const updated = await admin.api.post(`${ROOT}/${owner.id}/update`, change);
      expect(updated.body.settings).toEqual({ ui: masked });
      expect((await owner.api.get(`${ROOT}/user/settings`)).body).toEqual({ ui });
      expect((await owner.api.get(`${ROOT}/user/status`)).body.settings).toEqual({ ui });
    });
  });

  describe('GET /all', () => {
    it('lists everybody in short', async () => {
      const { body } = await admin.api.get(`${ROOT}/all`);
      expect(body.total).toBe(body.users.length);
      const { id, name, email, role } = user;
      expect(body.users).toContainEqual({
        ...{ id, name, email, role, status_emoji: null, status_message: null, status_expires_at: null },
      });
    });
  });

  describe('GET /{id}', () => {
    it('shows others the public profile only', async () => {
      await user.api.post(`${ROOT}/user/settings/update`, { ui: { secret: 'webhook' } });
      const other = await asUser(app);
      const { status, body } = await other.api.get(`${ROOT}/${user.id}`);
      expect(status).toBe(200);
      expect(Object.keys(body).sort()).toEqual([
        'bio',
        'id',
        'is_active',
        'name',
        'profile_image_url',
        'status_emoji',
        'status_expires_at',
        'status_message',
      ]);
    });

    it('shows more to the account itself and to administrators', async () => {
      for (const { api: client } of [user, admin])
        expect((await client.get(`${ROOT}/${user.id}`)).body).toMatchObject({ gender: null, date_of_birth: null });
    });

    it('answers 400 for unknown ids', async () => {
      for (const id of [UNKNOWN, 'x', 'shared-x', '%00', '%F0%9F%98%80'])
        expect(await user.api.get(`${ROOT}/${id}`)).toMatchObject(refusal(400, Detail.notFound));
    });
  });

  describe('GET /{id}/active', () => {
    it('is true for three minutes', async () => {
      const other = await asUser(app);
      const active = async () => (await user.api.get(`${ROOT}/${other.id}/active`)).body;
      expect(await active()).toEqual({ active: true });
      await app
        .get(Database)
        .query('UPDATE "user" SET last_active_at = last_active_at - 200 WHERE id = $1', [other.id]);
      expect(await active()).toEqual({ active: false });
      expect((await user.api.get(`${ROOT}/${UNKNOWN}/active`)).body).toEqual({ active: false });
    });
  });

  describe('GET /{id}/profile/image', () => {
    const image = async (profileImageUrl: string) => {
      const { id } = await asUser(app, 'user', { profileImageUrl });
      return fetch(`${app.url}${ROOT}/${id}/profile/image`, {
        headers: { cookie: `token=${user.token}` },
        redirect: 'manual',
      });
    };

    it('sends the decoded picture with its own type', async () => {
      const answer = await image('data:image/webp;base64,AAEC');
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('image/webp');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(Buffer.from(await answer.arrayBuffer())).toEqual(Buffer.from([0, 1, 2]));
    });

    it('sends the default for what is none, and never SVG or HTML', async () => {
      for (const url of [
        '/user.png',
        '',
        'data:image/png;base64,%%%',
        'data:image/svg+xml;base64,PHN2Zy8+',
        'data:text/html,x',
      ]) {
        const answer = await image(url);
        expect(answer.headers.get('content-type')).toBe('image/png');
        expect(answer.headers.get('content-disposition')).toBeNull();
        expect(
          Buffer.from(await answer.arrayBuffer())
            .subarray(1, 4)
            .toString(),
        ).toBe('PNG');
      }
    });

    it('sends browsers to known hosts of pictures', async () => {
      const answer = await image('https://www.gravatar.com/avatar/bücher?d=mp');
      expect(answer.status).toBe(302);
      expect(answer.headers.get('location')).toBe('https://www.gravatar.com/avatar/b%C3%BCcher?d=mp');
    });

    it.each([
      'https://example.com/p.png',
      'http://www.gravatar.com/p.png',
      'https://www.gravatar.com:8443/p.png',
      'https://user@www.gravatar.com/p.png',
      'https://www.gravatar.com.evil.example/p.png',
      'http://192.168.1.1/reboot',
      '/api/v1/auths/signout',
      'javascript:alert(1)',
    ])('does not redirect to %s', async (url) => expect((await image(url)).status).toBe(200));

    it('answers 400 for unknown ids', async () =>
      expect(await user.api.get(`${ROOT}/${UNKNOWN}/profile/image`)).toMatchObject(refusal(400, Detail.notFound)));
  });

  describe('POST /{id}/update', () => {
    const update = (by: TestUser, target: TestUser, change: object = {}) => {
      const { role, name, email } = target;
      return by.api.post(`${ROOT}/${target.id}/update`, {
        role,
        name,
        email,
        profile_image_url: '/user.png',
        ...change,
      });
    };

    it('changes the account', async () => {
      const target = await asUser(app);
      const answer = await update(admin, target, { name: 'New', email: `NEW-${target.email}` });
      expect(answer).toMatchObject({ status: 200, body: { name: 'New', email: `new-${target.email}` } });
      expect(await target.api.get(`${ROOT}/user/settings`)).toMatchObject({ status: 200 });
    });

    it('ends the sessions when the role or the password changes', async () => {
      const target = await asUser(app);
      const socket = await connectSocket(app.url, target.token);
      expect(await update(admin, target, { role: 'pending' })).toMatchObject({ status: 200 });
      expect(await target.api.get('/api/v1/auths/')).toMatchObject(refusal(401, AuthDetail.invalidToken));
      await socket.closed;
      const other = await asUser(app);
      expect(await update(admin, other, { password: 'another' })).toMatchObject({ status: 200 });
      expect(await other.api.get('/api/v1/auths/')).toMatchObject({ status: 401 });
      const { email } = other;
      const signIn = (password: string) => api(app.url).post('/api/v1/auths/signin', { email, password });
      expect(await signIn('another')).toMatchObject({ status: 200 });
      expect(await update(admin, other, { password: '' })).toMatchObject({ status: 200 });
      expect(await signIn('another')).toMatchObject({ status: 200 });
    });

    it('refuses bad values; nothing changes', async () => {
      const target = await asUser(app);
      expect(await update(admin, target, { role: 'wizard' })).toMatchObject({ status: 422 });
      expect(await update(admin, target, { email: admin.email.toUpperCase() })).toMatchObject(
        refusal(400, AuthDetail.emailTaken),
      );
      expect(await update(admin, target, { password: 'x'.repeat(73) })).toMatchObject(
        refusal(400, AuthDetail.passwordTooLong),
      );
      expect(await update(admin, target, { profile_image_url: 'data:text/html,x' })).toMatchObject({ status: 422 });
      expect(
        await admin.api.post(`${ROOT}/${UNKNOWN}/update`, {
          role: 'user',
          name: 'x',
          email: 'x@example.com',
          profile_image_url: '',
        }),
      ).toMatchObject(refusal(400, Detail.notFound));
      expect((await target.api.get(`${ROOT}/user/status`)).body).toMatchObject({ name: target.name, role: 'user' });
    });

    it('leaves the first account to itself, and to its role', async () => {
      const second = await asUser(app, 'admin');
      expect(await update(second, admin, { name: 'Hacked' })).toMatchObject(refusal(403, Detail.actionProhibited));
      expect(await update(admin, admin, { role: 'user' })).toMatchObject(refusal(403, Detail.actionProhibited));
      expect(await update(admin, admin)).toMatchObject({ status: 200 });
    });
  });

  describe('DELETE /{id}', () => {
    it('removes the account with its sessions and everything of its own', async () => {
      const target = await asUser(app);
      const group = await createGroup(admin, [target]);
      await app.get(Database).query('UPDATE "group" SET updated_at = 1000 WHERE id = $1', [group]);
      const socket = await connectSocket(app.url, target.token);
      expect(await admin.api.delete(`${ROOT}/${target.id}`)).toMatchObject({ status: 200, body: true });
      await socket.closed;
      expect(await target.api.get('/api/v1/auths/')).toMatchObject(refusal(401, AuthDetail.invalidToken));
      const { email, password } = target;
      expect(await api(app.url).post('/api/v1/auths/signin', { email, password })).toMatchObject({ status: 400 });
      const { body: changed } = await admin.api.get(`/api/v1/groups/id/${group}`);
      expect(changed).toMatchObject({ member_count: 0 });
      expect(changed.updated_at).toBeGreaterThan(1000);
      for (const table of ['credential', 'group_member', 'api_key'])
        expect(await app.get(Database).query(`SELECT 1 FROM ${table} WHERE user_id = $1`, [target.id])).toEqual([]);
    });

    it('keeps the groups that a deleted account created', async () => {
      const second = await asUser(app, 'admin');
      const group = await createGroup(second, []);
      await admin.api.delete(`${ROOT}/${second.id}`);
      expect((await admin.api.get(`/api/v1/groups/id/${group}`)).body).toMatchObject({ id: group, user_id: second.id });
    });

    it('refuses the first account and the own one; an unknown one counts as deleted', async () => {
      const second = await asUser(app, 'admin');
      expect(await second.api.delete(`${ROOT}/${admin.id}`)).toMatchObject(refusal(403, Detail.actionProhibited));
      expect(await second.api.delete(`${ROOT}/${second.id}`)).toMatchObject(refusal(403, Detail.actionProhibited));
      expect(await admin.api.delete(`${ROOT}/${UNKNOWN}`)).toMatchObject({ status: 200, body: true });
      expect(await second.api.get(`${ROOT}/permissions`)).toMatchObject({ status: 200 });
    });
  });

  describe('/user/settings', () => {
    let own: TestUser;
    const save = (change: unknown) => own.api.post(`${ROOT}/user/settings/update`, change);

    beforeEach(async () => {
      own = await asUser(app);
    });

    it('are null at first, and merged by key', async () => {
      expect((await own.api.get(`${ROOT}/user/settings`)).body).toBeNull();
      await save({ ui: { theme: 'dark' }, extra: { a: 1 } });
      expect((await save({ ui: { theme: 'light' }, other: [1] })).body).toEqual({
        ui: { theme: 'light' },
        extra: { a: 1 },
        other: [1],
      });
      expect((await save({ extra: { b: 2 } })).body).toEqual({ ui: {}, extra: { b: 2 }, other: [1] });
      expect((await own.api.get(`${ROOT}/user/settings`)).body).toEqual({ ui: {}, extra: { b: 2 }, other: [1] });
    });

    it('lose no key when several are saved at once', async () => {
      const keys = Array.from({ length: 10 }, (_, index) => `key${index}`);
      await Promise.all(keys.map((key) => save({ [key]: true })));
      expect(Object.keys((await own.api.get(`${ROOT}/user/settings`)).body)).toEqual(expect.arrayContaining(keys));
    });

    it('have tool servers only for those who may', async () => {
      const ui = { toolServers: [{ url: 'http://x' }], a: 1 };
      expect((await save({ ui })).body).toEqual({ ui: { a: 1 } });
      expect((await admin.api.post(`${ROOT}/user/settings/update`, { ui })).body.ui).toEqual(ui);
      await createGroup(admin, [own], { features: { direct_tool_servers: true } });
      expect((await save({ ui })).body.ui).toEqual(ui);
    });

    it('take null for nothing, and refuse other forms', async () => {
      expect(await save({ ui: null })).toMatchObject({ status: 200, body: { ui: {} } });
      expect(await save({ ui: 'x' })).toMatchObject({ status: 422, body: { detail: [{ type: 'dict_type' }] } });
      expect(await save([])).toMatchObject({ status: 422, body: { detail: [{ type: 'model_attributes_type' }] } });
      expect(await save('{"__proto__": {"admin": true}, "ui": {}}')).toMatchObject({ status: 200 });
    });
  });

  describe('/user/status and /user/info', () => {
    it('change what is sent', async () => {
      const own = await asUser(app);
      const status = (change: object) => own.api.post(`${ROOT}/user/status/update`, change);
      await status({ status_emoji: 'palm_tree', status_message: 'away', status_expires_at: '1900000000' });
      expect((await status({ status_emoji: null, status_message: 'back' })).body).toMatchObject({
        status_emoji: 'palm_tree',
        status_message: 'back',
        status_expires_at: 1_900_000_000,
      });
      expect((await status({ status_emoji: '' })).body).toMatchObject({ status_emoji: '', status_message: 'back' });
      expect(await status({})).toMatchObject({ status: 200, body: { id: own.id } });
      expect(await status({ status_expires_at: 1.5 })).toMatchObject({ status: 422 });
      expect((await own.api.get(`${ROOT}/user/status`)).body).toMatchObject({ status_message: 'back' });
    });

    it('merge information by key', async () => {
      const own = await asUser(app);
      const save = (change: unknown) => own.api.post(`${ROOT}/user/info/update`, change);
      expect((await own.api.get(`${ROOT}/user/info`)).body).toBeNull();
      await save({ location: 'here', deep: { a: 1 } });
      expect((await save({ deep: { b: 2 } })).body).toEqual({ location: 'here', deep: { b: 2 } });
      expect(await save([1])).toMatchObject({ status: 422, body: { detail: [{ type: 'dict_type' }] } });
      expect((await own.api.get(`${ROOT}/user/info`)).body).toEqual({ location: 'here', deep: { b: 2 } });
    });
  });

  describe('permissions', () => {
    const save = (tree: object) => admin.api.post(`${ROOT}/default/permissions`, tree);
    const empty = { workspace: {}, sharing: {}, chat: {}, features: {} };
    afterEach(() => save(empty));

    it('are saved whole: keys that are left out get their defaults, unknown ones are dropped', async () => {
      const answer = await save({
        ...empty,
        workspace: { models: true, rockets: true },
        chat: { call: 'no' },
        more: {},
      });
      expect(answer).toMatchObject({
        status: 200,
        body: { workspace: { models: true, tools: false }, chat: { call: false } },
      });
      expect(Object.keys(answer.body)).toEqual(['workspace', 'sharing', 'chat', 'features']);
      expect(answer.body.workspace).not.toHaveProperty('rockets');
      expect((await admin.api.get(`${ROOT}/default/permissions`)).body).toEqual(answer.body);
      expect((await user.api.get(`${ROOT}/permissions`)).body).toEqual(answer.body);
    });

    it('need all four sections, of booleans', async () => {
      expect((await save({ chat: {} })).body.detail).toHaveLength(3);
      expect(await save({ ...empty, workspace: { models: 'perhaps' } })).toMatchObject({
        status: 422,
        body: { detail: [{ loc: ['body', 'workspace', 'models'], type: 'bool_parsing' }] },
      });
    });

    it('grow with the groups of a user, at once', async () => {
      const own = await asUser(app);
      const group = await createGroup(admin, [own], { workspace: { prompts: true }, chat: { delete: false } });
      const { body } = await own.api.get(`${ROOT}/permissions`);
      expect(body).toMatchObject({ workspace: { prompts: true, models: false }, chat: { delete: true } });
      await admin.api.post(`/api/v1/groups/id/${group}/users/remove`, { user_ids: [own.id] });
      expect((await own.api.get(`${ROOT}/permissions`)).body.workspace.prompts).toBe(false);
    });
  });

  describe('GET /{id}/groups and GET /groups', () => {
    it('list the groups of a user', async () => {
      const own = await asUser(app);
      const group = await createGroup(admin, [own]);
      for (const answer of [await own.api.get(`${ROOT}/groups`), await admin.api.get(`${ROOT}/${own.id}/groups`)])
        expect(answer.body).toEqual([expect.objectContaining({ id: group })]);
      expect((await admin.api.get(`${ROOT}/${UNKNOWN}/groups`)).body).toEqual([]);
    });
  });
});
