import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Knowledge1764033000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE knowledge (
        id text PRIMARY KEY,
        user_id text NOT NULL,
        name text NOT NULL,
        description text NOT NULL,
        meta json,
        created_at bigint NOT NULL,
        updated_at bigint NOT NULL,
        seq bigserial NOT NULL
      )`);
    await runner.query('CREATE INDEX knowledge_user ON knowledge (user_id)');
    await runner.query(`
      CREATE TABLE knowledge_file (
        knowledge_id text NOT NULL REFERENCES knowledge (id) ON DELETE CASCADE,
        file_id text NOT NULL REFERENCES file (id) ON DELETE CASCADE,
        user_id text NOT NULL,
        created_at bigint NOT NULL,
        seq bigserial NOT NULL,
        PRIMARY KEY (knowledge_id, file_id)
      )`);
    await runner.query('CREATE INDEX knowledge_file_file ON knowledge_file (file_id)');
    await runner.query('CREATE INDEX knowledge_file_order ON knowledge_file (knowledge_id, seq)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE knowledge_file');
    await runner.query('DROP TABLE knowledge');
  }
}
