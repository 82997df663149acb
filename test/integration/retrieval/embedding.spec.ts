/** @services */
import type { Principal } from '../../../src/common/auth/principal';
import { EmbeddingCacheCleanupJob } from '../../../src/modules/retrieval/embedding/embedding-cache-cleanup.job';
import { EmbeddingService } from '../../../src/modules/retrieval/embedding/embedding.service';
import { EmbeddingSettings } from '../../../src/modules/retrieval/embedding/embedding.settings';
import { EmbedDocumentsJob } from '../../../src/modules/retrieval/index/reembedding/embed-documents.job';
import { EmbeddingProgressService } from '../../../src/modules/retrieval/index/reembedding/embedding-progress.service';
import { RerankingService } from '../../../src/modules/retrieval/search/reranking.service';
import { SearchService } from '../../../src/modules/retrieval/search/search.service';
import { SearchSettings } from '../../../src/modules/retrieval/search/search.settings';
import { SettingsStore } from '../../../src/platform/settings/settings-store';
import { embeddingsOf, FakeEmbeddingServer } from '../../support/fakes/embedding-server';
import { collections, never, retrievalStage, type RetrievalStage } from './stage';

const vectorOf = (text: string) => [text.length, 1];

describe('embedding', () => {
  let server: FakeEmbeddingServer;
  let stage: RetrievalStage;
  let settings: EmbeddingSettings;
  let embedding: EmbeddingService;
  let number = 0;

  /** A text that is in no cache. */
  const fresh = (text = 'text') => `${text} ${++number}`;
  const embed = (texts: string[], kind: 'query' | 'content' = 'content') =>
    embedding.embed(texts, kind, { signal: never });
  const configure = (change: Partial<EmbeddingSettings>) => Object.assign(settings, change);

  beforeAll(async () => {
    server = await FakeEmbeddingServer.start();
    stage = await retrievalStage({ RAG_OPENAI_API_BASE_URL: server.url, ENABLE_FORWARD_USER_INFO_HEADERS: 'true' });
    settings = stage.module.get(EmbeddingSettings);
    embedding = stage.module.get(EmbeddingService);
  });
  beforeEach(() => {
    server.handler = (request) => embeddingsOf(request, vectorOf);
    server.requests.length = 0;
    configure({
      ...{ embedding_engine: 'openai', embedding_model: 'two', embedding_batch_size: 10, openai_key: 'sk-key' },
      ...{ query_prefix: '', content_prefix: '', prefix_field_name: '', enable_async_embedding: true, models_dir: '' },
    });
  });
  afterAll(async () => {
    await stage.close();
    await server.close();
  });

  it('calls OpenAI', async () => {
    const texts = [fresh('a'), fresh('bb')];
    expect((await embed(texts)).map((vector) => [...vector])).toEqual(texts.map(vectorOf));
    const [request] = server.requests;
    expect([request?.path, request?.body]).toEqual(['/embeddings', { input: texts, model: 'two' }]);
    expect(request?.headers.authorization).toBe('Bearer sk-key');
  });

  it('calls Azure', async () => {
    const text = fresh();
    configure({
      ...{ embedding_engine: 'azure_openai', embedding_model: 'my model', azure_openai_url: `${server.url}/` },
      ...{ azure_openai_key: 'az', azure_openai_version: '2024-02-01' },
    });
    await embed([text]);
    const [request] = server.requests;
    expect(request?.path).toBe('/openai/deployments/my%20model/embeddings?api-version=2024-02-01');
    expect([request?.headers['api-key'], request?.headers.authorization]).toEqual(['az', undefined]);
    expect(request?.body).toEqual({ input: [text] });
  });

  it('calls Ollama', async () => {
    const text = fresh();
    configure({ embedding_engine: 'ollama', ollama_url: server.url, ollama_key: 'ol' });
    await embed([text]);
    const [request] = server.requests;
    expect([request?.path, request?.body]).toEqual(['/api/embed', { input: [text], model: 'two' }]);
    expect(request?.headers.authorization).toBe('Bearer ol');
  });

  it('prepends the prefix of its kind, or sends it in a field', async () => {
    configure({ embedding_model: 'prefixed', query_prefix: 'query: ', content_prefix: 'passage: ' });
    const [query, content] = [fresh(), fresh()];
    await embed([query], 'query');
    await embed([content]);
    expect(server.texts).toEqual([`query: ${query}`, `passage: ${content}`]);
    configure({ prefix_field_name: 'prompt' });
    await embed([fresh()]);
    expect(server.lastRequest?.body).toMatchObject({
      prompt: 'passage: ',
      input: [expect.not.stringContaining('passage')],
    });
  });

  it('turns line breaks of contents into spaces, and leaves those of queries', async () => {
    await embed([fresh('a\nb')]);
    await embed([fresh('a\nb')], 'query');
    expect(server.texts).toEqual([expect.stringContaining('a b'), expect.stringContaining('a\nb')]);
  });

  it('names the user only when that is enabled', async () => {
    const principal = { id: 'u1', name: 'Ann', email: 'a@b.c', role: 'user' } as Principal;
    await embedding.embed([fresh()], 'query', { signal: never, principal });
    expect(server.lastRequest?.headers).toMatchObject({ 'x-openwebui-user-id': 'u1', 'x-openwebui-user-name': 'Ann' });
    await embed([fresh()]);
    expect(server.lastRequest?.headers).not.toHaveProperty('x-openwebui-user-id');
  });

  it('sends batches, several at once, and keeps the order', async () => {
    const texts = Array.from({ length: 95 }, () => fresh());
    const vectors = await embed(texts);
    expect(vectors.map(([length]) => length)).toEqual(texts.map(({ length }) => length));
    expect(server.requests.map(({ body }) => (body?.input as string[]).length).sort()).toEqual([
      ...Array(9).fill(10),
      5,
    ]);
  });

  it('sends one batch after the other when told so', async () => {
    configure({ enable_async_embedding: false });
    let open = 0;
    let most = 0;
    server.handler = async (request) => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setImmediate(resolve));
      open--;
      return embeddingsOf(request, vectorOf);
    };
    await embed(Array.from({ length: 40 }, () => fresh()));
    expect(most).toBe(1);
  });

  it('sorts by index when the server sends one', async () => {
    server.handler = () => ({ json: { data: [2, 1, 0].map((index) => ({ index, embedding: [index, 1] })) } });
    expect((await embed([fresh(), fresh(), fresh()])).map(([first]) => first)).toEqual([0, 1, 2]);
  });

  it('embeds no text of a document twice, and copies within a call once', async () => {
    const text = fresh();
    await embed([text, text, text]);
    await embed([text]);
    expect(server.texts).toEqual([text]);
    const query = fresh();
    await embed([query], 'query');
    await embed([query], 'query');
    expect(server.texts).toEqual([text, query]);
  });

  it.each([
    ['fewer vectors', { data: [] }, 'sent 0 vectors for 1 texts'],
    ['more vectors', { data: [{ embedding: [1, 2] }, { embedding: [1, 2] }] }, 'sent 2 vectors'],
    ['no numbers', { data: [{ embedding: ['a', 1] }] }, 'invalid vector'],
    ['null in a vector, as JSON has NaN', { data: [{ embedding: [null, 1] }] }, 'invalid vector'],
    ['numbers that are too large', { data: [{ embedding: [1e300, 1] }] }, 'invalid vector'],
    ['an empty vector', { data: [{ embedding: [] }] }, 'invalid vector'],
    ['another length', { data: [{ embedding: [1, 2, 3] }] }, 'vectors of 3 dimensions, but those of the index have 2'],
    ['an object', {}, 'sent no embeddings'],
    ['text', 'hello', 'sent no embeddings'],
  ])('refuses %s', async (_, json, message) => {
    server.handler = () => ({ json });
    await expect(embed([fresh()])).rejects.toThrow(message);
    expect(server.requests).toHaveLength(1);
  });

  it('refuses vectors of different lengths in one response, and uses none of them', async () => {
    configure({ embedding_model: 'uneven' });
    const texts = [fresh(), fresh()];
    server.handler = () => ({ json: { data: [{ embedding: [1, 2] }, { embedding: [1, 2, 3] }] } });
    await expect(embed(texts)).rejects.toThrow('different dimensions');
    server.handler = (request) => embeddingsOf(request, vectorOf);
    expect((await embed(texts)).map((vector) => [...vector])).toEqual(texts.map(vectorOf));
  });

  it('retries what is transient, after the time that the server asks for', async () => {
    const answers = [429, 503].map((status) => ({ status, headers: { 'retry-after': '0' }, text: 'later' }));
    server.handler = (request) => answers.shift() ?? embeddingsOf(request, vectorOf);
    await embed([fresh()]);
    expect(server.requests).toHaveLength(3);
  });

  it.each([400, 401, 404])('does not retry status %d, and repeats little of the response', async (status) => {
    server.handler = () => ({ status, text: 'x'.repeat(5000) });
    const error = await embed([fresh()]).catch((failure: Error) => failure);
    expect(error).toMatchObject({ message: expect.stringContaining(`status ${status}`), isTransient: false });
    expect((error as Error).message.length).toBeLessThan(300);
    expect(server.requests).toHaveLength(1);
  });

  it('gives up on a server that hangs', async () => {
    configure({ timeout: 0.05 });
    server.handler = () => 'never';
    await expect(embed([fresh()], 'query')).rejects.toThrow('did not answer in time');
    expect(server.requests.length).toBeLessThanOrEqual(2);
    configure({ timeout: 120 });
  });

  it('says what is missing for local models', async () => {
    configure({ embedding_engine: '', models_dir: '/nowhere' });
    await expect(embed([fresh()])).rejects.toThrow('npm install @huggingface/transformers');
    configure({ models_dir: '' });
    expect(embedding.space()).toBeNull();
    await expect(embed([fresh()])).rejects.toThrow('No embedding engine is configured');
  });

  it('deletes vectors of texts from the cache that were not used for days', async () => {
    const [old, recent] = [fresh(), fresh()];
    await embed([old]);
    await stage.dataSource.query('UPDATE embedding_cache SET used_at = 1 RETURNING 1');
    await embed([recent]);
    await stage.module.get(EmbeddingCacheCleanupJob).run();
    server.requests.length = 0;
    await embed([old, recent]);
    expect(server.texts).toEqual([old]);
  });

  describe('of documents that are there', () => {
    const progress = () => stage.module.get(EmbeddingProgressService).get();
    const run = (signal = never) =>
      stage.module.get(EmbedDocumentsJob).run({}, { signal, attempt: 1, isLastAttempt: true });
    const texts = Array.from({ length: 300 }, (_, index) => `chunk of a document ${index}`);

    beforeEach(async () => {
      await stage.index.removeAll();
      configure({ embedding_engine: '' });
      await stage.write('early', texts);
      await stage.write('other', ['another document']);
      configure({ embedding_engine: 'openai', embedding_batch_size: 128 });
    });

    it('begins when an administrator configures an engine', async () => {
      configure({ embedding_engine: '' });
      expect(await progress()).toEqual({ isEngineConfigured: false, chunks: 301, embedded: 0 });
      await stage.module
        .get(SettingsStore)
        .save(EmbeddingSettings, { embedding_engine: 'openai', embedding_batch_size: 500 });
      while ((await progress()).embedded < 301) await new Promise((resolve) => setTimeout(resolve, 20));
      expect(await progress()).toEqual({ isEngineConfigured: true, chunks: 301, embedded: 301 });
    });

    it('resumes where it was interrupted, and embeds nothing twice', async () => {
      const abort = new AbortController();
      server.handler = (request) => {
        if (server.requests.length === 2) abort.abort(new Error('killed'));
        return embeddingsOf(request, vectorOf);
      };
      await expect(run(abort.signal)).rejects.toThrow('killed');
      const { embedded } = await progress();
      expect(embedded).toBe(128);
      await run();
      expect((await progress()).embedded).toBe(301);
      expect(new Set(server.texts).size).toBe(301);
    });

    it('is done anew for another model; until then full text finds what has no vector', async () => {
      await run();
      configure({ embedding_model: 'other' });
      expect((await progress()).embedded).toBe(0);
      const search = stage.module.get(SearchService);
      const find = () => search.search(collections('other', 'early'), ['another'], { signal: never, k: 1 });
      expect((await find())[0]?.text).toBe('another document');
      await run();
      expect((await progress()).embedded).toBe(301);
      const spaces = await stage.dataSource.query<object[]>('SELECT DISTINCT space_id FROM chunk_vector');
      expect(spaces).toHaveLength(1);
    });

    it('passes over a document that the engine refuses', async () => {
      server.handler = (request) =>
        (request.body?.input as string[]).includes('chunk of a document 5')
          ? { status: 400, text: 'too long' }
          : embeddingsOf(request, vectorOf);
      await run();
      expect((await progress()).embedded).toBe(1);
    });

    it('fails for another attempt while the engine cannot be reached', async () => {
      server.handler = () => ({ status: 503, headers: { 'retry-after': '0' }, text: 'down' });
      await expect(run()).rejects.toMatchObject({ isTransient: true });
    });
  });

  describe('reranking', () => {
    let search: SearchService;
    const find = (query: string) =>
      search.search(collections('ranked'), [query], { signal: never, k: 3, kReranker: 2 });

    beforeAll(async () => {
      search = stage.module.get(SearchService);
      Object.assign(stage.module.get(SearchSettings), {
        ...{ enable_hybrid_search: true, reranking_engine: 'external', reranking_model: 'judge' },
        ...{ external_reranker_url: `${server.url}/rerank`, external_reranker_api_key: 'rr' },
      });
      server.handler = (request) => embeddingsOf(request, vectorOf);
      await stage.write('ranked', ['red one', 'red two', 'red three']);
    });

    it('orders by the scores of the server', async () => {
      server.handler = (request) => {
        if (request.path !== '/rerank') return embeddingsOf(request, vectorOf);
        const documents = request.body?.documents as string[];
        return { json: { results: documents.map((text, index) => ({ index, relevance_score: text.length })) } };
      };
      const hits = await find('red');
      expect(hits.map(({ text, score }) => [text, score])).toEqual([
        ['red three', 9],
        ['red one', 7],
      ]);
      const request = server.received('/rerank')[0];
      expect(request?.headers.authorization).toBe('Bearer rr');
      expect(request?.body).toMatchObject({ model: 'judge', query: 'red', top_n: 3 });
    });

    it.each([{ results: [{ index: 9, relevance_score: 1 }] }, { results: [{ index: 0 }] }, {}, 'text'])(
      'goes on without it when the server sends %j',
      async (json) => {
        server.handler = (request) => (request.path === '/rerank' ? { json } : embeddingsOf(request, vectorOf));
        expect(await find('red')).toHaveLength(2);
        await expect(stage.module.get(RerankingService).score('q', ['a'], { signal: never })).rejects.toThrow(
          'The reranking server sent',
        );
      },
    );
  });
});
