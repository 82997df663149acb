/** @services */
import { EmbeddingService } from '../../../src/modules/retrieval/embedding/embedding.service';
import { EmbeddingSettings } from '../../../src/modules/retrieval/embedding/embedding.settings';
import { IndexSettings } from '../../../src/modules/retrieval/index/index.settings';
import { SearchService, type SearchOptions } from '../../../src/modules/retrieval/search/search.service';
import { SearchSettings } from '../../../src/modules/retrieval/search/search.settings';
import { embeddingsOf, FakeEmbeddingServer } from '../../support/fakes/embedding-server';
import { queriesOf } from '../../support/query-counter';
import { collections, never, retrievalStage, type RetrievalStage } from './stage';

const options: SearchOptions = { signal: never, k: 5 };

describe('search by vectors', () => {
  let server: FakeEmbeddingServer;
  let stage: RetrievalStage;
  let search: SearchService;
  let embedding: EmbeddingService;

  const texts = async (query: string, names: string[], change: Partial<SearchOptions> = {}) =>
    (await search.search(collections(...names), [query], { ...options, ...change })).map(({ text }) => text);

  beforeAll(async () => {
    server = await FakeEmbeddingServer.start();
    stage = await retrievalStage({
      RAG_EMBEDDING_ENGINE: 'openai',
      RAG_EMBEDDING_MODEL: 'hashed',
      RAG_OPENAI_API_BASE_URL: server.url,
      RAG_OPENAI_API_KEY: 'sk-embed',
      RAG_EMBEDDING_BATCH_SIZE: '16',
    });
    search = stage.module.get(SearchService);
    embedding = stage.module.get(EmbeddingService);
    await stage.write('animals', ['The cat sleeps on the sofa.', 'Dogs bark at night.', 'Birds sing in the morning.']);
    await stage.write('tools', ['A hammer drives nails.', 'The saw cuts wood.']);
    await stage.write('foreign', ['The cat of another account.'], { ownerId: 'u1' });
  });
  beforeEach(() => {
    server.handler = undefined;
    server.requests.length = 0;
    Object.assign(stage.module.get(SearchSettings), { enable_hybrid_search: false });
  });
  afterAll(async () => {
    await stage.close();
    await server.close();
  });

  it('finds what is near, with scores of the raw cosine', async () => {
    const hits = await search.search(collections('animals', 'tools'), ['sleeping cats'], options);
    expect(hits[0]?.text).toBe('The cat sleeps on the sofa.');
    const [[query], [text]] = [
      await embedding.embed(['sleeping cats'], 'query', { signal: never }),
      await embedding.embed(['The cat sleeps on the sofa.'], 'content', { signal: never }),
    ];
    const product = query?.reduce((sum, number, index) => sum + number * (text?.[index] ?? 0), 0) ?? 0;
    expect(hits[0]?.score).toBeCloseTo((1 + product) / 2, 5);
    expect(hits.map(({ score }) => score)).toEqual(hits.map(({ score }) => score).sort((a, b) => b - a));
  });

  it('reads nothing outside of the scope', async () => {
    expect(await texts('cat', ['tools', 'foreign'])).toHaveLength(2);
    expect(await texts('cat', [])).toEqual([]);
  });

  it('sees documents that are added, replaced and removed', async () => {
    const write = (text: string) => stage.write('changing', [text], { mode: 'overwrite' });
    for (const text of ['first version', 'second version', 'third version']) {
      await write(text);
      expect(await texts('version', ['changing', 'animals'])).toContain(text);
    }
    expect(await texts('version', ['changing'])).toEqual(['third version']);
    await stage.index.remove(collections('changing'));
    expect(await texts('version', ['changing'])).toEqual([]);
  });

  it('merges the results of several queries, each text once with its best score', async () => {
    await stage.write('copies', ['Dogs bark at night.']);
    const scope = collections('animals', 'copies');
    const both = await search.search(scope, ['dogs', 'birds sing'], { ...options, k: 2 });
    expect(both.map(({ text }) => text).sort()).toEqual(['Birds sing in the morning.', 'Dogs bark at night.']);
  });

  it('fuses full text and vectors when hybrid search is enabled, and does not when the request says so', async () => {
    Object.assign(stage.module.get(SearchSettings), { enable_hybrid_search: true });
    expect((await texts('hammer nails', ['tools', 'animals'], { kReranker: 1 }))[0]).toBe('A hammer drives nails.');
    const counted = async (change: Partial<SearchOptions>) =>
      (await queriesOf(stage.dataSource, () => texts('hammer', ['tools'], change))).join();
    expect(await counted({})).toContain('ts_rank_cd');
    expect(await counted({ hybrid: false })).not.toContain('ts_rank_cd');
    server.requests.length = 0;
    await texts('no vector needed', ['tools'], { bm25Weight: 1 });
    expect(server.texts).toEqual([]);
  });

  it('leaves out what is below the threshold', async () => {
    const hits = await search.search(collections('animals'), ['cat sleeps sofa'], options);
    const [first, second] = hits.map(({ score }) => score);
    const threshold = ((first ?? 0) + (second ?? 0)) / 2;
    expect(await texts('cat sleeps sofa', ['animals'], { threshold })).toEqual(['The cat sleeps on the sofa.']);
  });

  it('prefers variety when asked to', async () => {
    const similar = ['red apple pie', 'red apple pies', 'red apple cake with a recipe', 'red wine'];
    await stage.write('similar', similar);
    expect(await texts('red apple pie', ['similar'], { k: 2 })).toEqual(similar.slice(0, 2));
    expect(await texts('red apple pie', ['similar'], { k: 2, mmr: true })).not.toContain(similar[1]);
  });

  it('runs as many statements for many queries and documents as for one', async () => {
    const count = async (queries: string[], names: string[]) => {
      const run = () => search.search(collections(...names), queries, options);
      await run();
      return (await queriesOf(stage.dataSource, run)).length;
    };
    Object.assign(stage.module.get(SearchSettings), { enable_hybrid_search: true });
    for (let number = 0; number < 40; number++) await stage.write('many', [`text ${number}`], { name: `n${number}` });
    expect(await count(['a cat', 'two dogs', 'three birds'], ['many', 'animals', 'tools'])).toBe(
      await count(['saw'], ['tools']),
    );
  });

  it('searches part by part what exceeds its memory', async () => {
    const settings = stage.module.get(IndexSettings);
    const before = settings.vector_memory_mb;
    settings.vector_memory_mb = 0.0005;
    expect((await texts('text 7', ['many']))[0]).toBe('text 7');
    expect(await texts('hammer', ['tools', 'animals'], { k: 1 })).toEqual(['A hammer drives nails.']);
    settings.vector_memory_mb = before;
  });

  it('keeps spaces apart, and finds by words what has no vector in the current one', async () => {
    const settings = stage.module.get(EmbeddingSettings);
    const before = { ...settings };
    Object.assign(settings, { embedding_model: 'short' });
    server.handler = (request) => embeddingsOf(request, (text) => [text.length, 1, 0]);
    await stage.write('short', ['A short vector.']);
    expect(await texts('hammer', ['short', 'tools'])).toContain('A hammer drives nails.');
    expect(await texts('anything', ['short'])).toEqual(['A short vector.']);
    Object.assign(settings, before);
    server.handler = undefined;
    expect((await texts('hammer', ['tools']))[0]).toBe('A hammer drives nails.');
  });

  it('falls back to full text while the server fails', async () => {
    server.handler = () => ({ status: 400, text: 'no' });
    expect(await texts('hammering nails', ['tools'])).toEqual(['A hammer drives nails.']);
  });

  it('ends with the signal of the request', async () => {
    server.handler = () => 'never';
    const abort = new AbortController();
    const arrived = server.nextRequest();
    const searching = search.search(collections('tools'), ['unseen'], { signal: abort.signal });
    await arrived;
    abort.abort(new Error('left'));
    await expect(searching).rejects.toThrow('left');
  });

  it('holds no connection while it embeds', async () => {
    server.handler = async (request) => {
      const [row] = await stage.dataSource.query<{ count: string }[]>(
        `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'`,
      );
      return Number(row?.count) === 0 ? embeddingsOf(request) : { status: 400, text: 'a transaction is open' };
    };
    expect(await stage.write('connections', ['some text that was never embedded'])).toBe(1);
  });
});
