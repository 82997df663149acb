import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import type { EmbeddingSpace } from '../../../src/modules/retrieval/embedding/embedding-space.entity';
import { Embeddings1764031000000 } from '../../../src/modules/retrieval/embedding/migrations/1764031000000-embeddings';
import { cosine, toBytes } from '../../../src/modules/retrieval/embedding/vectors';
import type { DocumentScope } from '../../../src/modules/retrieval/index/document-scope';
import { Documents1764031100000 } from '../../../src/modules/retrieval/index/migrations/1764031100000-documents';
import type { EmbeddedVectorDriver } from '../../../src/modules/retrieval/index/vectors/embedded-vector.driver';
import { PgvectorDriver } from '../../../src/modules/retrieval/index/vectors/pgvector.driver';
import { PgvectorRepository } from '../../../src/modules/retrieval/index/vectors/pgvector.repository';
import { VectorStoreService } from '../../../src/modules/retrieval/index/vectors/vector-store.service';
import { VectorsRepository } from '../../../src/modules/retrieval/index/vectors/vectors.repository';
import { dataSourceOptions } from '../../../src/platform/database/data-source-options';
import { Database } from '../../../src/platform/database/database';
import { Transaction } from '../../../src/platform/database/transaction';

const SERVER = join(__dirname, '../../support/fakes/pgvector-server.mjs');
const DIMENSIONS = 32;

/** Numbers in [-1, 1), the same in every run. */
function* numbers(seed = 1): Generator<number, never> {
  for (let value = seed; ;) yield (value = (value * 48271) % 2147483647) / 1073741823.5 - 1;
}

