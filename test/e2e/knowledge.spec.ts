import { createHash, randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { Detail } from '../../src/common/errors/details';
import { FileProcessingService } from '../../src/modules/files/file-processing.service';
import { FilesService } from '../../src/modules/files/files.service';
import { KnowledgeDetail } from '../../src/modules/knowledge/knowledge.errors';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { createGroup } from '../support/factories/groups';
import { api, type Answer, type Api } from '../support/http';
import { queriesOf } from '../support/query-counter';

const ROOT = '/api/v1/knowledge';
const NONE = { group_ids: [], user_ids: [] };
const refusal = (status: number, detail: string) => ({ status, body: { detail } });
const idsOf = (rows: { id: string }[]) => rows.map(({ id }) => id);
const filesOf = ({ body }: Answer<{ files: { id: string }[] }>) => idsOf(body.files);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('/api/v1/knowledge', () => {
  let app: TestApp;
  let database: DataSource;
  let admin: TestUser;
  /** Holds `workspace.knowledge` and `sharing.knowledge`. */
  let author: TestUser;
  let other: TestUser;
  /** Member of `group`. */
  let member: TestUser;
  let group: string;

  /** A base of the author; private by default. */
  async function createBase(access_control: object | null = {}, owner = author): Promise<string> {
    const { status, body } = await owner.api.post(`${ROOT}/create`, { name: 'Base', description: '', access_control });
    expect(status).toBe(200);
    return body.id;
  }

  /** A file without bytes, whose text is extracted by default. */
  async function createFile(owner: TestUser, text: string, row: { status?: string | null; error?: string } = {}) {
    const id = randomUUID();
    const { status = 'completed', error = null } = row;
    await database.query(
      `INSERT INTO file (id, user_id, filename, content_type, size, hash, status, error, meta, has_blob, created_at, updated_at)
       VALUES ($1, $2, $3, 'text/plain', 1, $4, $5, $6, '{"data": {}}', false, 1, 1)`,
      [id, owner.id, `${text.slice(0, 20)}.txt`, status === 'completed' ? sha256(text) : null, status, error],
    );
    await database.query('INSERT INTO file_content VALUES ($1, $2)', [id, text]);
    return id;
  }

  const add = (user: TestUser, base: string, file_id: string) => user.api.post(`${ROOT}/${base}/file/add`, { file_id });
  const addAll = (user: TestUser, base: string, ids: string[]) =>
    user.api.post(
      `${ROOT}/${base}/files/batch/add`,
      ids.map((file_id) => ({ file_id })),
    );
  const remove = (user: TestUser, base: string, file_id: string, query = '') =>
    user.api.post(`${ROOT}/${base}/file/remove${query}`, { file_id });
  const countRows = async (sql: string, ...values: unknown[]): Promise<number> =>
    (await database.query<{ n: number }[]>(`SELECT count(*)::int AS n FROM ${sql}`, values))[0]!.n;

  beforeAll(async () => {
    app = await startTestApp();
    database = app.get(DataSource);
    admin = await asUser(app, 'admin');
    [author, other, member] = await Promise.all([asUser(app), asUser(app), asUser(app)]);
    const permissions = { workspace: { knowledge: true }, sharing: { knowledge: true } };
    await createGroup(admin, [author, other], permissions);
    group = await createGroup(admin, [member]);
  });
  afterAll(() => app.close());

  const routes: [string, (client: Api) => Promise<Answer>][] = [
    ['GET /', (client) => client.get(`${ROOT}/`)],
    ['GET /list', (client) => client.get(`${ROOT}/list`)],
    ['POST /create', (client) => client.post(`${ROOT}/create`, {})],
    ['POST /reindex', (client) => client.post(`${ROOT}/reindex`)],
    ['GET /reindex', (client) => client.get(`${ROOT}/reindex`)],
    ['GET /{id}', (client) => client.get(`${ROOT}/any`)],
    ['POST /{id}/update', (client) => client.post(`${ROOT}/any/update`, {})],
    ['POST /{id}/file/add', (client) => client.post(`${ROOT}/any/file/add`, {})],
    ['POST /{id}/file/update', (client) => client.post(`${ROOT}/any/file/update`, {})],
    ['POST /{id}/file/remove', (client) => client.post(`${ROOT}/any/file/remove`, {})],
    ['POST /{id}/files/batch/add', (client) => client.post(`${ROOT}/any/files/batch/add`, [])],
    ['POST /{id}/files/compare', (client) => client.post(`${ROOT}/any/files/compare`, {})],
    ['POST /{id}/reset', (client) => client.post(`${ROOT}/any/reset`)],
    ['DELETE /{id}/delete', (client) => client.delete(`${ROOT}/any/delete`)],
  ];

  describe.each(routes)('%s', (_, send) => {
    it('requires credentials', async () => {
      expect(await send(api(app.url))).toMatchObject(refusal(401, Detail.notAuthenticated));
    });

    it('refuses pending accounts', async () => {
      const pending = await asUser(app, 'pending');
      expect(await send(pending.api)).toMatchObject(refusal(401, Detail.accessProhibited));
    });
  });

  /** What changes a base, sent with a body that is valid. */
  const changes: [string, (user: TestUser, base: string) => Promise<Answer>][] = [
    ['update', (user, base) => user.api.post(`${ROOT}/${base}/update`, { name: 'X', description: '' })],
    ['file/add', (user, base) => add(user, base, 'any')],
    ['file/update', (user, base) => user.api.post(`${ROOT}/${base}/file/update`, { file_id: 'any' })],
    ['file/remove', (user, base) => remove(user, base, 'any')],
    ['files/batch/add', (user, base) => addAll(user, base, [])],
    ['files/compare', (user, base) => user.api.post(`${ROOT}/${base}/files/compare`, { files: [] })],
    ['reset', (user, base) => user.api.post(`${ROOT}/${base}/reset`)],
    ['delete', (user, base) => user.api.delete(`${ROOT}/${base}/delete`)],
  ];

  describe.each(changes)('%s', (_, send) => {
    it('refuses readers, also of a public base, and changes nothing', async () => {
      const file = await createFile(author, randomUUID());
      for (const sharing of [{ read: { user_ids: [other.id] } }, null]) {
        const base = await createBase(sharing, sharing === null ? admin : author);
        await add(admin, base, file);
        const before = await admin.api.get(`${ROOT}/${base}`);
        expect(await send(other, base)).toMatchObject(refusal(400, Detail.accessProhibited));
        expect((await admin.api.get(`${ROOT}/${base}`)).body).toEqual(before.body);
      }
    });

    it('refuses users without a grant and unknown ids', async () => {
      expect(await send(other, await createBase())).toMatchObject(refusal(400, Detail.accessProhibited));
      expect(await send(author, 'nope')).toMatchObject(refusal(400, Detail.notFound));
    });
  });

  describe('POST /create', () => {
    it('takes the permission workspace.knowledge', async () => {
      const form = { name: 'Base', description: '' };
      expect(await member.api.post(`${ROOT}/create`, form)).toMatchObject(refusal(401, Detail.unauthorized));
      expect(await admin.api.post(`${ROOT}/create`, form)).toMatchObject({
        status: 200,
        body: { access_control: null },
      });
    });

    it('keeps a base private that its owner may not publish', async () => {
      const { body } = await author.api.post(`${ROOT}/create`, { name: 'B', description: 'd', access_control: null });
      expect(body).toEqual({
        ...{ id: expect.any(String), user_id: author.id, name: 'B', description: 'd', meta: null, access_control: {} },
        ...{ created_at: expect.any(Number), updated_at: expect.any(Number), files: null },
      });
      expect((await other.api.get(`${ROOT}/${body.id}`)).body).toBeNull();
    });

    it.each([
      [{ name: 'x' }, ['body', 'description'], 'missing'],
      [{ name: 1, description: '' }, ['body', 'name'], 'string_type'],
      [{ name: 'x', description: '', access_control: [] }, ['body', 'access_control'], 'model_attributes_type'],
    ])('refuses %j', async (form, loc, type) => {
      const { status, body } = await author.api.post(`${ROOT}/create`, form);
      expect([status, body.detail[0].loc, body.detail[0].type]).toEqual([422, loc, type]);
    });
  });

  describe('GET / and GET /list', () => {
    it('lists what may be read and what may be changed, with owners and files, last change first', async () => {
      const [own, shared, toGroup] = [
        await createBase(),
        await createBase({ read: { user_ids: [member.id] } }),
        await createBase({ read: { group_ids: [group] }, write: { group_ids: [group] } }),
      ];
      const file = await createFile(author, randomUUID());
      await add(author, shared, file);
      await database.query('UPDATE knowledge SET updated_at = 100 + seq');
      const mine = [own, shared, toGroup];
      const listed = async (user: TestUser, path: string) =>
        idsOf((await user.api.get<{ id: string }[]>(`${ROOT}${path}`)).body).filter((id) => mine.includes(id));

      expect(await listed(author, '/')).toEqual([toGroup, shared, own]);
      expect(await listed(member, '/')).toEqual([toGroup, shared]);
      expect(await listed(member, '/list')).toEqual([toGroup]);
      expect(await listed(admin, '/list')).toEqual([toGroup, shared, own]);
      const { body } = await member.api.get<{ id: string }[]>(`${ROOT}/`);
      expect(body.find(({ id }) => id === shared)).toMatchObject({
        user: { id: author.id, name: author.name, role: 'user', email: author.email },
        files: [{ id: file, hash: expect.any(String), meta: { content_type: 'text/plain', size: 1, data: {} } }],
      });
    });

    it('takes as many queries for many bases and files as for none, and never reads texts', async () => {
      const owner = await asUser(app);
      const list = () => queriesOf(database, () => owner.api.get(`${ROOT}/`));
      await list();
      const before = await list();
      const insert = `INSERT INTO knowledge (id, user_id, name, description, created_at, updated_at)
        SELECT 'many-' || i, $1, 'n', '', 1, 1 FROM generate_series(1, 20) i`;
      await database.query(insert, [owner.id]);
      const file = await createFile(owner, randomUUID());
      await database.query(
        `INSERT INTO knowledge_file (knowledge_id, file_id, user_id, created_at)
         SELECT 'many-' || i, $1, $2, 1 FROM generate_series(1, 20) i`,
        [file, owner.id],
      );
      const after = await list();
      // Files are asked for only when there are bases.
      expect(after.length).toBeLessThanOrEqual(before.length + 3);
      expect(after.filter((sql) => sql.includes('file_content'))).toEqual([]);
    });
  });

  describe('GET /{id}', () => {
    it('answers null for a base that is not shared, and 401 for an unknown one', async () => {
      expect(await other.api.get(`${ROOT}/${await createBase()}`)).toMatchObject({ status: 200, body: null });
      expect(await author.api.get(`${ROOT}/nope`)).toMatchObject(refusal(401, Detail.notFound));
    });

    it('pages and searches the files', async () => {
      const base = await createBase();
      const names = ['red one', 'blue two', 'red three', '100% four'];
      const files = await Promise.all(names.map((name) => createFile(author, name)));
      await addAll(author, base, files);
      const page = (query: string) => author.api.get(`${ROOT}/${base}?${query}`);

      expect(await page('page=2&limit=3')).toMatchObject({ body: { total: 4, files: [{ id: files[3] }] } });
      expect(filesOf(await page('query=RED'))).toEqual([files[0], files[2]]);
      expect(filesOf(await page('query=%25'))).toEqual([files[3]]);
      expect(await page('query=green')).toMatchObject({ body: { total: 0, files: [] } });
      const states = [
        await createFile(author, 'late', { status: 'pending' }),
        await createFile(author, 'bad', { status: 'failed', error: 'Broken' }),
      ];
      await database.query(
        'INSERT INTO knowledge_file (knowledge_id, file_id, user_id, created_at) SELECT $1, unnest($2::text[]), $3, 1',
        [base, states, author.id],
      );
      expect((await page('page=1')).body).toMatchObject({ total: 6, pending: 1, failed: 1 });
      expect((await page('query=bad')).body.files).toMatchObject([{ data: { status: 'failed', error: 'Broken' } }]);
      expect((await page('page=0')).status).toBe(422);
      expect((await page('limit=1001')).status).toBe(422);
      expect(await author.api.get(`${ROOT}/${base}`)).not.toHaveProperty('body.total');
    });
  });

  describe('POST /{id}/update', () => {
    it('keeps a base private that a writer may not publish', async () => {
      const base = await createBase({ read: { user_ids: [other.id] }, write: { user_ids: [other.id] } });
      const form = { name: 'New', description: 'd', access_control: null };
      const { body } = await other.api.post(`${ROOT}/${base}/update`, form);
      expect(body).toMatchObject({ name: 'New', description: 'd', access_control: {}, files: [] });
      expect((await other.api.get(`${ROOT}/${base}`)).body).toBeNull();
    });

    it('leaves the sharing alone that it does not name', async () => {
      const base = await createBase({ read: { user_ids: [other.id] } });
      await author.api.post(`${ROOT}/${base}/update`, { name: 'New', description: '' });
      const sharing = { read: { ...NONE, user_ids: [other.id] }, write: NONE };
      expect((await other.api.get(`${ROOT}/${base}`)).body.access_control).toEqual(sharing);
    });
  });

  describe('POST /{id}/file/add', () => {
    it('adds files in their order and says when', async () => {
      const base = await createBase();
      await database.query('UPDATE knowledge SET updated_at = 5 WHERE id = $1', [base]);
      const files = [await createFile(author, randomUUID()), await createFile(author, randomUUID())];
      for (const file of files) await add(author, base, file);
      const { body } = await author.api.get(`${ROOT}/${base}`);
      expect(idsOf(body.files)).toEqual(files);
      expect(body.updated_at).toBeGreaterThan(5);
    });

    it('opens the files of a base to those who may read it', async () => {
      const base = await createBase({ read: { user_ids: [other.id] } });
      const file = await createFile(author, 'A heron eats frogs.');
      const files = app.get(FilesService);
      const principalOf = (user: TestUser) => ({ ...user, groupIds: [], credential: undefined }) as never;
      const levels = async (user: TestUser) =>
        Promise.all((['read', 'write'] as const).map((level) => files.findAllFor(principalOf(user), level, [file])));
      expect(await levels(other)).toEqual([[], []]);
      await add(author, base, file);
      expect(await levels(other)).toEqual([[expect.objectContaining({ id: file })], []]);
    });

    it("refuses another user's file as a missing one, and links nothing", async () => {
      const base = await createBase();
      const foreign = await createFile(other, randomUUID());
      expect(await add(author, base, foreign)).toMatchObject(refusal(400, Detail.notFound));
      expect(await add(author, base, 'nope')).toMatchObject(refusal(400, Detail.notFound));
      expect(await countRows('knowledge_file WHERE knowledge_id = $1', base)).toBe(0);
    });

    it('passes on no more than reading to those who add a file that they may only read', async () => {
      const shared = await createBase({ read: { user_ids: [other.id] } });
      const file = await createFile(author, randomUUID());
      await add(author, shared, file);
      const own = await createBase({}, other);
      expect((await add(other, own, file)).status).toBe(200);
      const files = app.get(FilesService);
      const principal = { ...other, groupIds: [] } as never;
      expect(await files.findAllFor(principal, 'write', [file])).toEqual([]);
      expect((await remove(other, own, file)).status).toBe(200);
      expect(await countRows('file WHERE id = $1', file)).toBe(1);
    });

    it('refuses a text that the base has', async () => {
      const base = await createBase();
      const [first, second] = [await createFile(author, 'same text'), await createFile(author, 'same text')];
      expect((await add(author, base, first)).status).toBe(200);
      const duplicate = refusal(400, `400: ${KnowledgeDetail.duplicate}`);
      expect(await add(author, base, second)).toMatchObject(duplicate);
      expect(await add(author, base, first)).toMatchObject(duplicate);
      expect(filesOf(await author.api.get(`${ROOT}/${base}`))).toEqual([first]);
    });

    it('adds one of two files of the same text that are added at once', async () => {
      const base = await createBase();
      const text = randomUUID();
      const files = await Promise.all(Array.from({ length: 6 }, () => createFile(author, text)));
      const answers = await Promise.all(files.map((file) => add(author, base, file)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400, 400]);
    });

    it.each([
      ['that is not processed', { status: null }, KnowledgeDetail.noContent],
      ['whose processing failed', { status: 'failed', error: 'The file is encrypted' }, 'The file is encrypted'],
    ])('refuses a file %s', async (_, row, detail) => {
      const file = await createFile(author, randomUUID(), row);
      expect(await add(author, await createBase(), file)).toMatchObject(refusal(400, detail));
    });

    it('waits for a file that is being processed', async () => {
      const base = await createBase();
      const [file, failing] = [
        await createFile(author, randomUUID(), { status: 'pending' }),
        await createFile(author, randomUUID(), { status: 'pending' }),
      ];
      const processing = app.get(FileProcessingService);
      const answers = Promise.all([add(author, base, file), add(author, base, failing)]);
      await processing.complete(file, { text: 't', hash: sha256(file), isIndexed: true });
      await processing.fail(failing, 'No text was found');
      const [added, refused] = await answers;
      expect(filesOf(added)).toEqual([file]);
      expect(refused).toMatchObject(refusal(400, 'No text was found'));
    });
  });

  describe('POST /{id}/files/batch/add', () => {
    it('adds what can be added and warns of the rest', async () => {
      const base = await createBase();
      const text = randomUUID();
      const [good, pending, twin, raw, failed] = [
        await createFile(author, text),
        await createFile(author, randomUUID(), { status: 'pending' }),
        await createFile(author, text),
        await createFile(author, randomUUID(), { status: null }),
        await createFile(author, randomUUID(), { status: 'failed', error: 'Broken' }),
      ];
      const { status, body } = await addAll(author, base, [good, pending, twin, raw, failed, good]);
      expect([status, idsOf(body.files)]).toEqual([200, [good, pending]]);
      expect(body.warnings).toEqual({
        message: KnowledgeDetail.someFailed,
        errors: [`${raw}: ${KnowledgeDetail.noContent}`, `${failed}: Broken`, `${twin}: ${KnowledgeDetail.duplicate}`],
      });
    });

    it('is idempotent', async () => {
      const base = await createBase();
      const files = [await createFile(author, randomUUID()), await createFile(author, randomUUID())];
      await addAll(author, base, files);
      const again = await addAll(author, base, files);
      expect(filesOf(again)).toEqual(files);
      expect(again.body).not.toHaveProperty('warnings');
    });

    it("adds nothing when a file is missing or another user's, which are not told apart", async () => {
      const base = await createBase();
      const [own, foreign] = [await createFile(author, randomUUID()), await createFile(other, randomUUID())];
      expect(await addAll(author, base, [own, foreign])).toMatchObject(refusal(400, `File ${foreign} not found`));
      expect(await addAll(author, base, [own, 'nope'])).toMatchObject(refusal(400, 'File nope not found'));
      expect(await countRows('knowledge_file WHERE knowledge_id = $1', base)).toBe(0);
    });

    it.each([
      [{ file_id: 'x' }, ['body'], 'list_type'],
      [[{ file_id: 'x' }, 'y'], ['body', 1], 'model_attributes_type'],
      [[{}], ['body', 0, 'file_id'], 'missing'],
      [Array.from({ length: 10_001 }, () => ({ file_id: 'x' })), ['body'], 'too_long'],
    ])('refuses a wrong body (%#)', async (form, loc, type) => {
      const { status, body } = await author.api.post(`${ROOT}/${await createBase()}/files/batch/add`, form);
      expect([status, body.detail[0].loc, body.detail[0].type]).toEqual([422, loc, type]);
    });

    it('takes as many queries for 300 files as for one', async () => {
      const base = await createBase();
      const files = await Promise.all(Array.from({ length: 301 }, () => createFile(author, randomUUID())));
      const send = (ids: string[]) => queriesOf(database, () => addAll(author, base, ids));
      await send(files.slice(0, 1));
      expect((await send(files.slice(1))).length).toBe((await send([await createFile(author, randomUUID())])).length);
    });
  });

  describe('POST /{id}/file/remove', () => {
    it('deletes a file of the caller that is in no other base, with everything of it', async () => {
      const base = await createBase();
      const file = await createFile(author, randomUUID());
      await add(author, base, file);
      expect(await remove(author, base, file)).toMatchObject({ status: 200, body: { files: [] } });
      for (const sql of ['file WHERE id = $1', 'file_content WHERE file_id = $1', 'knowledge_file WHERE file_id = $1'])
        expect(await countRows(sql, file)).toBe(0);
      expect(await remove(author, base, file)).toMatchObject(refusal(400, Detail.notFound));
    });

    it('keeps the file on request, and one that another base has', async () => {
      const [base, second] = [await createBase(), await createBase()];
      const [kept, used] = [await createFile(author, randomUUID()), await createFile(author, randomUUID())];
      await addAll(author, base, [kept, used]);
      await add(author, second, used);
      await remove(author, base, kept, '?delete_file=false');
      await remove(author, base, used);
      expect(await countRows('file WHERE id = ANY($1)', [kept, used])).toBe(2);
      expect(filesOf(await author.api.get(`${ROOT}/${second}`))).toEqual([used]);
    });

    it("only unlinks another user's file", async () => {
      const base = await createBase({ read: { user_ids: [other.id] }, write: { user_ids: [other.id] } });
      const file = await createFile(author, randomUUID());
      await add(author, base, file);
      expect(await remove(other, base, file)).toMatchObject({ status: 200, body: { files: [] } });
      expect(await countRows('file WHERE id = $1', file)).toBe(1);
    });

    it('refuses a file that is not in the base, and keeps it', async () => {
      const base = await createBase();
      const [own, foreign] = [await createFile(author, randomUUID()), await createFile(other, randomUUID())];
      for (const file of [own, foreign]) {
        expect(await remove(author, base, file)).toMatchObject(refusal(400, Detail.notFound));
        expect(await countRows('file WHERE id = $1', file)).toBe(1);
      }
    });

    it('reads delete_file as contract clients write it', async () => {
      const { status, body } = await remove(author, await createBase(), 'x', '?delete_file=perhaps');
      expect([status, body.detail[0].loc]).toEqual([422, ['query', 'delete_file']]);
    });
  });

  describe('POST /{id}/file/update', () => {
    it('requests the processing of a file of the base, and of no other', async () => {
      const base = await createBase();
      const [file, elsewhere] = [await createFile(author, randomUUID()), await createFile(author, randomUUID())];
      await add(author, base, file);
      const send = (file_id: string) => author.api.post(`${ROOT}/${base}/file/update`, { file_id });
      expect(filesOf(await send(file))).toEqual([file]);
      expect(await countRows('file WHERE id = $1 AND revision = 1', file)).toBe(1);
      expect(await send(elsewhere)).toMatchObject(refusal(400, Detail.notFound));
      expect(await countRows('file WHERE id = $1 AND revision = 0', elsewhere)).toBe(1);
    });
  });

  describe('POST /{id}/files/compare', () => {
    it('tells which files of a client are missing, and which of the base the client has no more', async () => {
      const base = await createBase();
      const file = await createFile(author, 'notes');
      await add(author, base, file);
      const send = (files: object[]) => author.api.post(`${ROOT}/${base}/files/compare`, { files });
      const form = [
        { name: 'notes.txt', hash: sha256('new') },
        { name: 'more.txt', hash: sha256('more') },
      ];
      expect((await send(form)).body).toEqual({
        files: [
          { name: 'notes.txt', state: 'changed', file_id: file },
          { name: 'more.txt', state: 'missing', file_id: null },
        ],
        surplus: [],
      });
      expect((await send([])).body).toEqual({ files: [], surplus: [file] });
      expect((await send([{ name: 'x' }])).status).toBe(422);
    });
  });

  describe('POST /{id}/reset and DELETE /{id}/delete', () => {
    it('takes all files out of a base, and keeps them', async () => {
      const base = await createBase();
      const file = await createFile(author, randomUUID());
      await add(author, base, file);
      expect(await author.api.post(`${ROOT}/${base}/reset`)).toMatchObject({ status: 200, body: { files: null } });
      expect((await author.api.get(`${ROOT}/${base}`)).body.files).toEqual([]);
      expect(await countRows('file WHERE id = $1', file)).toBe(1);
    });

    it('deletes a base with its links and grants, and keeps the files', async () => {
      const base = await createBase({ read: { user_ids: [other.id] } });
      const file = await createFile(author, randomUUID());
      await add(author, base, file);
      expect(await author.api.delete(`${ROOT}/${base}/delete`)).toMatchObject({ status: 200, body: true });
      expect(await countRows('knowledge_file WHERE knowledge_id = $1', base)).toBe(0);
      expect(await countRows('access_grant WHERE resource_id = $1', base)).toBe(0);
      expect(await countRows('file WHERE id = $1', file)).toBe(1);
    });

    it('takes a deleted base out of every model', async () => {
      const base = await createBase();
      const insert = `INSERT INTO model (id, user_id, base_model_id, name, params, meta, created_at, updated_at)
        VALUES ($1, $2, 'b', 'n', '{}', $3, 1, 1)`;
      const knowledge = (items: unknown) => JSON.stringify({ tags: [], knowledge: items });
      await database.query(insert, [`a-${base}`, admin.id, knowledge([{ id: 'x' }, { id: base }, { name: 'y' }, 7])]);
      await database.query(insert, [`b-${base}`, admin.id, knowledge('none')]);
      await author.api.delete(`${ROOT}/${base}/delete`);
      const rows = await database.query<{ meta: object }[]>(
        `SELECT meta FROM model WHERE id LIKE '%' || $1 ORDER BY id`,
        [base],
      );
      expect(rows.map(({ meta }) => meta)).toEqual([
        { tags: [], knowledge: [{ id: 'x' }, { name: 'y' }, 7] },
        { tags: [], knowledge: 'none' },
      ]);
    });
  });

  describe('/reindex', () => {
    it('is for administrators', async () => {
      expect(await author.api.post(`${ROOT}/reindex`)).toMatchObject(refusal(401, Detail.unauthorized));
      expect(await author.api.get(`${ROOT}/reindex`)).toMatchObject(refusal(401, Detail.accessProhibited));
    });
  });

  it('gives the bases of a deleted account to the administrator with their files, when they are shared', async () => {
    const owner = await asUser(app);
    await createGroup(admin, [owner], { workspace: { knowledge: true }, sharing: { knowledge: true } });
    const [shared, own] = [await createBase({ read: { user_ids: [other.id] } }, owner), await createBase({}, owner)];
    const [inShared, inOwn] = [await createFile(owner, randomUUID()), await createFile(owner, randomUUID())];
    await add(owner, shared, inShared);
    await add(owner, own, inOwn);
    expect((await admin.api.delete(`/api/v1/users/${owner.id}`)).status).toBe(200);
    expect((await other.api.get(`${ROOT}/${shared}`)).body).toMatchObject({
      ...{ user_id: admin.id, files: [{ id: inShared }] },
    });
    expect(await countRows('knowledge WHERE id = $1', own)).toBe(0);
    expect(await countRows('file WHERE id = $1 AND user_id = $2', inShared, admin.id)).toBe(1);
    expect(await countRows('file WHERE id = $1', inOwn)).toBe(0);
  });
});
