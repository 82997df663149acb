import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Fields of settings are spelled in lower case, like those of all other sections. */
export class SettingsSpelling1764020300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE setting SET key = lower(key) WHERE section IN ('auth', 'ldap')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE setting SET key = upper(key) WHERE section = 'auth'`);
    await runner.query(`UPDATE setting SET key = upper(key) WHERE section = 'ldap' AND key LIKE 'enable\\_ldap%'`);
  }
}