/** On a PostgreSQL of its own, since pgvector is seldom installed: PGlite in a child process, for one connection. */
describe('pgvector driver', () => {
  let server: ChildProcess;
  let dataSource: DataSource;
  let driver: PgvectorDriver;
  let repository: PgvectorRepository;
  let database: Database;
  const vectors = new Map<string, Float32Array>();
  const random = numbers();
  const vector = () => Float32Array.from({ length: DIMENSIONS }, () => random.next().value);
  const space: EmbeddingSpace = { id: 1, name: 'test', dimensions: DIMENSIONS };

  const scopeOf = (...names: string[]): DocumentScope => ({ collections: { ownerId: 'u', names } });

  async function insert(document: string, count: number, store: 'driver' | 'rows'): Promise<void> {
    await dataSource.query(
      `INSERT INTO source_document (id, owner_id, collection_name, name, hash, metadata, is_ready, writer, chunk_count,
         term_count, extra_count, languages, vector_count, space_id, created_at)
       VALUES ($1, 'u', $1, '', '', '{}', true, 0, $2, 0, 0, '{}', $2, 1, 0)`,
      [document, count],
    );
    const rows = await dataSource.query<{ id: string }[]>(
      `INSERT INTO chunk (document_id, position, text, metadata)
       SELECT $1, number, '', '{}' FROM generate_series(1, $2::integer) number RETURNING id`,
      [document, count],
    );
    const added = rows.map(({ id }) => ({ chunkId: id, vector: vector() }));
    for (const { chunkId, vector: numbers } of added) vectors.set(chunkId, numbers);
    if (store === 'driver') await driver.put(space, document, added);
    else await new VectorsRepository(database).put(space.id, document, added);
  }

  const nearest = (query: Float32Array, ids: readonly string[], count: number) =>
    ids
      .map((id) => ({ id, cosine: cosine(query, vectors.get(id) as Float32Array) }))
      .sort((a, b) => b.cosine - a.cosine)
      .slice(0, count)
      .map(({ id }) => id);
  const idsOf = async (...documents: string[]) =>
    (await dataSource.query<{ id: string }[]>('SELECT id FROM chunk WHERE document_id = ANY ($1)', [documents])).map(
      ({ id }) => id,
    );

  beforeAll(async () => {
    server = fork(SERVER, { env: {}, execArgv: [] });
    const [port] = (await once(server, 'message')) as [number];
    const url = `postgresql://postgres@127.0.0.1:${port}/postgres?sslmode=disable`;
    dataSource = await new DataSource({
      ...dataSourceOptions({ url }, 1),
      migrations: [Embeddings1764031000000, Documents1764031100000],
    }).initialize();
    await dataSource.query('CREATE TABLE "user" (id text PRIMARY KEY)');
    await dataSource.query('CREATE TABLE file (id text PRIMARY KEY)');
    await dataSource.runMigrations();
    await dataSource.query(`INSERT INTO "user" VALUES ('u')`);
    await dataSource.query(`INSERT INTO embedding_space VALUES (1, 'test', ${DIMENSIONS}), (2, 'other', 3)`);
    database = new Database(dataSource);
    repository = new PgvectorRepository(database);
    driver = new PgvectorDriver(repository, new VectorsRepository(database), new Transaction(database));
    expect(await driver.isAvailable()).toBe(true);
    await driver.setUp();
    await insert('a', 300, 'driver');
    await insert('b', 300, 'driver');
  });
  afterAll(async () => {
    await dataSource.destroy();
    server.disconnect();
    await once(server, 'exit');
  });

  it('finds the nearest chunks of the scope for each query, exactly while the scope is small', async () => {
    const queries = [vector(), vector()];
    const { matches, isComplete } = await driver.search(scopeOf('a'), space, queries, 10);
    const ids = await idsOf('a');
    expect(isComplete).toBe(true);
    for (const [index, query] of queries.entries()) {
      const found = matches[index]?.map(({ chunkId }) => chunkId) ?? [];
      expect(found).toEqual(nearest(query, ids, 10));
      expect(matches[index]?.[0]?.cosine).toBeCloseTo(cosine(query, vectors.get(found[0] ?? '') as Float32Array), 2);
    }
  });

  it('finds them by the index, which it scans until the scope has enough', async () => {
    await repository.createIndex(space);
    await dataSource.query('ANALYZE chunk_pgvector');
    await dataSource.query('SET enable_seqscan = off');
    const query = vector();
    const rows = await new Transaction(database).run(() => repository.searchIndex(scopeOf('b'), space, [query], 10));
    const ids = await idsOf('b');
    const found = rows.map(({ chunkId }) => chunkId);
    expect(found.filter((id) => nearest(query, ids, 10).includes(id)).length).toBeGreaterThanOrEqual(9);
    expect(found.every((id) => ids.includes(id))).toBe(true);
    await dataSource.query('RESET enable_seqscan');
  });

  it('takes over vectors that were stored without it, and those that changed their space', async () => {
    await insert('late', 450, 'rows');
    expect(await repository.findMissing(1000)).toHaveLength(450);
    await driver.copyMissing();
    const query = vector();
    const { matches } = await driver.search(scopeOf('late'), space, [query], 5);
    expect(matches[0]?.map(({ chunkId }) => chunkId)).toEqual(nearest(query, await idsOf('late'), 5));
    const [id] = await idsOf('late');
    await dataSource.query('UPDATE chunk_vector SET space_id = 2, vector = $2 WHERE chunk_id = $1', [
      id,
      toBytes(Float32Array.of(1, 2, 3)),
    ]);
    expect(await repository.findMissing(10)).toMatchObject([{ chunkId: id, spaceId: 2 }]);
    await driver.copyMissing();
    expect(await repository.findMissing(10)).toEqual([]);
  });

  it('is chosen where the extension is available, unless the settings say otherwise', async () => {
    const kind = (vector_db: string) => {
      const settings = { vector_db, vector_memory_mb: 16 };
      const embedded = { kind: 'embedded' } as EmbeddedVectorDriver;
      return new VectorStoreService(settings, embedded, driver).kind();
    };
    expect([await kind('chroma'), await kind('pgvector'), await kind('embedded')]).toEqual([
      'pgvector',
      'pgvector',
      'embedded',
    ]);
  });

  it('loses vectors with their document', async () => {
    await dataSource.query(`DELETE FROM source_document WHERE id = 'a'`);
    expect(await dataSource.query(`SELECT 1 FROM chunk_pgvector WHERE document_id = 'a'`)).toEqual([]);
  });
});
