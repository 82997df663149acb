import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Content from before counts as claimed by several writes: it is never discarded early. */
export class BlobClaims1764030100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE blob ADD claims integer NOT NULL DEFAULT 2');
    await runner.query('ALTER TABLE blob ALTER claims SET DEFAULT 1');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE blob DROP claims');
  }
}
