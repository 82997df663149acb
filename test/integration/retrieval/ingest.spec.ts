/** @services */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { FileContentsService } from '../../../src/modules/files/file-contents.service';
import { FileProcessingService } from '../../../src/modules/files/file-processing.service';
import { FilesService } from '../../../src/modules/files/files.service';
import type { StoredFile } from '../../../src/modules/files/files.types';
import { FilesErrors } from '../../../src/modules/files/files.errors';
import type { Principal } from '../../../src/common/auth/principal';
import { CollectionWriterService } from '../../../src/modules/retrieval/ingest/collection-writer.service';
import { IngestDetail } from '../../../src/modules/retrieval/ingest/ingest.errors';
import { startTestApp, type TestApp } from '../../support/app';
import { asUser, type TestUser } from '../../support/as-user';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { deferred, type Deferred } from '../../support/deferred';
import { embeddingsOf, FakeEmbeddingServer } from '../../support/fakes/embedding-server';
import { upload } from '../../support/uploads';

const NEVER = new AbortController().signal;

describe('the processing of files', () => {
  let database: TestDatabase;
  /** Where all nodes store bytes. */
  let directory: string;
  let embeddings: FakeEmbeddingServer;
  let app: TestApp;
  let admin: TestUser;
  let user: TestUser;
  /** While set, texts with this word are not embedded. */
  let gate: { word: string; reached: Deferred<void>; open: Deferred<void> } | undefined;
  const others: TestApp[] = [];

  const startNode = () =>
    startTestApp({
      DATABASE_URL: database.url,
      DATA_DIR: directory,
      WEBUI_SECRET_KEY: 'one secret for all nodes of the test',
      RAG_EMBEDDING_ENGINE: 'openai',
      RAG_EMBEDDING_MODEL: 'test',
      RAG_OPENAI_API_BASE_URL: embeddings.url,
      RAG_OPENAI_API_KEY: 'key',
      CHUNK_SIZE: '40',
      CHUNK_OVERLAP: '0',
    });
  const query = <T>(sql: string, values: unknown[] = []) => app.get(DataSource).query<T[]>(sql, values);
  const count = async (sql: string, values: unknown[] = []) =>
    (await query<{ n: number }>(`SELECT count(*)::int AS n FROM ${sql}`, values))[0]!.n;
  const chunksOf = (fileId: string) =>
    count('chunk c JOIN source_document d ON d.id = c.document_id WHERE d.file_id = $1', [fileId]);
  const whenDone = (id: string, node = app): Promise<StoredFile> => node.get(FileProcessingService).whenDone(id, NEVER);
  const startUpload = async (text: string, who = user, name = 'a.txt') =>
    (await upload(app, who, text, { name })).body.id as string;
  /** Stops at the first text with the word. */
  const hold = (word: string) => (gate = { word, reached: deferred<void>(), open: deferred<void>() });
  const release = () => {
    gate?.open.resolve();
    gate = undefined;
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    directory = await mkdtemp(join(tmpdir(), 'confab-ingest-'));
    embeddings = await FakeEmbeddingServer.start();
    embeddings.handler = async (request) => {
      const held = gate;
      if (held && JSON.stringify(request.body).includes(held.word)) {
        held.reached.resolve();
        await held.open.promise;
      }
      return embeddingsOf(request);
    };
    app = await startNode();
    admin = await asUser(app, 'admin');
    user = await asUser(app);
  });
  afterEach(async () => {
    release();
    for (const node of others.splice(0)) await node.close();
  });
  afterAll(async () => {
    await app.close();
    await embeddings.close();
    await database.drop();
    await rm(directory, { recursive: true, force: true });
  });

  const lines = (word: string, number: number) =>
    Array.from({ length: number }, (_, index) => `${word} ${index} ${randomUUID()}`).join('\n');

  it('goes on at another node when one dies, without double chunks', async () => {
    const held = hold('heron');
    const id = await startUpload(lines('heron', 30));
    await held.reached.promise;
    expect((await app.get(FileContentsService).find(id))?.status).toBe('pending');
    // As if the node were dead: its lease passes.
    await query(`UPDATE job.job SET start_after = now() WHERE id = $1`, [id]);
    gate = undefined;
    others.push(await startNode());
    expect(await whenDone(id, others[0])).toMatchObject({ status: 'completed', error: null });
    const chunks = await chunksOf(id);
    expect(chunks).toBeGreaterThanOrEqual(30);
    held.open.resolve();
    // The first node finds that the job is not its own any more.
    const marker = await startUpload('marker');
    await whenDone(marker);
    expect(await chunksOf(id)).toBe(chunks);
    expect(await count('source_document WHERE file_id = $1', [id])).toBe(1);
    expect(await count('job.job WHERE id = $1', [id])).toBe(0);
  });

  it('embeds nothing twice when it is repeated', async () => {
    const text = lines('otter', 20);
    const id = await startUpload(text);
    await whenDone(id);
    const before = embeddings.texts.length;
    await app.get(FileProcessingService).restart(id);
    expect((await whenDone(id)).status).toBe('completed');
    expect(embeddings.texts.length).toBe(before);
    expect(await count('source_document WHERE file_id = $1', [id])).toBe(1);
  });

  it('ends with the deletion of the file', async () => {
    const held = hold('badger');
    const id = await startUpload(lines('badger', 10));
    await held.reached.promise;
    expect((await user.api.delete(`/api/v1/files/${id}`)).status).toBe(200);
    release();
    const marker = await startUpload('marker');
    await whenDone(marker);
    expect(await count('source_document WHERE file_id = $1', [id])).toBe(0);
    expect(await count('job.job WHERE id = $1', [id])).toBe(0);
  });

  it('takes the newest text of requests that overlap', async () => {
    const held = hold('beaver');
    const id = await startUpload(lines('beaver', 10));
    await held.reached.promise;
    await app.get(FileProcessingService).restart(id, 'text', 'The newest text.');
    release();
    const done = await whenDone(id);
    expect(done).toMatchObject({ status: 'completed', error: null });
    expect(await chunksOf(id)).toBe(1);
    expect((await app.get(FileContentsService).textOf([id])).get(id)).toBe('The newest text.');
  });

  it('ends on request, and starts again on request', async () => {
    const held = hold('lynx');
    const id = await startUpload(lines('lynx', 10));
    await held.reached.promise;
    const cancel = (who: TestUser) => who.api.post(`/api/v1/files/${id}/process/cancel`);
    expect((await cancel(await asUser(app))).status).toBe(404);
    expect((await cancel(user)).body).toEqual({ status: true });
    expect((await cancel(user)).body).toEqual({ status: false });
    expect(await whenDone(id)).toMatchObject({ status: 'failed', error: FilesErrors.cancelled });
    expect(await count('job.job WHERE id = $1', [id])).toBe(0);
    release();
    await app.get(FileProcessingService).restart(id);
    expect((await whenDone(id)).status).toBe('completed');
  });

  it('lets no account wait for the files of another one, and no file for one that fails', async () => {
    const held = hold('stoat');
    const slow = await Promise.all(Array.from({ length: 8 }, () => startUpload(lines('stoat', 3))));
    await held.reached.promise;
    const quick = await asUser(app);
    const broken = await startUpload('%PDF-1.7 broken', quick, 'broken.pdf');
    const fine = await startUpload('A small fine text.', quick);
    expect((await whenDone(fine)).status).toBe('completed');
    expect((await whenDone(broken)).status).toBe('failed');
    const files = await app.get(FilesService).findAllFor(user as never, 'read', slow);
    expect(files.every(({ status }) => status === 'pending')).toBe(true);
    release();
    for (const id of slow) expect((await whenDone(id)).status).toBe('completed');
  });

  it('tells how far it is', async () => {
    const held = hold('weasel 199');
    const id = await startUpload(lines('weasel', 200));
    await held.reached.promise;
    const { body } = await user.api.get(`/api/v1/files/${id}/process/status`);
    expect(body).toMatchObject({ status: 'pending', progress: { stage: expect.any(String) } });
    release();
    await whenDone(id);
    expect((await user.api.get(`/api/v1/files/${id}/process/status`)).body).toEqual({ status: 'completed' });
  });

  it('gives pages an end, and replaces them at once', async () => {
    const writer = app.get(CollectionWriterService);
    const principal = { id: user.id } as Principal;
    const page = (text: string) => ({ text, metadata: { source: 'https://example.com/' } });
    for (const text of ['first', 'second']) await writer.replace(principal, 'page', [page(text), page('more')], NEVER);
    const rows = await query<{ days: number; chunks: number }>(
      `SELECT (expires_at - created_at) / 86400 AS days, chunk_count AS chunks FROM source_document
       WHERE collection_name = 'page' AND is_ready`,
    );
    expect(rows).toEqual([{ days: '30', chunks: 2 }]);
    await expect(writer.replace(principal, 'page', [page(' ')], NEVER)).rejects.toThrow(IngestDetail.empty);
    expect(await count(`source_document WHERE collection_name = 'page' AND is_ready`)).toBe(1);
  });

  it('indexes nothing while retrieval is bypassed', async () => {
    const bypass = (value: boolean) =>
      admin.api.post('/api/v1/retrieval/config/update', { BYPASS_EMBEDDING_AND_RETRIEVAL: value });
    await bypass(true);
    const { body } = await upload(app, user, 'Only the text.', { query: '?process=false' });
    const answer = await user.api.post('/api/v1/retrieval/process/file', { file_id: body.id });
    expect(answer.body).toMatchObject({ collection_name: null, content: 'Only the text.' });
    expect(await chunksOf(body.id as string)).toBe(0);
    await bypass(false);
  });
});
