import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Groups1764000040000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE "group" (
        id text PRIMARY KEY,
        user_id text NOT NULL,
        name text NOT NULL,
        description text NOT NULL,
        data json,
        meta json,
        permissions json,
        created_at bigint NOT NULL,
        updated_at bigint NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE group_member (
        group_id text NOT NULL REFERENCES "group" (id) ON DELETE CASCADE,
        user_id text NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
        created_at bigint NOT NULL,
        PRIMARY KEY (group_id, user_id)
      )`);
    await runner.query('CREATE INDEX group_member_user ON group_member (user_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE group_member');
    await runner.query('DROP TABLE "group"');
  }
}
