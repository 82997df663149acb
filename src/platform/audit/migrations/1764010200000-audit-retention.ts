import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Allows deletion of entries in transactions that set a cut-off, except those of the last day. */
export class AuditRetention1764010200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER audit_entry_append_only ON audit_entry');
    await runner.query(`
      CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR TRUNCATE ON audit_entry
      FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_is_append_only()`);
    await runner.query(`
      CREATE FUNCTION audit_entry_may_be_forgotten() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF OLD.at < least(
          coalesce(nullif(current_setting('confab.audit_forget_before', true), ''), '0')::bigint,
          (extract(epoch FROM now()) * 1000)::bigint - 86400000
        ) THEN
          RETURN OLD;
        END IF;
        RAISE EXCEPTION 'audit_entry is append-only';
      END $$`);
    await runner.query(`
      CREATE TRIGGER audit_entry_forget BEFORE DELETE ON audit_entry
      FOR EACH ROW EXECUTE FUNCTION audit_entry_may_be_forgotten()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER audit_entry_forget ON audit_entry');
    await runner.query('DROP FUNCTION audit_entry_may_be_forgotten');
    await runner.query('DROP TRIGGER audit_entry_append_only ON audit_entry');
    await runner.query(`
      CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
      FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_is_append_only()`);
  }
}
