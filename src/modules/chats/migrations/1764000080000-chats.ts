import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Chats1764000080000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE chat (
        id text PRIMARY KEY,
        user_id text NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
        title text NOT NULL,
        archived boolean NOT NULL DEFAULT false,
        pinned boolean DEFAULT false,
        folder_id text,
        share_id text,
        meta jsonb NOT NULL DEFAULT '{}',
        header json NOT NULL,
        is_tree boolean NOT NULL,
        current_id text,
        copies json,
        revision integer NOT NULL,
        created_at bigint NOT NULL,
        updated_at bigint NOT NULL
      )`);
    await runner.query('CREATE UNIQUE INDEX chat_share ON chat (share_id)');
    await runner.query('CREATE INDEX chat_user_updated ON chat (user_id, updated_at DESC, id)');
    await runner.query(`
      CREATE INDEX chat_user_sidebar ON chat (user_id, updated_at DESC, id)
      WHERE NOT archived AND pinned IS NOT TRUE AND folder_id IS NULL`);
    await runner.query(`
      CREATE INDEX chat_user_pinned ON chat (user_id, updated_at DESC, id) WHERE pinned AND NOT archived`);
    await runner.query(`CREATE INDEX chat_tags ON chat USING gin ((meta -> 'tags'))`);
    await runner.query(`
      CREATE TABLE chat_message (
        chat_id text NOT NULL REFERENCES chat (id) ON DELETE CASCADE,
        id text NOT NULL,
        parent_id text,
        position integer NOT NULL,
        role text,
        content text,
        extra json,
        hash text,
        body_hash text,
        past text[] NOT NULL,
        revision integer NOT NULL,
        unseen text[],
        server_keys text[] NOT NULL,
        saved json,
        PRIMARY KEY (chat_id, id)
      )`);
    await runner.query(`
      CREATE TABLE tag (
        id text NOT NULL,
        user_id text NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
        name text NOT NULL,
        meta jsonb,
        PRIMARY KEY (id, user_id)
      )`);
    await runner.query('CREATE INDEX tag_user ON tag (user_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE tag');
    await runner.query('DROP TABLE chat_message');
    await runner.query('DROP TABLE chat');
  }
}
