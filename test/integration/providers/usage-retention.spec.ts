import { UsageRetentionJob } from '../../../src/modules/providers/usage/usage-retention.job';
import { ProvidersSettings } from '../../../src/modules/providers/providers.settings';
import { Database } from '../../../src/platform/database/database';
import { startTestApp, type TestApp } from '../../support/app';

describe('UsageRetentionJob', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  const count = async () =>
    (await app.get(Database).query<{ n: number }>('SELECT count(*)::int n FROM usage_record'))[0]?.n;

  it('deletes what is older than the settings want, however much it is, and nothing without a limit', async () => {
    await app.get(Database).query(
      `INSERT INTO usage_record (created_at, day, purpose, model_id, base_model_id, provider, duration_ms, status)
       SELECT 0, (now() AT TIME ZONE 'UTC')::date - (CASE WHEN n <= 3 THEN 30 ELSE 31 END), 'task', 'm', 'm', 'openai', 1, 200
       FROM generate_series(1, 20003) n`,
    );
    await app.get(UsageRetentionJob).run();
    expect(await count()).toBe(20_003);
    app.get(ProvidersSettings).usage_retention_days = 30;
    await app.get(UsageRetentionJob).run();
    expect(await count()).toBe(3);
  });
});
