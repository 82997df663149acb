import { DataSource } from 'typeorm';
import { Detail } from '../../src/common/errors/details';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { createGroup } from '../support/factories/groups';
import { api, type Answer, type Api } from '../support/http';
import { queriesOf } from '../support/query-counter';

const ROOT = '/api/v1/groups';
const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const refusal = (status: number, detail: string) => ({ status, body: { detail } });
const idsOf = ({ body }: Answer) => body.map(({ id }: { id: string }) => id);

describe(ROOT, () => {
  let app: TestApp;
  let admin: TestUser;
  let user: TestUser;

  beforeAll(async () => {
    app = await startTestApp();
    admin = await asUser(app, 'admin');
    user = await asUser(app);
  });
  afterAll(() => app.close());

  const routes: [string, (client: Api) => Promise<Answer>][] = [
    ['POST /create', (client) => client.post(`${ROOT}/create`, { name: 'x', description: '' })],
    ['GET /id/{id}', (client) => client.get(`${ROOT}/id/${UNKNOWN}`)],
    ['GET /id/{id}/export', (client) => client.get(`${ROOT}/id/${UNKNOWN}/export`)],
    ['POST /id/{id}/users', (client) => client.post(`${ROOT}/id/${UNKNOWN}/users`)],
    ['POST /id/{id}/update', (client) => client.post(`${ROOT}/id/${UNKNOWN}/update`, {})],
    ['POST /id/{id}/users/add', (client) => client.post(`${ROOT}/id/${UNKNOWN}/users/add`, {})],
    ['POST /id/{id}/users/remove', (client) => client.post(`${ROOT}/id/${UNKNOWN}/users/remove`, {})],
    ['DELETE /id/{id}/delete', (client) => client.delete(`${ROOT}/id/${UNKNOWN}/delete`)],
  ];

  it.each(routes)('%s is for administrators', async (_, send) => {
    expect(await send(api(app.url))).toMatchObject(refusal(401, Detail.notAuthenticated));
    expect(await send(user.api)).toMatchObject(refusal(401, Detail.accessProhibited));
  });

  it('cannot be joined by a user', async () => {
    const group = await createGroup(admin, []);
    const answer = await user.api.post(`${ROOT}/id/${group}/users/add`, { user_ids: [user.id] });
    expect(answer).toMatchObject(refusal(401, Detail.accessProhibited));
    expect((await user.api.get(`${ROOT}/`)).body).toEqual([]);
  });

  describe('GET /', () => {
    it('lists all groups to administrators, and to others their own', async () => {
      const [own, foreign] = [await createGroup(admin, [user]), await createGroup(admin, [])];
      expect(idsOf(await admin.api.get(`${ROOT}/`))).toEqual(expect.arrayContaining([own, foreign]));
      expect(idsOf(await user.api.get(`${ROOT}/`))).toEqual([own]);
      expect((await user.api.get(`${ROOT}/`)).body[0]).toMatchObject({ member_count: 1, meta: null });
    });

    it('distinguishes groups to share with from others', async () => {
      const create = async (data: unknown) =>
        (await admin.api.post(`${ROOT}/create`, { name: 'x', description: '', data })).body.id as string;
      const open = [
        await create(null),
        await create({ config: { share: true } }),
        await create({ config: { share: null } }),
      ];
      const closed = await create({ config: { share: false } });
      const shareable = idsOf(await admin.api.get(`${ROOT}/?share=true`));
      expect(shareable).toEqual(expect.arrayContaining(open));
      expect(shareable).not.toContain(closed);
      expect(idsOf(await admin.api.get(`${ROOT}/?share=no`))).toEqual([closed]);
      expect(await admin.api.get(`${ROOT}/?share=perhaps`)).toMatchObject({ status: 422 });
    });

    it('costs the same number of queries, whatever the number of groups', async () => {
      const count = () => queriesOf(app.get(DataSource), () => admin.api.get(`${ROOT}/`));
      const few = await count();
      await Promise.all(Array.from({ length: 5 }, () => createGroup(admin, [user])));
      expect(await count()).toHaveLength(few.length);
    });
  });

  describe('POST /create', () => {
    const create = (form: object) => admin.api.post(`${ROOT}/create`, { name: 'Team', description: '', ...form });

    it('keeps permissions and data as they are sent', async () => {
      const permissions = { workspace: { prompts: true, models: false }, custom: { x: true } };
      const answer = await create({ permissions, data: { config: { share: false } } });
      expect(answer).toMatchObject({ status: 200, body: { user_id: admin.id, permissions, member_count: 0 } });
      expect(Object.keys(answer.body.permissions.workspace)).toEqual(['prompts', 'models']);
      expect((await create({})).body).toMatchObject({ permissions: null, data: null });
    });

    it.each([{ chat: true }, { chat: { delete: { x: true } } }, { workspace: { models: 'true' } }, 'x'])(
      'refuses the permissions %j',
      async (permissions) => expect(await create({ permissions })).toMatchObject({ status: 422 }),
    );
  });

  describe('GET /id/{id} and export', () => {
    it('show a group, and its members', async () => {
      const group = await createGroup(admin, [user]);
      expect(await admin.api.get(`${ROOT}/id/${group}`)).toMatchObject({ status: 200, body: { member_count: 1 } });
      expect((await admin.api.get(`${ROOT}/id/${group}/export`)).body.user_ids).toEqual([user.id]);
      const empty = await createGroup(admin, []);
      expect((await admin.api.get(`${ROOT}/id/${empty}/export`)).body).toMatchObject({ id: empty, user_ids: [] });
    });

    it('do not find unknown ones', async () => {
      for (const path of [UNKNOWN, `${UNKNOWN}/export`])
        expect(await admin.api.get(`${ROOT}/id/${path}`)).toMatchObject(refusal(401, Detail.notFound));
    });
  });

  describe('POST /id/{id}/update', () => {
    const form = { name: 'New', description: 'new' };

    it('replaces what is sent, and keeps the rest', async () => {
      const group = await createGroup(admin, [], { chat: { tts: false } });
      const update = (change: object) => admin.api.post(`${ROOT}/id/${group}/update`, { ...form, ...change });
      expect((await update({})).body).toMatchObject({ name: 'New', permissions: { chat: { tts: false } } });
      expect((await update({ permissions: null, data: { a: 1 } })).body).toMatchObject({
        permissions: { chat: { tts: false } },
        data: { a: 1 },
      });
      expect((await update({ permissions: {} })).body).toMatchObject({ permissions: {}, data: { a: 1 } });
    });

    it('refuses unknown groups and missing fields', async () => {
      expect(await admin.api.post(`${ROOT}/id/${UNKNOWN}/update`, form)).toMatchObject(
        refusal(400, '[ERROR: Error updating group]'),
      );
      expect(await admin.api.post(`${ROOT}/id/${UNKNOWN}/update`, { name: 'x' })).toMatchObject({ status: 422 });
    });
  });

  describe('POST /id/{id}/users, add and remove', () => {
    it('changes the members; unknown ids and repetitions do not matter', async () => {
      const group = await createGroup(admin, [user]);
      const other = await asUser(app);
      const add = (user_ids: unknown) => admin.api.post(`${ROOT}/id/${group}/users/add`, { user_ids });
      const remove = (user_ids: unknown) => admin.api.post(`${ROOT}/id/${group}/users/remove`, { user_ids });
      expect((await add([other.id, user.id, 'nobody'])).body.member_count).toBe(2);
      expect((await add(null)).body.member_count).toBe(2);
      expect(await add('x')).toMatchObject({ status: 422, body: { detail: [{ type: 'list_type' }] } });
      const members = await admin.api.post(`${ROOT}/id/${group}/users`);
      expect(idsOf(members).sort()).toEqual([user.id, other.id].sort());
      expect(Object.keys(members.body[0])).not.toContain('settings');
      expect((await remove([])).body.member_count).toBe(2);
      expect((await remove([other.id, 'nobody'])).body.member_count).toBe(1);
    });

    it('refuses unknown groups, and lists them as empty', async () => {
      const path = `${ROOT}/id/${UNKNOWN}/users`;
      expect((await admin.api.post(path)).body).toEqual([]);
      expect(await admin.api.post(`${path}/add`, { user_ids: [user.id] })).toMatchObject(
        refusal(400, '[ERROR: Error adding users to group]'),
      );
      expect(await admin.api.post(`${path}/remove`, { user_ids: [user.id] })).toMatchObject(
        refusal(400, '[ERROR: Error removing users from group]'),
      );
    });
  });

  describe('DELETE /id/{id}/delete', () => {
    it('ends the memberships, and what they allowed', async () => {
      const own = await asUser(app);
      const group = await createGroup(admin, [own], { workspace: { tools: true } });
      expect(await admin.api.delete(`${ROOT}/id/${group}/delete`)).toMatchObject({ status: 200, body: true });
      expect(await admin.api.delete(`${ROOT}/id/${group}/delete`)).toMatchObject({ status: 200, body: true });
      expect((await own.api.get(`${ROOT}/`)).body).toEqual([]);
      expect((await own.api.get('/api/v1/users/permissions')).body.workspace.tools).toBe(false);
    });
  });

  describe('the default group', () => {
    it('is joined by new accounts; one that does not exist is ignored', async () => {
      const group = await createGroup(admin, []);
      const { body: config } = await admin.api.get('/api/v1/auths/admin/config');
      const add = async (DEFAULT_GROUP_ID: string) => {
        await admin.api.post('/api/v1/auths/admin/config', { ...config, DEFAULT_GROUP_ID });
        const form = { name: 'N', email: `${Math.random()}@example.com`, password: 'pw', role: 'user' };
        return admin.api.post('/api/v1/auths/add', form);
      };
      const joined = await add(group);
      expect((await admin.api.get(`${ROOT}/id/${group}/export`)).body.user_ids).toEqual([joined.body.id]);
      expect(await add('nope')).toMatchObject({ status: 200 });
    });
  });
});
