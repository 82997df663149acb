import { createHash, randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { Detail } from '../../src/common/errors/details';
import { IngestDetail } from '../../src/modules/retrieval/ingest/ingest.errors';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { createGroup } from '../support/factories/groups';
import { api } from '../support/http';
import { queriesOf } from '../support/query-counter';
import { processed, upload } from '../support/uploads';

const ROOT = '/api/v1/retrieval';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const refusal = (status: number, detail: string) => ({ status, body: { detail } });
const NOTHING = { distances: [[]], documents: [[]], metadatas: [[]] };

describe('/api/v1/retrieval', () => {
  let app: TestApp;
  let admin: TestUser;
  let user: TestUser;
  let victim: TestUser;
  let pending: TestUser;
  /** Of the victim. */
  let secretFile: string;
  let secretBase: string;

  const post = (who: TestUser, path: string, body?: unknown) => who.api.post(`${ROOT}/${path}`, body);
  const queryDoc = (who: TestUser, collection_name: string, query: string, more = {}) =>
    post(who, 'query/doc', { collection_name, query, ...more });
  const queryAll = (who: TestUser, collection_names: string[], query: string, more = {}) =>
    post(who, 'query/collection', { collection_names, query, ...more });
  const textOf = async (id: string) => (await admin.api.get(`/api/v1/files/${id}/data/content`)).body.content as string;
  const rowsOf = async (sql: string) =>
    app.get(DataSource).query<{ n: number }[]>(`SELECT count(*)::int AS n FROM ${sql}`);
  const chunksOf = async (fileId: string) =>
    (await rowsOf(`chunk JOIN source_document d ON d.id = document_id WHERE d.file_id = '${fileId}'`))[0]!.n;

  beforeAll(async () => {
    app = await startTestApp();
    admin = await asUser(app, 'admin');
    [user, victim, pending] = await Promise.all([asUser(app), asUser(app), asUser(app, 'pending')]);
    await createGroup(admin, [user, victim], { workspace: { knowledge: true }, sharing: { knowledge: true } });
    secretFile = await processed(app, victim, 'The password of the vault is swordfish.', 'secret.txt');
    const base = { name: 'Secrets', description: '', access_control: {} };
    secretBase = (await victim.api.post('/api/v1/knowledge/create', base)).body.id as string;
    const { status } = await victim.api.post(`/api/v1/knowledge/${secretBase}/file/add`, { file_id: secretFile });
    expect(status).toBe(200);
  });
  afterAll(() => app.close());

  describe('GET /', () => {
    it('tells users that there is full text alone', async () => {
      const { status, body } = await user.api.get(`${ROOT}/`);
      expect(status).toBe(200);
      expect(body).toMatchObject({
        status: true,
        CHUNK_SIZE: 1000,
        is_embedding_configured: false,
        search: 'full_text',
      });
    });

    it('refuses anonymous and pending accounts', async () => {
      expect((await api(app.url).get(`${ROOT}/`)).status).toBe(401);
      expect((await pending.api.get(`${ROOT}/`)).status).toBe(401);
    });
  });

  describe('POST /config/update', () => {
    const update = (body: unknown) => admin.api.post(`${ROOT}/config/update`, body);

    it('leaves absent keys as they are; null clears limits only', async () => {
      await update({ FILE_MAX_SIZE: 5, TOP_K: 7, web: { WEB_SEARCH_RESULT_COUNT: 4 } });
      const after = (await update({ CHUNK_OVERLAP: 90, TOP_K: null, web: { WEB_SEARCH_ENGINE: 'searxng' } })).body;
      expect(after).toMatchObject({ FILE_MAX_SIZE: 5, TOP_K: 7, CHUNK_OVERLAP: 90 });
      expect(after.web).toMatchObject({ WEB_SEARCH_RESULT_COUNT: 4, WEB_SEARCH_ENGINE: 'searxng' });
      expect((await update({ FILE_MAX_SIZE: null, TOP_K: 3, CHUNK_OVERLAP: 100 })).body.FILE_MAX_SIZE).toBeNull();
    });

    it('keeps lists lists, whatever null is sent', async () => {
      const nulls = {
        WEB_SEARCH_DOMAIN_FILTER_LIST: null,
        YOUTUBE_LOADER_LANGUAGE: null,
        WEB_SEARCH_RESULT_COUNT: null,
      };
      const { web } = (await update({ web: nulls })).body;
      expect(web).toMatchObject({
        WEB_SEARCH_DOMAIN_FILTER_LIST: [],
        YOUTUBE_LOADER_LANGUAGE: [],
        WEB_SEARCH_RESULT_COUNT: 4,
      });
      await update({ web: { WEB_SEARCH_ENGINE: '', WEB_SEARCH_RESULT_COUNT: 3 } });
    });

    it('masks keys, and keeps the stored one for a mask', async () => {
      const key = `key-${randomUUID()}`;
      const shown = (await update({ web: { BRAVE_SEARCH_API_KEY: key } })).body.web.BRAVE_SEARCH_API_KEY as string;
      expect(shown).toMatch(/^\*{8}/);
      const config = (await admin.api.get(`${ROOT}/config`)).body;
      expect(JSON.stringify(config)).not.toContain(key);
      expect((await update(config)).body.web.BRAVE_SEARCH_API_KEY).toBe(shown);
      await update({ web: { BRAVE_SEARCH_API_KEY: '' } });
    });

    it('changes nothing when one value is invalid', async () => {
      const before = (await admin.api.get(`${ROOT}/config`)).body;
      expect((await update({ RAG_FULL_CONTEXT: true, CHUNK_SIZE: -1 })).status).toBe(400);
      expect((await admin.api.get(`${ROOT}/config`)).body).toEqual(before);
    });
  });

  describe('POST /process/file', () => {
    it('indexes the file, and twice has the chunks once', async () => {
      const { body: file } = await upload(app, user, 'Herons eat frogs.', { query: '?process=false' });
      const both = await Promise.all([1, 2].map(() => post(user, 'process/file', { file_id: file.id })));
      for (const { status, body } of both) {
        expect(status).toBe(200);
        expect(body).toMatchObject({ status: true, collection_name: `file-${file.id}`, content: 'Herons eat frogs.' });
      }
      expect(await chunksOf(file.id)).toBe(1);
      expect((await queryDoc(user, `file-${file.id}`, 'herons')).body.documents).toEqual([['Herons eat frogs.']]);
    });

    it('replaces the text by a given one', async () => {
      const id = await processed(app, user, 'old words');
      const { body } = await post(user, 'process/file', { file_id: id, content: 'new<br/>words' });
      expect(body.content).toBe('new<br/>words');
      expect((await queryDoc(user, `file-${id}`, 'words')).body.documents).toEqual([['new\nwords']]);
    });

    it.each([
      ['a foreign file', () => secretFile],
      ['an unknown file', () => randomUUID()],
      ['no id at all', () => "x' OR '1'='1"],
    ])('answers the same for %s', async (_, id) => {
      const response = await post(user, 'process/file', { file_id: id(), content: 'mine now' });
      expect(response).toMatchObject(refusal(404, Detail.notFound));
      expect(await textOf(secretFile)).toContain('swordfish');
    });

    it('lets a file into no collection of others', async () => {
      const id = await processed(app, user, 'poison');
      for (const collection_name of [secretBase, `file-${secretFile}`, randomUUID(), `user-memory-${victim.id}`])
        expect(await post(user, 'process/file', { file_id: id, collection_name })).toMatchObject(
          refusal(403, Detail.accessProhibited),
        );
      expect((await queryDoc(victim, secretBase, 'poison password')).body.documents).toEqual([
        ['The password of the vault is swordfish.'],
      ]);
    });

    it('fails with the reason', async () => {
      const { body: file } = await upload(app, user, '   ', { query: '?process=false' });
      expect(await post(user, 'process/file', { file_id: file.id })).toMatchObject(refusal(400, IngestDetail.empty));
      expect((await user.api.get(`/api/v1/files/${file.id}`)).body.data).toMatchObject({
        status: 'failed',
        error: IngestDetail.empty,
      });
    });
  });

  describe('POST /process/text', () => {
    it('makes a collection named after the text, once', async () => {
      const content = `A text of ${randomUUID()}`;
      for (const name of ['first', 'second']) {
        const { body } = await post(user, 'process/text', { name, content });
        expect(body).toEqual({ status: true, collection_name: sha256(content), content });
      }
      const { metadatas } = (await queryDoc(user, sha256(content), 'text')).body;
      expect(metadatas).toEqual([[{ name: 'first', created_by: user.id, start_index: 0 }]]);
    });

    it('has names apart for each account', async () => {
      await post(user, 'process/text', { name: 'mine', content: 'walrus of the user', collection_name: 'shared' });
      expect((await queryDoc(victim, 'shared', 'walrus')).body).toBeNull();
      await post(victim, 'process/text', {
        name: 'theirs',
        content: 'walrus of the victim',
        collection_name: 'shared',
      });
      expect((await queryDoc(user, 'shared', 'walrus')).body.documents).toEqual([['walrus of the user']]);
      expect((await queryDoc(victim, 'shared', 'walrus')).body.documents).toEqual([['walrus of the victim']]);
    });

    it.each([
      ['a foreign base', () => secretBase],
      ['an unknown base', () => randomUUID()],
      ['a foreign file', () => `file-${secretFile}`],
      ['foreign memories', () => `user-memory-${victim.id}`],
    ])('writes to no collection that is %s', async (_, name) => {
      const body = { name: 'x', content: 'poison', collection_name: name() };
      expect(await post(user, 'process/text', body)).toMatchObject(refusal(403, Detail.accessProhibited));
    });

    it('refuses a blank text', async () => {
      expect(await post(user, 'process/text', { name: 'x', content: ' \n ' })).toMatchObject(
        refusal(400, IngestDetail.empty),
      );
    });
  });

  describe('POST /process/files/batch', () => {
    it('has a result for each file, and none of what it may not tell', async () => {
      const id = await processed(app, user, 'Bees dance.');
      const unknown = randomUUID();
      const files = [secretFile, id, unknown].map((file) => ({ id: file, data: { content: 'Overwritten.' } }));
      const { body } = await post(user, 'process/files/batch', { files, collection_name: 'batch' });
      const failed = (file_id: string) => ({ file_id, status: 'failed', error: Detail.notFound });
      expect(body.results).toEqual([
        failed(secretFile),
        { file_id: id, status: 'completed', error: null },
        failed(unknown),
      ]);
      expect(body.errors).toEqual([failed(secretFile), failed(unknown)]);
      expect(await textOf(secretFile)).toContain('swordfish');
      expect(await textOf(id)).toBe('Bees dance.');
      expect((await queryDoc(user, 'batch', 'bees')).body.documents).toEqual([['Bees dance.']]);
    });

    it('adds to no base of others', async () => {
      const id = await processed(app, user, 'poison');
      const body = { files: [{ id }], collection_name: secretBase };
      expect(await post(user, 'process/files/batch', body)).toMatchObject(refusal(403, Detail.accessProhibited));
    });

    it('adds to an own base', async () => {
      const id = await processed(app, victim, 'The combination is 1234.');
      const { body } = await post(victim, 'process/files/batch', { files: [{ id }], collection_name: secretBase });
      expect(body.errors).toEqual([]);
      expect((await queryDoc(victim, secretBase, 'combination')).body.documents[0]).toContain(
        'The combination is 1234.',
      );
    });
  });

  describe('POST /process/web and /process/youtube', () => {
    it.each(['process/web', 'process/youtube'])('%s replaces no collection of others', async (path) => {
      for (const collection_name of [secretBase, `file-${secretFile}`, `user-memory-${victim.id}`, randomUUID()])
        expect(await post(user, path, { url: 'https://example.com/', collection_name })).toMatchObject(
          refusal(403, Detail.accessProhibited),
        );
      expect((await queryDoc(victim, secretBase, 'password')).body.documents[0][0]).toContain('swordfish');
    });

    it.each(['http://127.0.0.1/', 'http://[::1]/', 'http://169.254.169.254/', 'file:///etc/passwd', 'x'])(
      'fetches no %s',
      async (url) => expect((await post(user, 'process/web', { url })).status).toBe(400),
    );
  });

  describe('queries', () => {
    const carriers = () => [secretBase, `file-${secretFile}`, `user-memory-${victim.id}`, randomUUID(), "x' or '1'='1"];

    it('find nothing of others, and say nothing of what exists', async () => {
      for (const name of carriers()) {
        expect(await queryDoc(user, name, 'password swordfish')).toMatchObject({ status: 200, body: null });
        expect(await queryDoc(user, name, 'password swordfish', { hybrid: true, k: 1e9 })).toMatchObject({
          body: null,
        });
      }
      expect((await queryAll(user, carriers(), 'password swordfish')).body).toEqual(NOTHING);
    });

    it('find what was shared, until it is not', async () => {
      const share = (access_control: object) =>
        victim.api.post(`/api/v1/knowledge/${secretBase}/update`, { name: 'Secrets', description: '', access_control });
      await share({ read: { group_ids: [], user_ids: [user.id] }, write: { group_ids: [], user_ids: [] } });
      for (const name of [secretBase, `file-${secretFile}`])
        expect((await queryDoc(user, name, 'password')).body.documents[0][0]).toContain('swordfish');
      await share({});
      expect((await queryDoc(user, secretBase, 'password')).body).toBeNull();
    });

    it('search many collections by a constant number of statements', async () => {
      const names = Array.from({ length: 500 }, (_, index) => (index % 2 ? `file-${randomUUID()}` : `none-${index}`));
      const few = await queriesOf(app.get(DataSource), () => queryAll(user, names.slice(0, 2), 'password'));
      const many = await queriesOf(app.get(DataSource), () => queryAll(user, names, 'password'));
      expect(many.length).toBe(few.length);
      expect(
        (
          await queryAll(
            user,
            Array.from({ length: 10_000 }, () => randomUUID()),
            'x',
          )
        ).status,
      ).toBe(422);
    });

    it('take any number of passages, and odd questions', async () => {
      for (const more of [{ k: 1e9 }, { k: -5 }, { k: 0, k_reranker: 1e15, r: -1 }])
        expect((await queryDoc(victim, `file-${secretFile}`, 'password', more)).status).toBe(200);
      for (const query of ['', ' ', '"(:*&|!<->', '\u0000', '🦆'.repeat(1000)])
        expect((await queryDoc(victim, `file-${secretFile}`, query)).status).toBe(200);
      expect((await queryDoc(victim, `file-${secretFile}`, 'x'.repeat(100_000))).status).toBe(422);
    });
  });

  describe('DELETE of a file', () => {
    it('leaves no chunk behind, in whichever collection', async () => {
      const id = await processed(app, user, 'Ephemeral otters.');
      await post(user, 'process/file', { file_id: id, collection_name: 'otters' });
      expect((await queryDoc(user, 'otters', 'otters')).body.documents).toEqual([['Ephemeral otters.']]);
      await user.api.delete(`/api/v1/files/${id}`);
      expect((await queryDoc(user, 'otters', 'otters')).body).toBeNull();
      expect(await chunksOf(id)).toBe(0);
    });
  });

  describe('POST /delete', () => {
    it('takes a file out of a collection', async () => {
      const id = await processed(app, admin, 'Moles dig.');
      await post(admin, 'process/file', { file_id: id, collection_name: 'moles' });
      const remove = (collection_name: string) => post(admin, 'delete', { collection_name, file_id: id });
      expect((await remove('none')).body).toEqual({ status: false });
      expect((await remove('moles')).body).toEqual({ status: true });
      expect((await queryDoc(admin, 'moles', 'moles')).body).toBeNull();
      expect((await remove(`file-${id}`)).body).toEqual({ status: true });
      expect(await chunksOf(id)).toBe(0);
    });

    it('takes a file out of a knowledge base, and out of no other', async () => {
      const id = await processed(app, admin, 'Badgers dig.');
      const [first, second] = await Promise.all(
        ['A', 'B'].map(async (name) => {
          const base = (await user.api.post('/api/v1/knowledge/create', { name, description: '' })).body.id as string;
          await admin.api.post(`/api/v1/knowledge/${base}/file/add`, { file_id: id });
          return base;
        }),
      );
      const remove = (file_id: string) => post(admin, 'delete', { collection_name: first, file_id });
      const filesOf = async (base?: string) => (await user.api.get(`/api/v1/knowledge/${base}`)).body.files.length;
      expect((await remove('none')).body).toEqual({ status: false });
      expect((await remove(id)).body).toEqual({ status: true });
      expect((await remove(id)).body).toEqual({ status: false });
      expect([await filesOf(first), await filesOf(second), await chunksOf(id)]).toEqual([0, 1, 1]);
      expect((await queryDoc(user, first!, 'badgers')).body).toBeNull();
      expect((await queryDoc(user, second!, 'badgers')).body.documents[0]).toEqual(['Badgers dig.']);
    });
  });

  describe('GET /ef/:text', () => {
    it('exists only in development', async () => {
      expect((await admin.api.get(`${ROOT}/ef/hello`)).status).toBe(404);
      expect((await user.api.get(`${ROOT}/ef/hello`)).status).toBe(401);
    });
  });

  describe('for administrators alone', () => {
    it.each(['config/update', 'embedding/update', 'delete', 'reset/db', 'reset/uploads'])('POST /%s', async (path) => {
      expect((await post(user, path, {})).status).toBe(401);
    });
  });

  /** Last: they delete what the others use. */
  describe('resets', () => {
    it('POST /reset/uploads deletes the bytes and leaves the rows', async () => {
      expect(await post(admin, 'reset/uploads')).toMatchObject({ status: 200, body: true });
      expect((await rowsOf(`blob_reference WHERE kind = 'file'`))[0]!.n).toBe(0);
      expect((await victim.api.get(`/api/v1/files/${secretFile}`)).status).toBe(200);
      expect((await post(victim, 'process/file', { file_id: secretFile })).status).toBe(200);
    });

    it('POST /reset/db deletes documents and bases, and the files stay', async () => {
      expect(await post(admin, 'reset/db')).toMatchObject({ status: 200, body: null });
      for (const table of ['source_document', 'chunk', 'knowledge', 'collection_file'])
        expect((await rowsOf(table))[0]!.n).toBe(0);
      expect((await queryDoc(victim, `file-${secretFile}`, 'password')).body).toBeNull();
      expect(await textOf(secretFile)).toContain('swordfish');
    });

    it('DELETE /api/v1/files/all deletes the texts of collections, too', async () => {
      await post(user, 'process/text', { name: 'left', content: 'left over', collection_name: 'left' });
      expect((await queryDoc(user, 'left', 'over')).body).not.toBeNull();
      expect((await admin.api.delete('/api/v1/files/all')).status).toBe(200);
      while ((await rowsOf('source_document'))[0]!.n > 0) await new Promise(setImmediate);
      expect((await queryDoc(user, 'left', 'over')).body).toBeNull();
    });
  });
});
