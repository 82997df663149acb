import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Prompts1764000060000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE prompt (
        command text PRIMARY KEY,
        user_id text NOT NULL,
        title text NOT NULL,
        content text NOT NULL,
        timestamp bigint NOT NULL
      )`);
    await runner.query('CREATE INDEX prompt_user ON prompt (user_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE prompt');
  }
}
