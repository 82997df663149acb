import type { MigrationInterface, QueryRunner } from 'typeorm';

export class SharedChats1764000320000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE shared_chat (
        id text PRIMARY KEY,
        chat_id text NOT NULL REFERENCES chat (id) ON DELETE CASCADE,
        title text NOT NULL,
        content json NOT NULL,
        meta jsonb NOT NULL,
        pinned boolean,
        folder_id text,
        created_at bigint NOT NULL,
        updated_at bigint NOT NULL
      )`);
    await runner.query('CREATE UNIQUE INDEX shared_chat_chat ON shared_chat (chat_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE shared_chat');
    await runner.query('UPDATE chat SET share_id = NULL');
  }
}
