import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Saved settings of the section `interface`: two move to other sections, the others become lower case. */
export class InterfaceSettings1764020100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `UPDATE setting SET section = 'public_url', key = 'url' WHERE section = 'interface' AND key = 'WEBUI_URL'`,
    );
    await runner.query(
      `UPDATE setting SET section = 'folders', key = 'enable' WHERE section = 'interface' AND key = 'ENABLE_FOLDERS'`,
    );
    await runner.query(`UPDATE setting SET key = lower(key) WHERE section = 'interface'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE setting SET key = upper(key) WHERE section = 'interface'`);
    await runner.query(
      `UPDATE setting SET section = 'interface', key = 'ENABLE_FOLDERS' WHERE section = 'folders' AND key = 'enable'`,
    );
    await runner.query(
      `UPDATE setting SET section = 'interface', key = 'WEBUI_URL' WHERE section = 'public_url' AND key = 'url'`,
    );
  }
}
