import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Users1764000030000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE "user" (
        id text PRIMARY KEY,
        email text NOT NULL,
        name text NOT NULL,
        role text NOT NULL CONSTRAINT user_role CHECK (role IN ('pending', 'user', 'admin')),
        profile_image_url text NOT NULL,
        bio text,
        gender text,
        date_of_birth date,
        status_emoji text,
        status_message text,
        status_expires_at bigint,
        info json,
        settings json,
        oauth json,
        token_version integer NOT NULL DEFAULT 0,
        last_active_at bigint NOT NULL,
        updated_at bigint NOT NULL,
        created_at bigint NOT NULL
      )`);
    await runner.query('CREATE UNIQUE INDEX user_email ON "user" (lower(email))');
    await runner.query('CREATE INDEX user_created_at ON "user" (created_at, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE "user"');
  }
}
