import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ChatsByAge1764011100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX chat_user_created ON chat (user_id, created_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX chat_user_created');
  }
}
