import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Functions1764040000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE "function" (
        id text PRIMARY KEY,
        user_id text NOT NULL,
        name text NOT NULL,
        type text NOT NULL,
        content text NOT NULL,
        meta json NOT NULL,
        valves text,
        definition json NOT NULL,
        version integer NOT NULL DEFAULT 1,
        is_active boolean NOT NULL DEFAULT false,
        is_global boolean NOT NULL DEFAULT false,
        created_at bigint NOT NULL,
        updated_at bigint NOT NULL,
        seq bigserial NOT NULL
      )`);
    await runner.query('CREATE INDEX function_active ON "function" (type) WHERE is_active');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE "function"');
  }
}
