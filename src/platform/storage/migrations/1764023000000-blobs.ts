import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Blobs1764023000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE blob (
        id text PRIMARY KEY,
        key text NOT NULL,
        hash text,
        size bigint NOT NULL,
        state text NOT NULL CHECK (state IN ('writing', 'stored', 'removed')),
        claimed_at bigint NOT NULL
      )`);
    await runner.query('CREATE UNIQUE INDEX blob_hash ON blob (hash)');
    await runner.query(`
      CREATE TABLE blob_reference (
        kind text,
        id text,
        blob_id text NOT NULL REFERENCES blob (id),
        owner_id text,
        PRIMARY KEY (kind, id)
      )`);
    await runner.query('CREATE INDEX blob_reference_blob ON blob_reference (blob_id)');
    await runner.query('CREATE INDEX blob_reference_owner ON blob_reference (owner_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE blob_reference');
    await runner.query('DROP TABLE blob');
  }
}
