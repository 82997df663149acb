import { DataSource } from 'typeorm';
import { Detail, errorDetail } from '../../src/common/errors/details';
import { ChatsDeleted } from '../../src/modules/chats/chats.events';
import { ChatsService } from '../../src/modules/chats/chats.service';
import { EventBus } from '../../src/platform/events/event-bus';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { api, type Answer, type Api } from '../support/http';
import { queriesOf } from '../support/query-counter';

const ROOT = '/api/v1/folders';
const EXISTS = errorDetail('Folder already exists');
const NOT_UPDATED = errorDetail('Error updating folder');
const refusal = (status: number, detail: string) => ({ status, body: { detail } });

describe('/api/v1/folders', () => {
  let app: TestApp;
  let admin: TestUser;
  let user: TestUser;
  let other: TestUser;
  let count = 0;

  beforeAll(async () => {
    app = await startTestApp();
    admin = await asUser(app, 'admin');
    [user, other] = await Promise.all([asUser(app), asUser(app)]);
  });
  afterAll(() => app.close());

  const sql = (text: string, ...values: unknown[]) => app.get(DataSource).query(text, values);
  const nextName = () => `Folder ${++count}`;

  async function create(owner = user, more: object = {}): Promise<string> {
    const { status, body } = await owner.api.post(`${ROOT}/`, { name: nextName(), ...more });
    expect(status).toBe(200);
    return body.id;
  }

  async function createIn(parent: string, owner = user): Promise<string> {
    const id = await create(owner);
    expect(await move(id, parent, owner)).toMatchObject({ status: 200, body: { parent_id: parent } });
    return id;
  }

  const move = (id: string, parent_id: string | null, owner = user) =>
    owner.api.post(`${ROOT}/${id}/update/parent`, { parent_id });

  async function createChat(folder_id: string | null, owner = user): Promise<string> {
    const { status, body } = await owner.api.post('/api/v1/chats/new', { chat: { title: 'In a folder' }, folder_id });
    expect(status).toBe(200);
    return body.id;
  }

  const chat = async (id: string, owner = user) => (await owner.api.get(`/api/v1/chats/${id}`)).body;

  /** Takes these permissions from every user while `work` runs. */
  async function without(permissions: object, work: () => Promise<unknown>) {
    const path = '/api/v1/users/default/permissions';
    const { body: before } = await admin.api.get(path);
    const merged = Object.fromEntries(
      Object.entries(before as Record<string, object>).map(([key, value]) => [
        key,
        { ...value, ...(permissions as Record<string, object>)[key] },
      ]),
    );
    expect(await admin.api.post(path, merged)).toMatchObject({ status: 200 });
    await work().finally(() => admin.api.post(path, before));
  }

  const routes: [string, (client: Api, id: string) => Promise<Answer>][] = [
    ['GET /', (client) => client.get(`${ROOT}/`)],
    ['POST /', (client) => client.post(`${ROOT}/`, { name: nextName() })],
    ['GET /{id}', (client, id) => client.get(`${ROOT}/${id}`)],
    ['POST /{id}/update', (client, id) => client.post(`${ROOT}/${id}/update`, { name: 'Taken over' })],
    ['POST /{id}/update/parent', (client, id) => client.post(`${ROOT}/${id}/update/parent`, { parent_id: null })],
    ['POST /{id}/update/expanded', (client, id) => client.post(`${ROOT}/${id}/update/expanded`, { is_expanded: true })],
    ['DELETE /{id}', (client, id) => client.delete(`${ROOT}/${id}`)],
  ];

  describe.each(routes)('%s', (route, send) => {
    it('requires credentials', async () => {
      expect(await send(api(app.url), 'any')).toMatchObject(refusal(401, Detail.notAuthenticated));
    });

    it('refuses pending accounts', async () => {
      const pending = await asUser(app, 'pending');
      expect(await send(pending.api, 'any')).toMatchObject(refusal(401, Detail.accessProhibited));
    });

    it('refuses users without the permission, whatever they send', async () => {
      const id = await create();
      await without({ features: { folders: false } }, async () => {
        expect(await send(user.api, id)).toMatchObject(refusal(403, Detail.accessProhibited));
        expect(await send(admin.api, 'any')).not.toMatchObject({ status: 403 });
        expect(await user.api.post(`${ROOT}/`, {})).toMatchObject({ status: 403 });
      });
      expect(await user.api.get(`${ROOT}/${id}`)).toMatchObject({ status: 200 });
    });

    it('refuses everybody while folders are switched off', async () => {
      const id = await create();
      const { body: config } = await admin.api.get('/api/v1/auths/admin/config');
      await admin.api.post('/api/v1/auths/admin/config', { ...config, ENABLE_FOLDERS: false });
      expect(await send(user.api, id)).toMatchObject(refusal(403, Detail.accessProhibited));
      expect(await send(admin.api, id)).toMatchObject(refusal(403, Detail.accessProhibited));
      await admin.api.post('/api/v1/auths/admin/config', config);
      expect(await user.api.get(`${ROOT}/${id}`)).toMatchObject({ status: 200 });
    });

    it('treats folders of others as unknown', async () => {
      if (!route.includes('{id}')) return expect((await send(other.api, '')).status).toBe(200);
      const id = await create();
      const { body: before } = await user.api.get(`${ROOT}/${id}`);
      for (const client of [other.api, admin.api])
        expect(await send(client, id)).toMatchObject(refusal(404, Detail.notFound));
      expect(await send(user.api, 'nope')).toMatchObject(refusal(404, Detail.notFound));
      expect((await user.api.get(`${ROOT}/${id}`)).body).toEqual(before);
    });
  });

  describe('GET /api/v1/folders/', () => {
    it('lists folders of the same second in the order in which they were made, last one first', async () => {
      const owner = await asUser(app);
      const made: string[] = [];
      for (let i = 0; i < 8; i++) made.unshift(await create(owner));
      await app.get(DataSource).query('UPDATE folder SET updated_at = 5 WHERE user_id = $1', [owner.id]);
      expect((await owner.api.get(ROOT)).body.map(({ id }: { id: string }) => id)).toEqual(made);
    });

    it('shows of meta only the icon, and no data', async () => {
      const owner = await asUser(app);
      const meta = { background_image_url: 'data:image/png;base64,AA==' };
      const withIcon = await create(owner, { meta: { ...meta, icon: 'smile' }, data: { system_prompt: 'x' } });
      const withoutIcon = await create(owner, { meta });
      const plain = await create(owner);
      const { body } = await owner.api.get(`${ROOT}/`);
      const byId = new Map(body.map((folder: { id: string }) => [folder.id, folder]));
      expect(byId.get(withIcon)).toEqual({
        id: withIcon,
        name: expect.any(String),
        meta: { icon: 'smile' },
        parent_id: null,
        is_expanded: false,
        created_at: expect.any(Number),
        updated_at: expect.any(Number),
      });
      expect(byId.get(withoutIcon)).toMatchObject({ meta: { icon: null } });
      expect(byId.get(plain)).toMatchObject({ meta: null });
      expect(body).toHaveLength(3);
    });

    it('lists 5,000 folders with the queries of one, and writes nothing', async () => {
      const owner = await asUser(app);
      const list = () => queriesOf(app.get(DataSource), () => owner.api.get(`${ROOT}/`));
      const first = await create(owner, { data: { files: [{ type: 'file', id: 'gone' }] } });
      const one = await list();
      await sql(
        `INSERT INTO folder (id, user_id, parent_id, name, created_at, updated_at)
         SELECT 'many' || n, $1, $2, 'n' || n, n, n FROM generate_series(1, 4999) n`,
        owner.id,
        first,
      );
      expect(await list()).toEqual(one);
      expect(one.filter((statement) => /folder/i.test(statement))).toHaveLength(1);
      const { body } = await owner.api.get(`${ROOT}/`);
      expect(body).toHaveLength(5000);
      expect(body.slice(0, 2)).toMatchObject([{ id: first }, { id: 'many4999', updated_at: 4999 }]);
    });
  });

  describe('POST /api/v1/folders/', () => {
    it('makes a folder at the top, and takes nothing but name, data and meta', async () => {
      const name = nextName();
      const extra = { id: 'mine', user_id: other.id, items: {}, is_expanded: true, created_at: 5, parent_id: 'x' };
      const data = { system_prompt: 'Be brief', zeta: 1, alpha: [] };
      const { status, body } = await user.api.post(`${ROOT}/`, { name, data, meta: { icon: 'smile' }, ...extra });
      expect(status).toBe(200);
      expect(body).toEqual({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        parent_id: null,
        user_id: user.id,
        name,
        items: null,
        meta: { icon: 'smile' },
        data,
        is_expanded: false,
        created_at: expect.any(Number),
        updated_at: expect.any(Number),
      });
      expect(JSON.stringify((await user.api.get(`${ROOT}/${body.id}`)).body)).toBe(JSON.stringify(body));
    });

    it('refuses a name that a folder at the top has, whatever the case', async () => {
      const name = nextName();
      await create(user, { name });
      expect(await user.api.post(`${ROOT}/`, { name: name.toUpperCase() })).toMatchObject(refusal(400, EXISTS));
      expect(await other.api.post(`${ROOT}/`, { name })).toMatchObject({ status: 200 });
    });

    it('takes no name for a pattern', async () => {
      const owner = await asUser(app);
      for (const name of ['axb', 'a_b', 'a%b', '%', '_', ''])
        expect(await owner.api.post(`${ROOT}/`, { name })).toMatchObject({ status: 200, body: { name } });
    });

    it('creates one for many concurrent requests', async () => {
      const name = nextName();
      const answers = await Promise.all(Array.from({ length: 8 }, () => user.api.post(`${ROOT}/`, { name })));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(7).fill(400)]);
    });

    it.each([
      {},
      { name: null },
      { name: 5 },
      { name: 'x', data: [] },
      { name: 'x', meta: 'y' },
      { name: 'x'.repeat(600) },
    ])('refuses %j', async (body) => {
      expect(await user.api.post(`${ROOT}/`, body)).toMatchObject({ status: 422 });
    });

    it('refuses more than a row should hold', async () => {
      const meta = { background_image_url: `data:image/png;base64,${'A'.repeat(5_000_000)}` };
      expect(await user.api.post(`${ROOT}/`, { name: nextName(), meta })).toMatchObject({ status: 422 });
    });
  });

  describe('GET /api/v1/folders/{id}', () => {
    it('leaves out files and collections that the owner may not read', async () => {
      const files = [
        { type: 'file', id: 'gone' },
        { type: 'collection', id: 'v' },
        { type: 'note', id: 'n' },
        { id: 'x' },
      ];
      const id = await create(user, { data: { files, system_prompt: 'p' } });
      const { body } = await user.api.get(`${ROOT}/${id}`);
      expect(body.data).toEqual({ files: [{ type: 'note', id: 'n' }, { id: 'x' }], system_prompt: 'p' });
      expect(Object.keys(body.data)).toEqual(['files', 'system_prompt']);
    });
  });

  describe('POST /api/v1/folders/{id}/update', () => {
    it('sets the keys of data and meta that are sent, and leaves the others', async () => {
      const id = await create(user, { data: { system_prompt: 'p', files: [] }, meta: { background_image_url: 'b' } });
      const update = (body: object) => user.api.post(`${ROOT}/${id}/update`, body);
      expect((await update({ data: { model_ids: ['m'] } })).body.data).toEqual({
        system_prompt: 'p',
        files: [],
        model_ids: ['m'],
      });
      const { body } = await update({ meta: { icon: 'rocket' }, is_expanded: true, parent_id: 'x', items: {} });
      expect(body).toMatchObject({ meta: { background_image_url: 'b', icon: 'rocket' }, is_expanded: false });
      const list = await user.api.get(`${ROOT}/`);
      expect(list.body.find((folder: { id: string }) => folder.id === id).meta).toEqual({ icon: 'rocket' });
    });

    it('takes null as no change', async () => {
      const id = await create(user, { data: { a: 1 }, meta: { icon: 'x' } });
      const name = nextName();
      const { status, body } = await user.api.post(`${ROOT}/${id}/update`, { name, data: null, meta: null });
      expect({ status, body }).toMatchObject({ status: 200, body: { name, data: { a: 1 }, meta: { icon: 'x' } } });
      expect(await user.api.post(`${ROOT}/${id}/update`, { name: null })).toMatchObject({
        status: 200,
        body: { name },
      });
    });

    it('refuses the name of a sibling, and takes its own in another case', async () => {
      const [name, mine] = [nextName(), nextName()];
      await create(user, { name });
      const id = await create(user, { name: mine });
      const rename = (to: string) => user.api.post(`${ROOT}/${id}/update`, { name: to });
      expect(await rename(name.toLowerCase())).toMatchObject(refusal(400, EXISTS));
      expect(await rename(mine.toUpperCase())).toMatchObject({ status: 200, body: { name: mine.toUpperCase() } });
    });

    it('loses nothing of two concurrent updates', async () => {
      const id = await create();
      await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          user.api.post(`${ROOT}/${id}/update`, { data: { [`k${index}`]: index } }),
        ),
      );
      const { body } = await user.api.get(`${ROOT}/${id}`);
      expect(Object.keys(body.data).sort()).toEqual(Array.from({ length: 8 }, (_, index) => `k${index}`));
    });
  });

  describe('POST /api/v1/folders/{id}/update/parent', () => {
    it('moves into a folder and back to the top; moving to where it lies is no error', async () => {
      const [outer, inner] = [await create(), await create()];
      expect(await move(inner, outer)).toMatchObject({ status: 200, body: { id: inner, parent_id: outer } });
      expect(await move(inner, outer)).toMatchObject({ status: 200, body: { parent_id: outer } });
      expect(await user.api.post(`${ROOT}/${inner}/update/parent`, {})).toMatchObject({
        status: 200,
        body: { parent_id: null },
      });
    });

    it('refuses itself, what lies in it, folders of others and unknown ones', async () => {
      const outer = await create();
      const inner = await createIn(await createIn(outer));
      for (const target of [outer, inner, await create(other), 'nope', ''])
        expect(await move(outer, target)).toMatchObject(refusal(400, NOT_UPDATED));
      expect(await user.api.get(`${ROOT}/${outer}`)).toMatchObject({ body: { parent_id: null } });
    });

    it('refuses the name of an existing folder', async () => {
      const [outer, name] = [await create(), nextName()];
      await move(await create(user, { name }), outer);
      expect(await move(await create(user, { name: name.toUpperCase() }), outer)).toMatchObject(refusal(400, EXISTS));
    });

    it('creates no cycle by two concurrent moves', async () => {
      for (let round = 0; round < 5; round++) {
        const [a, b] = [await create(), await create()];
        const answers = await Promise.all([move(a, b), move(b, a)]);
        expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
      }
    });

    it('works 50 folders deep', async () => {
      const top = await create();
      let at = top;
      for (let depth = 0; depth < 50; depth++) at = await createIn(at);
      const id = await createChat(at);
      expect(await move(top, at)).toMatchObject(refusal(400, NOT_UPDATED));
      const { body } = await user.api.get(`/api/v1/chats/folder/${top}`);
      expect(body).toMatchObject([{ id }]);
      expect(await user.api.delete(`${ROOT}/${top}`)).toMatchObject({ status: 200, body: true });
      expect(await user.api.get(`${ROOT}/${at}`)).toMatchObject({ status: 404 });
      expect(await user.api.get(`/api/v1/chats/${id}`)).toMatchObject({ status: 401 });
    });
  });

  describe('POST /api/v1/folders/{id}/update/expanded', () => {
    it('says whether it is open', async () => {
      const id = await create();
      const expand = (is_expanded: unknown) => user.api.post(`${ROOT}/${id}/update/expanded`, { is_expanded });
      expect(await expand(true)).toMatchObject({ status: 200, body: { id, is_expanded: true } });
      expect(await expand('off')).toMatchObject({ status: 200, body: { is_expanded: false } });
      expect(await expand('maybe')).toMatchObject({ status: 422 });
    });
  });

  describe('DELETE /api/v1/folders/{id}', () => {
    it('deletes its contents: folders, chats, unused tags', async () => {
      const outer = await create();
      const inner = await createIn(outer);
      const gone = [await createChat(outer), await createChat(inner), await createChat(inner), await createChat(inner)];
      const kept = await createChat(null);
      await sql(`UPDATE chat SET archived = true WHERE id = $1`, gone[1]);
      await sql(`UPDATE chat SET pinned = true WHERE id = $1`, gone[2]);
      await app.get(ChatsService).setTags(gone[3] ?? '', ['Only Here', 'Elsewhere']);
      await app.get(ChatsService).setTags(kept, ['Elsewhere']);
      const told: string[] = [];
      app.get(EventBus).subscribe(ChatsDeleted, ({ chatIds }) => void told.push(...chatIds));

      expect(await user.api.delete(`${ROOT}/${outer}`)).toMatchObject({ status: 200, body: true });

      for (const id of [outer, inner]) expect(await user.api.get(`${ROOT}/${id}`)).toMatchObject({ status: 404 });
      for (const id of gone) expect(await user.api.get(`/api/v1/chats/${id}`)).toMatchObject({ status: 401 });
      expect(await chat(kept)).toMatchObject({ id: kept });
      const { body: tags } = await user.api.get('/api/v1/chats/all/tags');
      expect(tags.map(({ name }: { name: string }) => name)).toEqual(['Elsewhere']);
      expect(told.sort()).toEqual([...gone].sort());
    });

    it('leaves the chats, in no folder, when that is wanted', async () => {
      const outer = await create();
      const id = await createChat(await createIn(outer));
      const { updated_at } = await chat(id);
      expect(await user.api.delete(`${ROOT}/${outer}?delete_contents=false`)).toMatchObject({
        status: 200,
        body: true,
      });
      expect(await chat(id)).toMatchObject({ folder_id: null, updated_at });
    });

    it('needs the permission to delete chats only if there are any that go, at any depth', async () => {
      const [outer, empty, kept] = [await create(), await create(), await create()];
      const id = await createChat(await createIn(outer));
      await createChat(kept);
      await without({ chat: { delete: false } }, async () => {
        expect(await user.api.delete(`${ROOT}/${outer}`)).toMatchObject(refusal(403, Detail.accessProhibited));
        expect(await user.api.delete(`${ROOT}/${empty}`)).toMatchObject({ status: 200, body: true });
        expect(await user.api.delete(`${ROOT}/${kept}?delete_contents=false`)).toMatchObject({ status: 200 });
      });
      expect(await chat(id)).toMatchObject({ id });
    });

    it('takes the same queries for many chats as for one', async () => {
      const deleted = async (chats: number) => {
        const id = await create();
        for (let index = 0; index < chats; index++) await createChat(id);
        const statements = await queriesOf(app.get(DataSource), () => user.api.delete(`${ROOT}/${id}`));
        // Other nodes are told of each chat, after the commit.
        return statements.filter((statement) => !statement.includes('pg_notify'));
      };
      expect(await deleted(12)).toHaveLength((await deleted(1)).length);
    });

    it('refuses a switch that is none', async () => {
      expect(await user.api.delete(`${ROOT}/${await create()}?delete_contents=maybe`)).toMatchObject({ status: 422 });
    });
  });

  it('is deleted with the account', async () => {
    const owner = await asUser(app);
    const id = await create(owner);
    await createChat(id, owner);
    expect(await admin.api.delete(`/api/v1/users/${owner.id}`)).toMatchObject({ status: 200 });
    expect(await sql('SELECT id FROM folder WHERE id = $1', id)).toEqual([]);
  });
});
