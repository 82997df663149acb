import type { MigrationInterface, QueryRunner } from 'typeorm';

export class KnowledgeReindex1764033100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE knowledge_reindex (
        file_id text PRIMARY KEY REFERENCES file (id) ON DELETE CASCADE,
        revision integer
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE knowledge_reindex');
  }
}
