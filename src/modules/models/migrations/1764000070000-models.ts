import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Models1764000070000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE model (
        id text PRIMARY KEY,
        user_id text REFERENCES "user" (id) ON DELETE SET NULL,
        base_model_id text,
        name text NOT NULL,
        params json NOT NULL,
        meta jsonb NOT NULL,
        profile_image_url text,
        is_active boolean NOT NULL DEFAULT true,
        created_at bigint NOT NULL,
        updated_at bigint NOT NULL
      )`);
    await runner.query('CREATE INDEX model_user ON model (user_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE model');
  }
}
