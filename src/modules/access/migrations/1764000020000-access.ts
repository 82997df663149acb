import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Access1764000020000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE access_grant (
        resource_type text NOT NULL,
        resource_id text NOT NULL,
        permission text NOT NULL,
        principal_type text NOT NULL,
        principal_id text NOT NULL,
        PRIMARY KEY (resource_type, resource_id, permission, principal_type, principal_id)
      )`);
    await runner.query(
      'CREATE INDEX access_grant_principal ON access_grant (principal_type, principal_id, resource_type, permission, resource_id)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE access_grant');
  }
}
