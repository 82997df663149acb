import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CollectionFiles1764032500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE collection_file (
        owner_id text NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
        collection_name text NOT NULL,
        file_id text NOT NULL REFERENCES file (id) ON DELETE CASCADE,
        created_at bigint NOT NULL,
        PRIMARY KEY (owner_id, collection_name, file_id)
      )`);
    await runner.query('CREATE INDEX collection_file_file ON collection_file (file_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE collection_file');
  }
}
