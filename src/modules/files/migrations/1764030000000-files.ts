import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Extracted text is a table of its own, so that lists do not read it. A trigger releases the blobs: rows are deleted by
 * requests and by the foreign key to their account, and neither may leave a reference.
 */
export class Files1764030000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE file (
        id text PRIMARY KEY,
        user_id text NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
        filename text NOT NULL,
        content_type text,
        size bigint,
        hash text,
        status text CHECK (status IN ('pending', 'completed', 'failed')),
        error text,
        progress jsonb,
        revision integer NOT NULL DEFAULT 0,
        meta jsonb NOT NULL,
        has_blob boolean NOT NULL,
        created_at bigint NOT NULL,
        updated_at bigint NOT NULL
      )`);
    await runner.query('CREATE INDEX file_owner ON file (user_id, created_at)');
    await runner.query('CREATE INDEX file_created ON file (created_at)');
    await runner.query(`
      CREATE TABLE file_content (
        file_id text PRIMARY KEY REFERENCES file (id) ON DELETE CASCADE,
        content text NOT NULL
      )`);
    await runner.query(`
      CREATE FUNCTION file_release_blobs() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        DELETE FROM blob_reference r USING deleted d WHERE r.kind = 'file' AND r.id = d.id;
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE TRIGGER file_release_blobs AFTER DELETE ON file REFERENCING OLD TABLE AS deleted
      FOR EACH STATEMENT EXECUTE FUNCTION file_release_blobs()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE file_content');
    await runner.query('DROP TABLE file');
    await runner.query('DROP FUNCTION file_release_blobs');
    await runner.query(`DELETE FROM blob_reference WHERE kind = 'file'`);
  }
}
