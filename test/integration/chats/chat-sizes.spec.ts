import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import type { Principal } from '../../../src/common/auth/principal';
import { ChatRecordsService } from '../../../src/modules/chats/chat-records.service';
import { ChatSavesService } from '../../../src/modules/chats/chat-saves.service';
import { ChatsService } from '../../../src/modules/chats/chats.service';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgresHandle,
} from '../../../src/platform/database/embedded/embedded-postgres';
import { startTestApp, type TestApp } from '../../support/app';
import { asUser } from '../../support/as-user';
import { chain, chatOf, type Message } from '../../support/factories/chats';

const MESSAGES = 1000;
const TEXT = 8000;

/** Text that does not get smaller: what is written is what is counted. */
const text = (): string => randomBytes(TEXT).toString('base64url').slice(0, TEXT);

/** On a server of its own: the log of writes is one for all databases of a server. */
describe('a chat of 1,000 messages and 8 MB', () => {
  let directory: string;
  let server: EmbeddedPostgresHandle;
  let app: TestApp;
  let owner: Principal;
  let messages: Message[];
  let id: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'confab-sizes-'));
    server = await startEmbeddedPostgres({ dataDir: directory, log: () => undefined, onExit: () => undefined });
    const { user, host, port, database } = server;
    app = await startTestApp({
      DATABASE_URL: `postgresql://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`,
    });
    // Otherwise the server's own work is counted: vacuum, and whole pages after a checkpoint.
    for (const setting of ['autovacuum', 'full_page_writes']) await sql(`ALTER SYSTEM SET ${setting} = off`);
    await sql('SELECT pg_reload_conf()');
    const account = await asUser(app);
    owner = { ...account, groupIds: [], credential: { kind: 'jwt', token: '', jti: '', expiresAt: null } };
    messages = chain(MESSAGES).map((message) => ({ ...message, content: text() }));
    id = (await app.get(ChatRecordsService).create(owner, { chat: chatOf(messages) })).id;
  });
  afterAll(async () => {
    await app.close();
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const sql = <T>(statement: string, ...values: unknown[]): Promise<T[]> =>
    app.get(DataSource).query(statement, values);

  /** Rows of messages that `work` writes, and bytes of the log. */
  async function costOf(work: () => Promise<unknown>): Promise<{ rows: number; bytes: number }> {
    const places = () =>
      sql<{ id: string }>(`SELECT id || ctid || xmin AS id FROM chat_message WHERE chat_id = $1`, id);
    const before = new Set((await places()).map((row) => row.id));
    const [start] = await sql<{ at: string }>('SELECT pg_current_wal_insert_lsn() AS at');
    await work();
    const [end] = await sql<{ bytes: number }>(
      'SELECT (pg_current_wal_insert_lsn() - $1::pg_lsn)::float8 AS bytes',
      start?.at,
    );
    const rows = (await places()).filter((row) => !before.has(row.id)).length;
    return { rows, bytes: end?.bytes ?? NaN };
  }

  /** The least of some: the server's own records are counted too. */
  async function leastOf(work: () => Promise<unknown>): Promise<{ rows: number; bytes: number }> {
    const costs = [];
    for (let round = 0; round < 4; round++) costs.push(await costOf(work));
    return { rows: Math.max(...costs.map(({ rows }) => rows)), bytes: Math.min(...costs.map(({ bytes }) => bytes)) };
  }

  it('is saved with one changed message by one row, and at most three times its size', async () => {
    const { rows, bytes } = await leastOf(() => {
      messages[500] = { ...messages[500]!, content: text() };
      return app.get(ChatSavesService).save(owner, id, chatOf(messages));
    });
    expect(rows).toBe(1);
    expect(bytes).toBeLessThanOrEqual(3 * TEXT);
  }, 120_000);

  it('gets further text of a reply by one row, and at most three times its size', async () => {
    await app.get(ChatsService).patchMessage(id, 'm999', { content: text() });
    const { rows, bytes } = await leastOf(() => app.get(ChatsService).patchMessage(id, 'm999', { content: text() }));
    expect(rows).toBe(1);
    expect(bytes).toBeLessThanOrEqual(3 * TEXT);
  });

  it('is saved unchanged by no row', async () => {
    await app.get(ChatSavesService).save(owner, id, chatOf(messages));
    const { rows, bytes } = await leastOf(() => app.get(ChatSavesService).save(owner, id, chatOf(messages)));
    expect(rows).toBe(0);
    expect(bytes).toBeLessThanOrEqual(TEXT);
  }, 120_000);
});
