import { DataSource } from 'typeorm';
import { Database } from '../../../src/platform/database/database';
import { startTestApp, type TestApp } from '../../support/app';
import { asUser, type TestUser } from '../../support/as-user';
import { queriesOf } from '../../support/query-counter';

const USERS = 10_000;
const GROUPS = 1000;

/** Real: the whole application on PostgreSQL; the accounts are written by SQL. */
describe(`${USERS} accounts in ${GROUPS} groups`, () => {
  let app: TestApp;
  let admin: TestUser;
  let member: TestUser;
  const before = new Map<string, number>();

  const requests: [string, () => Promise<{ status: number }>][] = [
    ['list of accounts', () => admin.api.get('/api/v1/users/?page=1')],
    ['another page of accounts', () => admin.api.get('/api/v1/users/?page=2&order_by=name&direction=asc')],
    ['accounts by membership', () => admin.api.get('/api/v1/users/?order_by=group_id:g7&direction=desc')],
    ['search', () => member.api.get('/api/v1/users/search?query=9')],
    ['everybody', () => admin.api.get('/api/v1/users/all')],
    ['groups', () => admin.api.get('/api/v1/groups/?share=true')],
    ['own groups', () => member.api.get('/api/v1/users/groups')],
    ['own permissions', () => member.api.get('/api/v1/users/permissions')],
    ['a permission of the route', () => member.api.get('/api/v1/prompts/')],
    ['session', () => member.api.get('/api/v1/auths/')],
    ['members', () => admin.api.post('/api/v1/groups/id/g7/users')],
  ];

  const count = async (send: () => Promise<{ status: number }>) => {
    await send();
    const statements = await queriesOf(app.get(DataSource), async () => expect((await send()).status).toBe(200));
    return statements.length;
  };

  beforeAll(async () => {
    app = await startTestApp();
    admin = await asUser(app, 'admin');
    member = await asUser(app);
    const database = app.get(Database);
    const fill = async (users: number, groups: number) => {
      await database.query(
        `INSERT INTO "user" (id, email, name, role, profile_image_url, last_active_at, updated_at, created_at)
         SELECT 'u' || n, 'u' || n || '@example.com', 'User ' || n, 'user', '/user.png', 1, 1, n
         FROM generate_series(1, $1::int) n ON CONFLICT DO NOTHING`,
        [users],
      );
      await database.query(
        `INSERT INTO "group" (id, user_id, name, description, permissions, created_at, updated_at)
         SELECT 'g' || n, $2, 'Group ' || n, '', '{"workspace": {"prompts": true}}', n, n
         FROM generate_series(1, $1::int) n ON CONFLICT DO NOTHING`,
        [groups, admin.id],
      );
      await database.query(
        `INSERT INTO group_member (group_id, user_id, created_at)
         SELECT 'g' || n % $2 + 1, 'u' || n, 1 FROM generate_series(1, $1::int) n
         UNION ALL SELECT 'g' || n, $3, 1 FROM generate_series(1, $2) n ON CONFLICT DO NOTHING`,
        [users, groups, member.id],
      );
    };
    await fill(400, 7);
    for (const [name, send] of requests) before.set(name, await count(send));
    await fill(USERS, GROUPS);
  });
  afterAll(() => app.close());

  it.each(requests)('%s: as many queries as with 400 in 7', async (name, send) =>
    expect(await count(send)).toBe(before.get(name)),
  );

  it('finds every account and group', async () => {
    expect((await admin.api.get('/api/v1/users/?query=user%20')).body.total).toBeGreaterThanOrEqual(USERS);
    expect((await admin.api.get('/api/v1/groups/')).body).toHaveLength(GROUPS);
    const page = (await admin.api.get('/api/v1/users/?order_by=group_id:g7&direction=desc')).body;
    expect(page.users[0].group_ids).toContain('g7');
    expect((await member.api.get('/api/v1/users/permissions')).body.workspace.prompts).toBe(true);
  });
});
