import { Database } from '../../../src/platform/database/database';
import { JobsService } from '../../../src/platform/jobs/jobs.service';
import { startTestApp, type TestApp } from '../../support/app';
import { asUser } from '../../support/as-user';

/** Real: the application, in a schema of its own beside the tables of another installation. */
describe('DATABASE_SCHEMA', () => {
  let app: TestApp;
  beforeAll(async () => (app = await startTestApp({ DATABASE_SCHEMA: 'second' })));
  afterAll(() => app.close());

  const tablesOf = async (schema: string): Promise<string[]> => {
    const sql = 'SELECT tablename AS name FROM pg_tables WHERE schemaname = $1 ORDER BY 1';
    return (await app.get(Database).query<{ name: string }>(sql, [schema])).map(({ name }) => name);
  };

  it('has all tables, and all rows', async () => {
    expect(await tablesOf('second')).toEqual(await tablesOf('public'));
    const admin = await asUser(app, 'admin');
    expect((await admin.api.get('/api/v1/users/all')).body.users).toHaveLength(1);
    expect((await admin.api.get('/api/v1/chats/')).body).toEqual([]);
    expect(await app.get(Database).query('SELECT id FROM public."user"')).toEqual([]);
    expect((await admin.api.get('/ready')).status).toBe(200);
  });

  it('has a queue of its own', async () => {
    await app.get(JobsService).enqueue({ name: 'providers.forget-usage' }, {});
    expect(await tablesOf('second_job')).toContain('job');
    expect(await tablesOf('job')).toEqual([]);
  });
});
