import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The owner is part of the foreign keys, so that folders and chats cannot be in another user's folder. */
export class Folders1764005010000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE folder (
        id text PRIMARY KEY,
        user_id text NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
        parent_id text,
        name text NOT NULL,
        icon text,
        meta json,
        data json,
        is_expanded boolean NOT NULL DEFAULT false,
        created_at bigint NOT NULL,
        updated_at bigint NOT NULL
      )`);
    await runner.query('CREATE UNIQUE INDEX folder_owner ON folder (id, user_id)');
    await runner.query(`
      ALTER TABLE folder ADD CONSTRAINT folder_parent FOREIGN KEY (parent_id, user_id)
      REFERENCES folder (id, user_id) ON DELETE CASCADE`);
    await runner.query('CREATE INDEX folder_parent_user ON folder (parent_id, user_id)');
    await runner.query(`CREATE UNIQUE INDEX folder_name ON folder (user_id, coalesce(parent_id, ''), lower(name))`);
    await runner.query(`
      ALTER TABLE chat ADD CONSTRAINT chat_folder FOREIGN KEY (folder_id, user_id)
      REFERENCES folder (id, user_id) ON DELETE SET NULL (folder_id)`);
    await runner.query(`
      CREATE INDEX chat_folder_updated ON chat (folder_id, user_id, updated_at DESC, id) WHERE folder_id IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX chat_folder_updated');
    await runner.query('ALTER TABLE chat DROP CONSTRAINT chat_folder');
    await runner.query('DROP TABLE folder');
  }
}
