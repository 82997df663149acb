import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ExternalIdentities1764010000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "user" ALTER COLUMN oauth TYPE jsonb USING oauth::jsonb');
    await runner.query('CREATE INDEX user_oauth ON "user" USING gin (oauth jsonb_path_ops)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX user_oauth');
    await runner.query('ALTER TABLE "user" ALTER COLUMN oauth TYPE json USING oauth::json');
  }
}
