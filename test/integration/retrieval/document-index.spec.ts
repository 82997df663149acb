/** @services */
import { randomUUID } from 'node:crypto';
import type { Chunk } from '../../../src/modules/retrieval/splitting/splitting.types';
import { DocumentCleanupJob } from '../../../src/modules/retrieval/index/document-cleanup.job';
import { deferred } from '../../support/deferred';
import { chunksOf, collections, never, retrievalStage, type RetrievalStage } from './stage';

const head = { name: 'report.txt', hash: 'h', metadata: { a: 1 } };

describe('document index', () => {
  let stage: RetrievalStage;

  beforeAll(async () => void (stage = await retrievalStage()));
  afterAll(() => stage.close());

  const numbered = (count: number, label: string) => Array.from({ length: count }, (_, index) => `${label} ${index}`);
  const read = async (scope: Parameters<typeof stage.index.chunksOf>[0]) => {
    const texts: string[] = [];
    for await (const { text } of stage.index.chunksOf(scope)) texts.push(text);
    return texts;
  };
  /** Rows of documents that are not read, and of chunks without a document. */
  const remains = async () => {
    const [row] = await stage.dataSource.query<{ count: number }[]>(`
      SELECT ((SELECT count(*) FROM source_document WHERE NOT is_ready)
        + (SELECT count(*) FROM chunk_terms t WHERE NOT EXISTS (SELECT FROM source_document d WHERE d.id = t.document_id))
      )::integer AS count`);
    return row?.count;
  };
  const insertFile = async () => {
    const id = randomUUID();
    await stage.dataSource.query(
      `INSERT INTO file (id, user_id, filename, meta, has_blob, created_at, updated_at)
       VALUES ($1, 'u0', 'f', '{}', false, 0, 0)`,
      [id],
    );
    return id;
  };

  it('stores chunks in order with their metadata and statistics, however many batches they make', async () => {
    const fileId = await insertFile();
    const done: number[] = [];
    const chunks = numbered(500, 'piece').map((text, page) => ({ text, metadata: { page } }));
    const written = await stage.index.write({ fileId }, head, chunksOf(chunks), {
      signal: never,
      onProgress: (count) => done.push(count),
    });
    expect([written.chunkCount, done]).toEqual([500, [128, 256, 384, 500]]);
    expect(await read({ fileIds: [fileId] })).toEqual(chunks.map(({ text }) => text));
    const [document] = await stage.index.list({ fileIds: [fileId] });
    expect(document).toMatchObject({ fileId, name: 'report.txt', hash: 'h', chunkCount: 500 });
    const [statistics] = await stage.dataSource.query<object[]>(
      `SELECT term_count::integer AS stored, (SELECT sum(term_count)::integer FROM chunk_terms WHERE document_id = d.id) AS real
       FROM source_document d WHERE file_id = $1`,
      [fileId],
    );
    expect(statistics).toEqual({ stored: 1000, real: 1000 });
  });

  it('shows the old text until the new one is complete, and then the new one alone', async () => {
    const fileId = await insertFile();
    await stage.index.write({ fileId }, head, chunksOf(['old']), { signal: never });
    const written = deferred<void>();
    const goOn = deferred<void>();
    async function* slow(): AsyncGenerator<Chunk> {
      yield* chunksOf(numbered(128, 'new'));
      written.resolve();
      await goOn.promise;
      yield* chunksOf(['last']);
    }
    const writing = stage.index.write({ fileId }, head, slow(), { signal: never });
    await written.promise;
    expect(await read({ fileIds: [fileId] })).toEqual(['old']);
    goOn.resolve();
    await writing;
    expect(await read({ fileIds: [fileId] })).toEqual([...numbered(128, 'new'), 'last']);
    expect(await remains()).toBe(0);
  });

  it('changes nothing when the chunks end with an error or the write is aborted', async () => {
    await stage.write('kept', ['old'], { mode: 'overwrite' });
    const target = { ownerId: 'u0', collectionName: 'kept', mode: 'overwrite' } as const;
    const abort = new AbortController();
    async function* failing(end: () => void): AsyncGenerator<Chunk> {
      yield* chunksOf(numbered(200, 'new'));
      end();
    }
    const fail = () => {
      throw new Error('broken');
    };
    await expect(stage.index.write(target, head, failing(fail), { signal: never })).rejects.toThrow('broken');
    const aborted = failing(() => abort.abort(new Error('stopped')));
    await expect(stage.index.write(target, head, aborted, { signal: abort.signal })).rejects.toThrow('stopped');
    expect(await read(collections('kept'))).toEqual(['old']);
    expect(await remains()).toBe(0);
  });

  it('leaves one of ten concurrent texts of a file, whole', async () => {
    const fileId = await insertFile();
    const writes = Array.from({ length: 10 }, (_, number) =>
      stage.index.write({ fileId }, head, chunksOf(numbered(150, `text ${number} part`)), { signal: never }),
    );
    await Promise.all(writes);
    const texts = await read({ fileIds: [fileId] });
    expect(texts).toEqual(numbered(150, texts[0]?.replace(/ 0$/, '') ?? ''));
    expect(await remains()).toBe(0);
  });

  it('removes what a dead process left, at the next write to the place and by the job', async () => {
    const leave = (collection: string) =>
      stage.dataSource.query(
        `WITH d AS (
           INSERT INTO source_document (id, owner_id, collection_name, name, hash, metadata, is_ready, writer, chunk_count,
             term_count, extra_count, languages, vector_count, created_at)
           VALUES ($1, 'u0', $2, 'n', 'h', '{}', false, 77, 0, 0, 0, '{}', 0, 0) RETURNING id)
         INSERT INTO chunk (document_id, position, text, metadata) SELECT id, 0, 'half', '{}' FROM d`,
        [randomUUID(), collection],
      );
    await leave('resumed');
    await stage.write('resumed', ['whole']);
    expect([await read(collections('resumed')), await remains()]).toEqual([['whole'], 0]);
    await leave('abandoned');
    expect(await remains()).toBe(1);
    await stage.module.get(DocumentCleanupJob).run();
    expect(await remains()).toBe(0);
  });

  it('does not take the writing of a living process for that of a dead one', async () => {
    const written = deferred<void>();
    const goOn = deferred<void>();
    async function* slow(): AsyncGenerator<Chunk> {
      yield* chunksOf(numbered(128, 'slow'));
      written.resolve();
      await goOn.promise;
    }
    const target = { ownerId: 'u0', collectionName: 'living', mode: 'add' } as const;
    const writing = stage.index.write(target, head, slow(), { signal: never });
    await written.promise;
    await stage.module.get(DocumentCleanupJob).run();
    await stage.write('living', ['other'], { name: 'other' });
    goOn.resolve();
    await writing;
    expect(await read(collections('living'))).toHaveLength(129);
  });

  it('adds to a collection or replaces all of it, and a text of the same name once', async () => {
    await stage.write('mixed', ['one'], { name: 'a', hash: '1' });
    await stage.write('mixed', ['two'], { name: 'b', hash: '2' });
    await stage.write('mixed', ['one'], { name: 'a', hash: '1' });
    expect((await read(collections('mixed'))).sort()).toEqual(['one', 'two']);
    expect(await stage.index.exists(collections('mixed'), { hash: '2' })).toBe(true);
    expect(await stage.index.remove(collections('mixed'), { hash: '2' })).toBe(1);
    expect(await stage.index.exists(collections('mixed'), { hash: '2' })).toBe(false);
    await stage.write('mixed', ['three'], { mode: 'overwrite' });
    expect(await read(collections('mixed'))).toEqual(['three']);
  });

  it('reads no more chunks ahead than a batch', async () => {
    let taken = 0;
    const seen: number[] = [];
    async function* counted(): AsyncGenerator<Chunk> {
      for (let index = 0; index < 1000; index++) {
        taken++;
        yield { text: `chunk ${index}`, metadata: {} };
      }
    }
    const target = { ownerId: 'u0', collectionName: 'streamed', mode: 'add' } as const;
    const onProgress = (done: number) => seen.push(taken - done);
    await stage.index.write(target, head, counted(), { signal: never, onProgress });
    expect(Math.max(...seen)).toBe(0);
  });

  it('stores texts that PostgreSQL or its full text search would refuse', async () => {
    const texts = [
      'null \u0000 and \ud800 lone',
      Array.from({ length: 150_000 }, (_, index) => `word${index}`).join(' '),
      'x'.repeat(100_000),
      "quotes ' and \\ backslash's & | ! :* <->",
      '\u0301 combining first, \u{1F468}\u200D\u{1F469}\u200D\u{1F467}, \uFEFF bom, \u202E reversed',
      '漢'.repeat(5000),
      '',
    ];
    expect(await stage.write('difficult', texts)).toBe(texts.length);
    expect((await read(collections('difficult')))[2]).toHaveLength(100_000);
  });

  it('loses everything of an account or a file with its row', async () => {
    const fileId = await insertFile();
    await stage.index.write({ fileId }, head, chunksOf(['of a file']), { signal: never });
    await stage.write('own', ['of an account'], { ownerId: 'u9' });
    await stage.dataSource.query('DELETE FROM file WHERE id = $1', [fileId]);
    await stage.dataSource.query(`DELETE FROM "user" WHERE id = 'u9'`);
    const left = await stage.dataSource.query<object[]>(
      `SELECT 1 FROM chunk JOIN chunk_terms ON chunk_id = chunk.id WHERE text IN ('of a file', 'of an account')`,
    );
    expect(left).toEqual([]);
  });

  it('fails for a file that is deleted while it is written', async () => {
    const fileId = await insertFile();
    async function* deleting(): AsyncGenerator<Chunk> {
      yield* chunksOf(['text']);
      await stage.dataSource.query('DELETE FROM file WHERE id = $1', [fileId]);
    }
    await expect(stage.index.write({ fileId }, head, deleting(), { signal: never })).rejects.toThrow();
    expect(await remains()).toBe(0);
  });

  it('deletes expired documents, and everything', async () => {
    const target = { ownerId: 'u0', collectionName: 'expiring', mode: 'add', expiresAt: 1 } as const;
    await stage.index.write(target, head, chunksOf(['short-lived']), { signal: never });
    await stage.module.get(DocumentCleanupJob).run();
    expect(await read(collections('expiring'))).toEqual([]);
    await stage.index.removeAll();
    expect(await stage.dataSource.query('SELECT 1 FROM chunk')).toEqual([]);
  });
});
