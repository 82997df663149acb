import type { MigrationInterface, QueryRunner } from 'typeorm';

export class KeptSession1764020000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "user" ADD COLUMN kept_session text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "user" DROP COLUMN kept_session');
  }
}
