import type { MigrationInterface, QueryRunner } from 'typeorm';
import { listTextOf } from '../history/searchable-text';
import type { Copy } from '../history/history.codec';

/** Makes entries of the list `messages` without a message of the tree searchable, including those of stored chats. */
export class ChatListText1764023200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE chat ADD list_text text');
    const ids = (await runner.query(
      `SELECT id FROM chat WHERE copies IS NOT NULL AND copies::text LIKE '%{"raw":%'`,
    )) as { id: string }[];
    // One at a time: a list may be large.
    for (const { id } of ids) {
      const [chat] = (await runner.query('SELECT copies FROM chat WHERE id = $1', [id])) as { copies: Copy[] }[];
      await runner.query('UPDATE chat SET list_text = $2 WHERE id = $1', [id, listTextOf(chat?.copies ?? null)]);
    }
    await runner.query('CREATE INDEX chat_list_text ON chat (user_id) WHERE list_text IS NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE chat DROP list_text');
  }
}
