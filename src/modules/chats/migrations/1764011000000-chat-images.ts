import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = ['chat', 'chat_message', 'shared_chat'];

export class ChatImages1764011000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE chat_image (
        id text PRIMARY KEY,
        user_id text REFERENCES "user" (id) ON DELETE SET NULL,
        hash text NOT NULL,
        type text NOT NULL,
        size integer NOT NULL,
        is_stored boolean NOT NULL,
        unused_since bigint
      )`);
    await runner.query('CREATE UNIQUE INDEX chat_image_content ON chat_image (user_id, hash)');
    for (const table of TABLES) {
      await runner.query(`ALTER TABLE ${table} ADD images text[]`);
      await runner.query(`CREATE INDEX ${table}_images ON ${table} USING gin (images) WHERE images IS NOT NULL`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`ALTER TABLE ${table} DROP images`);
    await runner.query('DROP TABLE chat_image');
  }
}
