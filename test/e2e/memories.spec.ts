/** @services */
import { DataSource } from 'typeorm';
import { Detail } from '../../src/common/errors/details';
import { MemoriesSettings } from '../../src/modules/memories/memories.settings';
import { TaskSettings } from '../../src/modules/completions/background/task.settings';
import { SettingsStore } from '../../src/platform/settings/settings-store';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { deferred } from '../support/deferred';
import { eventually } from '../support/eventually';
import { embeddingsOf, FakeEmbeddingServer } from '../support/fakes/embedding-server';
import { FakeOpenAiServer } from '../support/fakes/openai-server';
import { api, type Answer, type Api, type Json } from '../support/http';
import { queriesOf } from '../support/query-counter';

const ROOT = '/api/v1/memories';
const refusal = (status: number, detail: string) => ({ status, body: { detail } });
const unknown = refusal(404, 'Memory not found');

describe('/api/v1/memories', () => {
  let app: TestApp;
  let provider: FakeOpenAiServer;
  let engine: FakeEmbeddingServer;
  let admin: TestUser;
  let user: TestUser;
  let other: TestUser;

  const rows = <T = Json>(sql: string, ...parameters: unknown[]): Promise<T[]> =>
    app.get(DataSource).query(sql, parameters);
  const contentsOf = async ({ api: client }: TestUser): Promise<string[]> =>
    (await client.get(`${ROOT}/`)).body.map(({ content }: Json) => content);
  const recalled = async ({ api: client }: TestUser, content: string, k = 1): Promise<string[]> =>
    (await client.post(`${ROOT}/query`, { content, k })).body.documents[0];

  async function add(owner: TestUser, content: string): Promise<string> {
    const { status, body } = await owner.api.post(`${ROOT}/add`, { content });
    expect([status, body.content]).toEqual([200, content]);
    return body.id;
  }

  /** Resolves when the documents of all memories of the account have vectors. */
  const untilEmbedded = ({ id }: TestUser) =>
    eventually(async () => {
      const sql = 'SELECT 1 FROM source_document WHERE owner_id = $1 AND vector_count < chunk_count';
      return (await rows(sql, id)).length === 0 || undefined;
    });

  beforeAll(async () => {
    [provider, engine] = await Promise.all([FakeOpenAiServer.start(), FakeEmbeddingServer.start()]);
    app = await startTestApp({
      OPENAI_API_BASE_URL: provider.url,
      OPENAI_API_KEY: 'sk-fake',
      BYPASS_MODEL_ACCESS_CONTROL: 'True',
      RAG_EMBEDDING_ENGINE: 'openai',
      RAG_OPENAI_API_BASE_URL: engine.url,
      RAG_OPENAI_API_KEY: 'sk-embed',
      MEMORY_EMBEDDING_TIMEOUT: '1',
    });
    admin = await asUser(app, 'admin');
  });
  afterAll(async () => {
    await app.close();
    await Promise.all([provider.close(), engine.close()]);
  });
  beforeEach(async () => {
    provider.reset();
    engine.handler = undefined;
    [user, other] = await Promise.all([asUser(app), asUser(app)]);
  });

  const routes: [string, (client: Api) => Promise<Answer>][] = [
    ['GET /', (client) => client.get(`${ROOT}/`)],
    ['GET /ef', (client) => client.get(`${ROOT}/ef`)],
    ['POST /add', (client) => client.post(`${ROOT}/add`, { content: 'x' })],
    ['POST /query', (client) => client.post(`${ROOT}/query`, { content: 'x' })],
    ['POST /reset', (client) => client.post(`${ROOT}/reset`)],
    ['DELETE /delete/user', (client) => client.delete(`${ROOT}/delete/user`)],
    ['POST /{memory_id}/update', (client) => client.post(`${ROOT}/any/update`, { content: 'x' })],
    ['DELETE /{memory_id}', (client) => client.delete(`${ROOT}/any`)],
  ];

  describe.each(routes)('%s', (_, send) => {
    it('requires credentials of a verified account', async () => {
      expect(await send(api(app.url))).toMatchObject(refusal(401, Detail.notAuthenticated));
      const pending = await asUser(app, 'pending');
      expect(await send(pending.api)).toMatchObject(refusal(401, Detail.accessProhibited));
    });

    it('is not found while memories are disabled', async () => {
      await app.get(SettingsStore).save(MemoriesSettings, { enable: false });
      expect(await send(admin.api)).toMatchObject(refusal(404, Detail.notFound));
      await app.get(SettingsStore).save(MemoriesSettings, { enable: true });
    });
  });

  it('are listed to their owner alone, oldest first', async () => {
    await add(user, 'My dog is called Rex');
    await add(user, 'I live in Paris');
    await add(other, 'I live in Rome');
    expect(await contentsOf(user)).toEqual(['My dog is called Rex', 'I live in Paris']);
    expect(await contentsOf(admin)).toEqual([]);
    expect((await user.api.get(ROOT)).body[0]).toEqual({
      ...{ id: expect.any(String), user_id: user.id, content: 'My dog is called Rex' },
      ...{ updated_at: expect.any(Number), created_at: expect.any(Number) },
    });
  });

  describe('POST /api/v1/memories/add', () => {
    it.each(['', ' \n'])('refuses %j', async (content) => {
      expect((await user.api.post(`${ROOT}/add`, { content })).status).toBe(400);
      expect(await contentsOf(user)).toEqual([]);
    });

    it.each([[{}], [{ content: 5 }], [{ content: 'x'.repeat(10_001) }]])('answers 422 to %#', async (body) => {
      expect((await user.api.post(`${ROOT}/add`, body)).status).toBe(422);
    });

    it('has a limit per account', async () => {
      await rows(`INSERT INTO memory SELECT $1 || i, $1, 'x', i, i FROM generate_series(1, 10000) i`, user.id);
      expect(await user.api.post(`${ROOT}/add`, { content: 'one more' })).toMatchObject({ status: 400 });
      await user.api.delete(`${ROOT}/delete/user`);
    });
  });

  describe('POST /api/v1/memories/query', () => {
    it('finds the nearest by vectors, and all of them for a greater k', async () => {
      const [rex, paris] = [await add(user, 'My dog is called Rex'), await add(user, 'I live in Paris')];
      await add(other, 'Paris Paris');
      const { body } = await user.api.post(`${ROOT}/query`, { content: 'Paris' });
      expect(body).toMatchObject({ ids: [[paris]], documents: [['I live in Paris']] });
      expect(body.metadatas).toEqual([[{ created_at: expect.any(Number) }]]);
      expect(body.distances[0][0]).toBeGreaterThan(0.5);
      const all = await user.api.post(`${ROOT}/query`, { content: 'dog Rex', k: 10 });
      expect(all.body.ids).toEqual([[rex, paris]]);
      expect(engine.texts).toContain('My dog is called Rex');
    });

    it('answers 404 without memories, and 422 to a bad body', async () => {
      expect(await user.api.post(`${ROOT}/query`, { content: 'x' })).toMatchObject(
        refusal(404, 'No memories found for user'),
      );
      for (const body of [{}, { content: 'x', k: 'y' }])
        expect((await user.api.post(`${ROOT}/query`, body)).status).toBe(422);
    });

    it('takes as many statements with 10,000 memories as with a few', async () => {
      const insert = (from: number, to: number) =>
        rows(
          `WITH memories AS (INSERT INTO memory SELECT $1 || i, $1, 'shopping ' || i, i, i FROM generate_series($2::int, $3) i
               RETURNING id, content),
             documents AS (INSERT INTO source_document
               SELECT id, NULL, $1, $4, 'memory', id, '{}', true, 0, 1, 2, 0, '{english}', NULL, 0, NULL, 0 FROM memories),
             chunks AS (INSERT INTO chunk (document_id, position, text, metadata)
               SELECT id, 0, content, jsonb_build_object('memory_id', id) FROM memories RETURNING id, document_id, text)
           INSERT INTO chunk_terms SELECT id, document_id, to_tsvector('english', text), 2, '', 0 FROM chunks`,
          ...[user.id, from, to, `user-memory-${user.id}`],
        );
      const search = () => queriesOf(app.get(DataSource), () => recalled(user, 'keys', 3));
      await add(user, 'Where are the keys? In the drawer.');
      await insert(1, 5);
      // The first search loads the vector.
      await search();
      const few = await search();
      await insert(6, 9999);
      expect(await search()).toHaveLength(few.length);
      expect((await recalled(user, 'keys'))[0]).toContain('drawer');
      await user.api.delete(`${ROOT}/delete/user`);
    });
  });

  describe('POST /api/v1/memories/{memory_id}/update', () => {
    it('replaces the text and what is found', async () => {
      const id = await add(user, 'I live in Paris');
      await add(user, 'My dog is called Rex');
      const { body } = await user.api.post(`${ROOT}/${id}/update`, { content: 'I live in Rome' });
      expect(body).toMatchObject({ id, content: 'I live in Rome' });
      expect(await recalled(user, 'live Rome Paris', 5)).toEqual(['I live in Rome', 'My dog is called Rex']);
      expect(await rows('SELECT 1 FROM source_document WHERE hash = $1', id)).toHaveLength(1);
    });

    it.each([{}, { content: null }])('changes nothing by %j', async (body) => {
      const id = await add(user, 'x');
      expect(await user.api.post(`${ROOT}/${id}/update`, body)).toMatchObject({ status: 200, body: { content: 'x' } });
    });

    it('does not find memories of others, also for administrators', async () => {
      const id = await add(user, 'mine');
      for (const { api: client } of [other, admin])
        expect(await client.post(`${ROOT}/${id}/update`, { content: 'x' })).toMatchObject(unknown);
      expect(await contentsOf(user)).toEqual(['mine']);
      expect(await user.api.post(`${ROOT}/${id}/update`, { content: ' ' })).toMatchObject({ status: 400 });
      expect((await user.api.post(`${ROOT}/${id}/update`, { content: 5 })).status).toBe(422);
    });
  });

  describe('DELETE /api/v1/memories', () => {
    it('of one is false for an unknown and a foreign id', async () => {
      const id = await add(user, 'mine');
      for (const client of [other.api, admin.api]) expect((await client.delete(`${ROOT}/${id}`)).body).toBe(false);
      expect((await user.api.delete(`${ROOT}/${id}`)).body).toBe(true);
      expect((await user.api.delete(`${ROOT}/${id}`)).body).toBe(false);
      expect(await rows('SELECT 1 FROM source_document WHERE owner_id = $1', user.id)).toEqual([]);
    });

    it('of all leaves those of others', async () => {
      await Promise.all([add(user, 'a'), add(user, 'b'), add(other, 'c')]);
      expect((await user.api.delete(`${ROOT}/delete/user`)).body).toBe(true);
      expect([await contentsOf(user), await contentsOf(other)]).toEqual([[], ['c']]);
      expect(await recalled(other, 'c')).toEqual(['c']);
      expect(await rows('SELECT 1 FROM source_document WHERE owner_id = $1', user.id)).toEqual([]);
    });

    it('of an account takes its memories and vectors along', async () => {
      await add(user, 'a');
      expect((await admin.api.delete(`/api/v1/users/${user.id}`)).status).toBe(200);
      for (const table of ['memory WHERE user_id', 'source_document WHERE owner_id'])
        expect(await rows(`SELECT 1 FROM ${table} = $1`, user.id)).toEqual([]);
    });
  });

  describe('POST /api/v1/memories/reset', () => {
    it('indexes the memories of the account anew', async () => {
      const ids = [await add(user, 'My dog is called Rex'), await add(user, 'I live in Paris')];
      await add(other, 'c');
      await rows('DELETE FROM source_document');
      expect((await user.api.post(`${ROOT}/reset`)).body).toBe(true);
      const hashes = await eventually(async () => {
        const found = await rows('SELECT hash FROM source_document WHERE is_ready ORDER BY hash');
        return found.length === 2 ? found.map(({ hash }) => hash) : undefined;
      });
      expect(hashes).toEqual([...ids].sort());
      expect(await recalled(user, 'dog')).toEqual(['My dog is called Rex']);
    });

    it('follows a reset of the whole index', async () => {
      const id = await add(user, 'My dog is called Rex');
      expect((await admin.api.post('/api/v1/retrieval/reset/db')).status).toBe(200);
      await eventually(async () => (await rows('SELECT 1 FROM source_document WHERE hash = $1', id))[0]);
    });
  });

  describe('GET /api/v1/memories/ef', () => {
    it('is for administrators', async () => {
      expect(await user.api.get(`${ROOT}/ef`)).toMatchObject(refusal(401, Detail.accessProhibited));
      expect((await admin.api.get(`${ROOT}/ef`)).body.result.length).toBeGreaterThan(1);
    });
  });

  describe('without vectors', () => {
    it('a memory is found by its words, and embedded once the engine is back', async () => {
      const released = deferred<void>();
      engine.handler = async (request) => {
        await released.promise;
        return embeddingsOf(request);
      };
      await add(user, 'My dog is called Rex');
      await add(user, 'I live in Paris');
      expect(await recalled(user, 'dogs', 2)).toEqual(['My dog is called Rex', 'I live in Paris']);
      released.resolve();
      await untilEmbedded(user);
      expect(await recalled(user, 'I live in Paris')).toEqual(['I live in Paris']);
    });

    it('a text that the engine refuses is stored all the same', async () => {
      engine.handler = () => ({ status: 400, json: { error: { message: 'too long' } } });
      await add(user, 'My dog is called Rex');
      expect(await recalled(user, 'dog')).toEqual(['My dog is called Rex']);
    });
  });

  it('cannot be written as a collection of documents', async () => {
    await add(user, 'mine');
    const form = { name: 'n', content: 'text', collection_name: `user-memory-${user.id}` };
    expect((await user.api.post('/api/v1/retrieval/process/text', form)).status).toBe(403);
  });

  describe('in a reply', () => {
    const ask = async (features: object, ...system: string[]): Promise<Json[]> => {
      const messages = [
        ...system.map((content) => ({ role: 'system', content })),
        { role: 'user', content: 'which dog' },
      ];
      const sent = provider.nextChat();
      expect((await user.api.post('/api/chat/completions', { model: 'fake-small', messages, features })).status).toBe(
        200,
      );
      return ((await sent).body as Json).messages;
    };
    const day = (seconds: number) => {
      const time = new Date(seconds * 1000);
      return [time.getFullYear(), time.getMonth() + 1, time.getDate()]
        .map((part) => String(part).padStart(2, '0'))
        .join('-');
    };

    it('stand behind the system message, at most three, nearest first', async () => {
      for (const content of ['I live in Paris', 'My dog is called Rex', 'I work at night', 'I play chess'])
        await add(user, content);
      const [{ created_at: time }] = (await user.api.get(ROOT)).body;
      const [system, question] = await ask({ memory: true }, 'Sys');
      const lines: string[] = system.content.split('\n');
      expect([lines.slice(0, 3), lines.length]).toEqual([
        ['Sys', 'User Context:', `1. [${day(time)}] My dog is called Rex`],
        7,
      ]);
      expect(system.content.endsWith('\n\n')).toBe(true);
      expect(question).toEqual({ role: 'user', content: 'which dog' });
    });

    it('are bounded', async () => {
      for (const letter of ['a', 'b', 'c']) await add(user, letter.repeat(10_000));
      const [system] = await ask({ memory: true });
      expect(system.role).toBe('system');
      expect(system.content.length).toBeLessThan(12_100);
    });

    it('add nothing when there are none, when not asked for, and while disabled', async () => {
      await add(other, 'My dog is called Max');
      expect(await ask({ memory: true })).toHaveLength(1);
      await add(user, 'My dog is called Rex');
      expect(await ask({})).toHaveLength(1);
      await app.get(SettingsStore).save(MemoriesSettings, { enable: false });
      expect(await ask({ memory: true })).toHaveLength(1);
      await app.get(SettingsStore).save(MemoriesSettings, { enable: true });
    });

    it('by voice the prompt for it comes first', async () => {
      await add(user, 'My dog is called Rex');
      const store = app.get(SettingsStore);
      expect((await ask({ voice: true }, 'Sys'))[0].content).toMatch(/^You are talking with the user[^]*\nSys$/);
      await store.save(TaskSettings, { voice_prompt_template: 'VOICE' });
      expect((await ask({ voice: true, memory: true }, 'Sys'))[0].content).toMatch(/^VOICE\nSys\nUser Context:\n1\. /);
      await store.save(TaskSettings, { voice_prompt_template: null });
      expect(await ask({ voice: true })).toHaveLength(1);
    });
  });
});
