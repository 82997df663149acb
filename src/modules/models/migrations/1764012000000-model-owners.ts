import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Every row has an owner: rows of a deleted account are transferred to an administrator, so no foreign key has to clear
 * it.
 */
export class ModelOwners1764012000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE model DROP CONSTRAINT model_user_id_fkey');
    await runner.query(`
      UPDATE model SET user_id =
        coalesce((SELECT id FROM "user" WHERE role = 'admin' ORDER BY created_at, id LIMIT 1), '')
      WHERE user_id IS NULL`);
    await runner.query('ALTER TABLE model ALTER COLUMN user_id SET NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE model ALTER COLUMN user_id DROP NOT NULL');
    await runner.query('UPDATE model SET user_id = NULL WHERE NOT EXISTS (SELECT FROM "user" u WHERE u.id = user_id)');
    await runner.query(`
      ALTER TABLE model ADD CONSTRAINT model_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES "user" (id) ON DELETE SET NULL`);
  }
}
