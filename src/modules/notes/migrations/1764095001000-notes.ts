import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Notes1764095001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE note (
        id text PRIMARY KEY,
        user_id text NOT NULL,
        title text NOT NULL,
        data json,
        meta json,
        created_at bigint NOT NULL,
        updated_at bigint NOT NULL
      )`);
    await runner.query('CREATE INDEX note_user ON note (user_id, updated_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE note');
  }
}
