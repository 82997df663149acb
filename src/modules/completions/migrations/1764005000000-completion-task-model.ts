import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rows of before belong to nodes that are gone. */
export class CompletionTaskModel1764005000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE completion_task ADD COLUMN model_id text NOT NULL DEFAULT ''`);
    await runner.query('ALTER TABLE completion_task ALTER COLUMN model_id DROP DEFAULT');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE completion_task DROP COLUMN model_id');
  }
}
