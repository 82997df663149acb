import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ChatImports1764005020000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE chat_import (
        user_id text NOT NULL,
        hash text NOT NULL,
        chat_id text NOT NULL REFERENCES chat (id) ON DELETE CASCADE,
        PRIMARY KEY (user_id, hash)
      )`);
    await runner.query('CREATE INDEX chat_import_chat ON chat_import (chat_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE chat_import');
  }
}
