import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Without the trigram indexes: not every server has the extensions. `ChatSearchRepository` creates them. */
export class ChatSearch1764000330000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE chat ADD title_text text, ADD is_indexed boolean NOT NULL DEFAULT false');
    await runner.query('UPDATE chat SET title_text = lower(title)');
    await runner.query('ALTER TABLE chat ALTER title_text SET NOT NULL');
    await runner.query('ALTER TABLE chat_message ADD is_indexed boolean NOT NULL DEFAULT false');
    await runner.query('CREATE INDEX chat_unindexed ON chat (user_id) WHERE NOT is_indexed');
    await runner.query('CREATE INDEX chat_message_unindexed ON chat_message (chat_id) WHERE NOT is_indexed');
    await runner.query(`
      CREATE TABLE chat_search_text (
        chat_id text NOT NULL,
        message_id text NOT NULL,
        user_id text NOT NULL,
        text text NOT NULL,
        PRIMARY KEY (chat_id, message_id),
        FOREIGN KEY (chat_id, message_id) REFERENCES chat_message (chat_id, id) ON DELETE CASCADE
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE chat_search_text');
    await runner.query('ALTER TABLE chat_message DROP is_indexed');
    await runner.query('ALTER TABLE chat DROP title_text, DROP is_indexed');
  }
}
