import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../../src/platform/database/data-source-options';
import { LocalDriver } from '../../../src/platform/storage/drivers/local.driver';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { allMigrations } from '../../support/migrations';

const BEFORE_BLOBS = 1764023000000;
const [STORED, CUT_OFF, OWNERLESS] = ['aaaa', 'bbbb', 'cccc'].map(
  (start) => `${start}0000-0000-4000-8000-000000000000`,
);

/** Images that were stored before there were blobs: their rows on a real database, their files on a disk. */
describe('migration of chat images to blobs', () => {
  let database: TestDatabase;
  let root: string;
  let sql: DataSource;

  const timeOf = (name: string) => Number(/\d{13}$/.exec(name)?.[0]);
  async function connect(until = Infinity): Promise<DataSource> {
    const migrations = (await allMigrations()).filter(({ name }) => timeOf(name) < until);
    return new DataSource({ ...dataSourceOptions(database.connection, 2), migrations }).initialize();
  }
  const images = () => sql.query<{ id: string }[]>('SELECT * FROM chat_image ORDER BY id');

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'confab-images-'));
    database = await createTestDatabase({ isEmpty: true });
    const older = await connect(BEFORE_BLOBS);
    await older.runMigrations();
    await older.query(
      `INSERT INTO "user" (id, name, email, role, profile_image_url, last_active_at, updated_at, created_at)
       VALUES ('ann', 'Ann', 'ann@example.com', 'user', '', 0, 0, 0)`,
    );
    for (const [id, user, isStored] of [
      [STORED, 'ann', true],
      [CUT_OFF, 'ann', false],
      [OWNERLESS, null, true],
    ])
      await older.query(
        `INSERT INTO chat_image (id, user_id, hash, type, size, is_stored, unused_since)
         VALUES ($1, $2, $1, 'image/png', 5, $3, 7)`,
        [id, user, isStored],
      );
    await older.destroy();
    await new LocalDriver(root).put(`chat-images/aa/${STORED}`, Readable.from([Buffer.from('image')]));
    sql = await connect();
    await sql.runMigrations();
  });
  afterAll(async () => {
    await sql.destroy();
    await database.drop();
    await rm(root, { recursive: true });
  });

  it('leaves every stored image where its file is', async () => {
    expect(await images()).toEqual([
      { id: STORED, user_id: 'ann', hash: STORED, type: 'image/png', unused_since: '7' },
      { id: OWNERLESS, user_id: null, hash: OWNERLESS, type: 'image/png', unused_since: '7' },
    ]);
    const [blob] = await sql.query<{ key: string; size: string; owner_id: string }[]>(
      `SELECT blob.*, owner_id FROM blob JOIN blob_reference r ON r.blob_id = blob.id
       WHERE r.kind = 'chat-image' AND r.id = $1`,
      [STORED],
    );
    expect(blob).toMatchObject({ hash: null, size: '5', state: 'stored', owner_id: 'ann' });
    expect(await text(await new LocalDriver(root).get(blob!.key))).toBe('image');
  });

  it('hands files that were never completed to the job that deletes them', async () => {
    const removed = await sql.query<object[]>(`SELECT id, key FROM blob WHERE state = 'removed'`);
    expect(removed).toEqual([{ id: CUT_OFF, key: `chat-images/bb/${CUT_OFF}` }]);
  });

  it('can be reverted', async () => {
    const later = (await allMigrations()).filter(({ name }) => timeOf(name) >= BEFORE_BLOBS);
    for (let left = later.length; left > 0; left--) await sql.undoLastMigration();
    expect(await images()).toMatchObject([
      { id: STORED, size: 5, is_stored: true },
      { id: OWNERLESS, size: 5, is_stored: true },
    ]);
  });
});
