import type { MigrationInterface, QueryRunner } from 'typeorm';

export class NamedApiKeys1764000300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE api_key ALTER COLUMN sealed DROP NOT NULL');
    await runner.query(`
      ALTER TABLE api_key
        ADD COLUMN name text NOT NULL DEFAULT '',
        ADD COLUMN hint text NOT NULL DEFAULT '',
        ADD COLUMN scopes jsonb,
        ADD COLUMN requests_per_minute integer`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DELETE FROM api_key WHERE sealed IS NULL');
    await runner.query(`
      ALTER TABLE api_key
        DROP COLUMN requests_per_minute,
        DROP COLUMN scopes,
        DROP COLUMN hint,
        DROP COLUMN name`);
    await runner.query('ALTER TABLE api_key ALTER COLUMN sealed SET NOT NULL');
  }
}
