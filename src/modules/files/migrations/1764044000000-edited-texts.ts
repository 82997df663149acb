import type { MigrationInterface, QueryRunner } from 'typeorm';

export class EditedTexts1764044000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE file_content ADD COLUMN is_edited boolean NOT NULL DEFAULT false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE file_content DROP COLUMN is_edited');
  }
}
