import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Feedback1764095000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE feedback (
        id text PRIMARY KEY,
        user_id text NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
        version integer NOT NULL DEFAULT 0,
        type text NOT NULL,
        model_id text,
        rating bigint,
        data json,
        meta json,
        snapshot json,
        created_at bigint NOT NULL,
        updated_at bigint NOT NULL
      )`);
    await runner.query('CREATE INDEX feedback_user ON feedback (user_id)');
    await runner.query('CREATE INDEX feedback_updated ON feedback (updated_at, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE feedback');
  }
}
