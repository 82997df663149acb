import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Auth1764000050000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE credential (
        user_id text PRIMARY KEY REFERENCES "user" (id) ON DELETE CASCADE,
        password_hash text,
        is_active boolean NOT NULL DEFAULT true
      )`);
    await runner.query(`
      CREATE TABLE api_key (
        id text PRIMARY KEY,
        user_id text NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
        fingerprint text NOT NULL,
        sealed text NOT NULL,
        expires_at bigint,
        last_used_at bigint,
        created_at bigint NOT NULL
      )`);
    await runner.query('CREATE UNIQUE INDEX api_key_fingerprint ON api_key (fingerprint)');
    await runner.query('CREATE INDEX api_key_user ON api_key (user_id)');
    await runner.query('CREATE TABLE revoked_token (jti text PRIMARY KEY, expires_at bigint)');
    await runner.query('CREATE INDEX revoked_token_expires_at ON revoked_token (expires_at)');
    await runner.query(`
      CREATE TABLE known_address (
        user_id text NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
        fingerprint text NOT NULL,
        used_at bigint NOT NULL,
        PRIMARY KEY (user_id, fingerprint)
      )`);
    await runner.query('CREATE INDEX known_address_used_at ON known_address (used_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE known_address');
    await runner.query('DROP TABLE revoked_token');
    await runner.query('DROP TABLE api_key');
    await runner.query('DROP TABLE credential');
  }
}
