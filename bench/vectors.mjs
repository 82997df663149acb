/**
 * `npm run bench:vectors`: latency of vector searches over 10,000 and 100,000 chunks, and recall@10 against an exact search,
 * for the driver of the installation, next to the bare usearch library in the same run; and of full text search over the
 * same chunks. `--million` adds 1,000,000 chunks; `DATABASE_URL` of a database with pgvector measures that driver.
 */
import { createRequire } from 'node:module';
import { randomBytes } from 'node:crypto';
import { startRetrieval } from './retrieval/application.mjs';

const require = createRequire(import.meta.url);
const { exactSearch, Index, MetricKind } = require('usearch');

const DIMENSIONS = 384;
const QUERIES = 50;
const K = 10;
/** As the search service asks for, which computes the final scores from the stored vectors. */
const SPARE = 32;
const SIZES = [10_000, 100_000, ...(process.argv.includes('--million') ? [1_000_000] : [])];
const BATCH = 2000;
/** Vectors are spread around so many centres, as those of texts are around topics. */
const CENTRES = 200;

let seed = 1;
const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
const gaussian = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
const centres = Array.from({ length: CENTRES }, () => Float32Array.from({ length: DIMENSIONS }, gaussian));

function vector() {
  const centre = centres[Math.floor(random() * CENTRES)];
  return centre.map((number) => number + 0.8 * gaussian());
}

const milliseconds = async (work) => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};
const quantile = (times, share) => [...times].sort((a, b) => a - b)[Math.floor(times.length * share)];
const row = (name, size, times, extra = '') =>
  process.stdout.write(
    `${name.padEnd(28)}${size.toLocaleString('en').padStart(10)}${quantile(times, 0.5).toFixed(1).padStart(9)} ms p50${quantile(times, 0.95).toFixed(1).padStart(9)} ms p95  ${extra}\n`,
  );

/** Words by Zipf's law, so that some are in nearly every chunk. */
const word = () => `w${Math.floor(Math.exp(random() * 11))}`;
const text = () => Array.from({ length: 120 }, word).join(' ');

const application = await startRetrieval(require, () => [], { VECTOR_MEMORY_MB: '2048' });
const { dataSource, get, ownerId, signal } = application;
const store = get('modules/retrieval/index/vectors/vector-store.service', 'VectorStoreService');
const fullText = get('modules/retrieval/search/full-text.service', 'FullTextService');
await store.store();

/** Rows as the index writes them, without the detour over an embedding server. */
async function insert(collection, size, space) {
  await dataSource.query(
    `INSERT INTO source_document (id, owner_id, collection_name, name, hash, metadata, is_ready, writer, chunk_count,
       term_count, extra_count, languages, vector_count, space_id, created_at)
     SELECT $1 || number, $2, $1, '', '', '{}', true, 0, 100, 12000, 0, '{simple}', 100, $4, 0
     FROM generate_series(0, $3::integer / 100 - 1) number`,
    [collection, ownerId, size, space.id],
  );
  const all = new Float32Array(size * DIMENSIONS);
  const ids = [];
  for (let from = 0; from < size; from += BATCH) {
    const texts = Array.from({ length: BATCH }, text);
    const rows = await dataSource.query(
      `WITH added AS (
         INSERT INTO chunk (document_id, position, text, metadata)
         SELECT $1 || (($2::integer + number - 1) / 100), (($2::integer + number - 1) % 100), text, '{}'
         FROM unnest($3::text[]) WITH ORDINALITY AS t (text, number) ORDER BY number RETURNING id, document_id, text),
       indexed AS (
         INSERT INTO chunk_terms SELECT id, document_id, to_tsvector('simple', text), 120, '', 0 FROM added)
       SELECT id, document_id AS document FROM added ORDER BY id`,
      [collection, from, texts],
    );
    const byDocument = new Map();
    rows.forEach(({ id, document }, index) => {
      const numbers = vector();
      all.set(numbers, (from + index) * DIMENSIONS);
      ids.push(id);
      byDocument.set(document, [...(byDocument.get(document) ?? []), { chunkId: id, vector: numbers }]);
    });
    for (const [document, vectors] of byDocument) await store.put(space, document, vectors);
  }
  return { all, ids };
}

