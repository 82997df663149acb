import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The shared documents of notes. */
export class NoteUpdates1764095002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE note_update (
        id bigserial PRIMARY KEY,
        note_id text NOT NULL REFERENCES note (id) ON DELETE CASCADE,
        content bytea NOT NULL
      )`);
    await runner.query('CREATE INDEX note_update_note ON note_update (note_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE note_update');
  }
}
