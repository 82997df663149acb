import type { MigrationInterface, QueryRunner } from 'typeorm';

export class OAuthSessions1764010100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE oauth_session (
        id text PRIMARY KEY,
        user_id text NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
        provider text NOT NULL,
        sealed text NOT NULL,
        expires_at bigint,
        created_at bigint NOT NULL,
        updated_at bigint NOT NULL
      )`);
    await runner.query('CREATE INDEX oauth_session_user ON oauth_session (user_id, provider)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE oauth_session');
  }
}