/** The best by the exact cosine. */
function rescored(matches, query, all, positions) {
  const cosine = (id) => {
    const from = positions.get(id) * DIMENSIONS;
    let product = 0;
    let square = 0;
    for (let index = 0; index < DIMENSIONS; index++) {
      product += query[index] * all[from + index];
      square += all[from + index] ** 2;
    }
    return product / Math.sqrt(square);
  };
  const scored = matches.map(({ chunkId }) => ({ chunkId, score: cosine(chunkId) }));
  return scored
    .sort((a, b) => b.score - a.score)
    .slice(0, K)
    .map(({ chunkId }) => chunkId);
}

try {
  const [{ id }] = await dataSource.query(
    `INSERT INTO embedding_space (name, dimensions) VALUES ('bench', ${DIMENSIONS}) RETURNING id`,
  );
  const space = { id, name: 'bench', dimensions: DIMENSIONS };
  process.stdout.write(`driver: ${await store.kind()}, ${DIMENSIONS} dimensions, k = ${K}\n`);
  for (const size of SIZES) {
    const collection = `c${size}-${randomBytes(2).toString('hex')}-`;
    const { all, ids } = await insert(collection, size, space);
    await dataSource.query('ANALYZE');
    const scope = { collections: { ownerId, names: [collection] } };
    const queries = Array.from({ length: QUERIES }, vector);
    const exact = queries.map((query) => exactSearch(all, query, DIMENSIONS, K, MetricKind.Cos, 1));
    const truth = exact.map(({ keys }) => new Set(Array.from(keys, (key) => ids[Number(key)])));
    const recall = (found) =>
      found.reduce((sum, list, i) => sum + list.filter((id) => truth[i].has(id)).length, 0) / (K * QUERIES);

    const positions = new Map(ids.map((id, index) => [id, index]));
    const first = await milliseconds(() => store.search(scope, space, [queries[0]], K));
    const times = [];
    const found = [];
    for (const query of queries)
      times.push(
        await milliseconds(async () => {
          const { matches } = await store.search(scope, space, [query], K + SPARE);
          found.push(rescored(matches[0], query, all, positions));
        }),
      );
    row('vector store', size, times, `recall@10 ${recall(found).toFixed(3)}, first search ${first.toFixed(0)} ms`);

    const bare = [];
    for (const query of queries)
      bare.push(await milliseconds(() => exactSearch(all, query, DIMENSIONS, K, MetricKind.Cos, 1)));
    row('usearch, exact, 32 bits', size, bare, 'recall@10 1.000');
    if (size <= 100_000) {
      const index = new Index({
        dimensions: DIMENSIONS,
        metric: MetricKind.Cos,
        quantization: 'f16',
        connectivity: 16,
      });
      const build = await milliseconds(() => index.add(BigUint64Array.from(ids, BigInt), all, 0));
      const graph = [];
      const near = [];
      for (const query of queries)
        graph.push(await milliseconds(() => near.push(Array.from(index.search(query, K, 1).keys, String))));
      row(
        'usearch, HNSW, 16 bits',
        size,
        graph,
        `recall@10 ${recall(near).toFixed(3)}, built in ${(build / 1000).toFixed(1)} s`,
      );
    }

    for (const [name, terms] of Object.entries({
      'full text, rare words': () =>
        `w${20_000 + Math.floor(random() * 20_000)} w${30_000 + Math.floor(random() * 20_000)}`,
      'full text, common words': () => 'w1 w2 w3 w5 w8',
      'full text, mixed': () =>
        `w${1 + Math.floor(random() * 5)} w${100 + Math.floor(random() * 400)} w${5000 + Math.floor(random() * 9000)}`,
    })) {
      const times = [];
      for (let run = 0; run < 15; run++)
        times.push(
          await milliseconds(() => fullText.search(scope, [terms()], { limit: 40, isEnriched: false, signal })),
        );
      row(name, size, times);
    }
  }
} finally {
  await application.close();
}
