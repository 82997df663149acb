import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Completions1764000090000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE completion_task (
        id text PRIMARY KEY,
        node_id integer NOT NULL,
        user_id text NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
        chat_id text NOT NULL,
        message_id text NOT NULL,
        is_writing boolean NOT NULL,
        created_at bigint NOT NULL
      )`);
    await runner.query('CREATE INDEX completion_task_user ON completion_task (user_id)');
    await runner.query('CREATE INDEX completion_task_chat ON completion_task (chat_id)');
    await runner.query(
      'CREATE UNIQUE INDEX completion_task_message ON completion_task (chat_id, message_id) WHERE is_writing',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE completion_task');
  }
}
