import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Usage1764000400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // No foreign keys: past sums must not change when an account, a key or a model is deleted.
    await runner.query(`
      CREATE TABLE usage_record (
        id bigserial PRIMARY KEY,
        created_at bigint NOT NULL,
        day date NOT NULL,
        user_id text,
        api_key_id text,
        purpose text NOT NULL,
        model_id text NOT NULL,
        base_model_id text NOT NULL,
        provider text NOT NULL,
        connection integer,
        input_tokens integer,
        output_tokens integer,
        cached_tokens integer,
        first_token_ms integer,
        duration_ms integer NOT NULL,
        status smallint NOT NULL
      )`);
    await runner.query('CREATE INDEX usage_record_day ON usage_record (day, user_id, model_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE usage_record');
  }
}
