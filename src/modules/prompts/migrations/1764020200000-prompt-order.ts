import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rows of the same second are listed in insertion order. */
export class PromptOrder1764020200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE prompt ADD COLUMN seq bigserial');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE prompt DROP COLUMN seq');
  }
}
