import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Tools1764040010000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE tool (
        id text PRIMARY KEY,
        user_id text NOT NULL,
        name text NOT NULL,
        content text NOT NULL,
        specs json NOT NULL,
        meta json NOT NULL,
        valves text,
        definition json NOT NULL,
        has_user_valves boolean NOT NULL DEFAULT false,
        created_at bigint NOT NULL,
        updated_at bigint NOT NULL,
        seq bigserial NOT NULL
      )`);
    await runner.query('CREATE INDEX tool_user ON tool (user_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE tool');
  }
}
