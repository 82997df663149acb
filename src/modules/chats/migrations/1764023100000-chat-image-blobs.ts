import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The storage key of an image before blobs. */
const KEY = `'chat-images/' || left(i.id, 2) || '/' || i.id`;

/**
 * Converts image files to blobs in place. Their hashes are unknown until they are read, so they are not deduplicated.
 * Files that were never completed become removed blobs, which the next run of the job deletes.
 */
export class ChatImageBlobs1764023100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      INSERT INTO blob (id, key, hash, size, state, claimed_at)
      SELECT i.id, ${KEY}, NULL, i.size, CASE WHEN i.is_stored THEN 'stored' ELSE 'removed' END, 0 FROM chat_image i`);
    await runner.query('DELETE FROM chat_image WHERE NOT is_stored');
    await runner.query(`
      INSERT INTO blob_reference (kind, id, blob_id, owner_id)
      SELECT 'chat-image', id, id, user_id FROM chat_image`);
    await runner.query('ALTER TABLE chat_image DROP is_stored, DROP size');
  }

  /** Older servers cannot find images without their former key: these are stored again when a client posts them. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE chat_image ADD size integer, ADD is_stored boolean');
    await runner.query(`
      UPDATE chat_image i SET size = blob.size, is_stored = blob.key = ${KEY}
      FROM blob_reference r JOIN blob ON blob.id = r.blob_id WHERE r.kind = 'chat-image' AND r.id = i.id`);
    await runner.query('ALTER TABLE chat_image ALTER size SET NOT NULL, ALTER is_stored SET NOT NULL');
    await runner.query(`DELETE FROM blob_reference WHERE kind = 'chat-image'`);
    await runner.query(`DELETE FROM blob WHERE key LIKE 'chat-images/%'`);
  }
}
