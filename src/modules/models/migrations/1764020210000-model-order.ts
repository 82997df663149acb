import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rows of the same second are listed in insertion order. */
export class ModelOrder1764020210000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE model ADD COLUMN seq bigserial');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE model DROP COLUMN seq');
  }
}
