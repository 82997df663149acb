import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The server creates the index, like the trigram indexes; it indexes all texts again. */
export class SearchPairs1764011200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE chat_search_text ADD pairs integer[]');
    await runner.query('UPDATE chat_message SET is_indexed = false WHERE is_indexed');
    await runner.query('UPDATE chat SET is_indexed = false WHERE is_indexed');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE chat_search_text DROP pairs');
  }
}
