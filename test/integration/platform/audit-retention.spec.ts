import { AuditLogService } from '../../../src/platform/audit/audit-log.service';
import { AuditSettings } from '../../../src/platform/audit/audit.settings';
import { AuditRetentionJob } from '../../../src/platform/audit/audit-retention.job';
import { Database } from '../../../src/platform/database/database';
import { startTestApp, type TestApp } from '../../support/app';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('AuditRetentionJob', () => {
  let app: TestApp;
  let database: Database;

  beforeAll(async () => {
    app = await startTestApp({ AUDIT_RETENTION_DAYS: '' });
    database = app.get(Database);
    await insert('old', 20_003, 31 * DAY);
    await insert('young', 3, 29 * DAY);
    await insert('new', 3, 23 * HOUR);
  });
  afterAll(() => app.close());

  const insert = (action: string, count: number, age: number) =>
    database.query(
      `INSERT INTO audit_entry (at, action, outcome, status, details)
       SELECT $1, $2, 'success', 200, '{}' FROM generate_series(1, $3::int)`,
      [Date.now() - age, action, count],
    );
  const counts = async () => {
    const sql = 'SELECT action, count(*)::int n FROM audit_entry GROUP BY action';
    const rows = await database.query<{ action: string; n: number }>(sql);
    return Object.fromEntries(rows.map(({ action, n }) => [action, n]));
  };
  const forgetBefore = (time: number) =>
    database.transaction(async () => {
      await database.query(`SELECT set_config('confab.audit_forget_before', $1::text, true)`, [time]);
      await database.query(`DELETE FROM audit_entry WHERE action = 'new'`);
    });

  it('deletes nothing without a retention', async () => {
    await app.get(AuditRetentionJob).run();
    expect(await counts()).toEqual({ old: 20_003, young: 3, new: 3 });
  });

  it('deletes what is older, however much it is, and enters it', async () => {
    app.get(AuditSettings).retention_days = 30;
    await app.get(AuditRetentionJob).run();
    await app.get(AuditLogService).beforeApplicationShutdown();
    expect(await counts()).toEqual({ young: 3, new: 3, 'FORGET audit_entry': 1 });
    const { entries } = await app.get(AuditLogService).list({ action: 'FORGET' });
    expect(entries).toMatchObject([{ user: null, details: { entries: 20_003 } }]);
    await app.get(AuditRetentionJob).run();
    await app.get(AuditLogService).beforeApplicationShutdown();
    expect(await counts()).toMatchObject({ 'FORGET audit_entry': 1 });
  });

  it('is the only way to delete, and never of the last day', async () => {
    await expect(database.query('DELETE FROM audit_entry')).rejects.toThrow('append-only');
    await expect(forgetBefore(Date.now())).rejects.toThrow('append-only');
    expect(await counts()).toMatchObject({ young: 3, new: 3 });
  });
});
