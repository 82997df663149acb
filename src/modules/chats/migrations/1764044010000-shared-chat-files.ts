import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Escapes that PostgreSQL cannot read as JSON: snapshots with them are filled when they are shared again. */
const UNREADABLE = String.raw`content::text ~ '\\u(0000|d[89a-f])'`;

export class SharedChatFiles1764044010000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE shared_chat_file (
        shared_chat_id text NOT NULL REFERENCES shared_chat (id) ON DELETE CASCADE,
        file_id text NOT NULL REFERENCES file (id) ON DELETE CASCADE,
        PRIMARY KEY (shared_chat_id, file_id)
      )`);
    await runner.query('CREATE INDEX shared_chat_file_file ON shared_chat_file (file_id)');
    await runner.query(`
      INSERT INTO shared_chat_file (shared_chat_id, file_id)
      SELECT DISTINCT shared.id, file.id
      FROM (SELECT id, chat_id, CASE WHEN NOT ${UNREADABLE} THEN content::jsonb END AS content FROM shared_chat) shared
      JOIN chat ON chat.id = shared.chat_id
      CROSS JOIN LATERAL jsonb_path_query(shared.content, '$.history.messages.*.files[*].id') named
      JOIN file ON file.id = named #>> '{}' AND file.user_id = chat.user_id`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE shared_chat_file');
  }
}
