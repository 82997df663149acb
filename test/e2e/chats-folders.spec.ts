import { DataSource } from 'typeorm';
import { Detail } from '../../src/common/errors/details';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { chain, chatOf } from '../support/factories/chats';
import { createFolder } from '../support/factories/folders';
import { api } from '../support/http';

const ROOT = '/api/v1/chats';
const refusal = (status: number, detail: string) => ({ status, body: { detail } });

describe('/api/v1/chats in folders', () => {
  let app: TestApp;
  let user: TestUser;
  let other: TestUser;
  let outer: string;
  let inner: string;
  let foreign: string;

  beforeAll(async () => {
    app = await startTestApp();
    [user, other] = await Promise.all([asUser(app), asUser(app)]);
    outer = await createFolder(user.api, 'Outer');
    inner = await createFolder(user.api, 'Inner');
    await user.api.post(`/api/v1/folders/${inner}/update/parent`, { parent_id: outer });
    foreign = await createFolder(other.api, 'Foreign');
  });
  afterAll(() => app.close());

  const createChat = async (folder_id: string | null, title: string, owner = user): Promise<string> =>
    (await owner.api.post(`${ROOT}/new`, { chat: chatOf(chain(2), title), folder_id })).body.id;
  const change = (id: string, set: string) => app.get(DataSource).query(`UPDATE chat SET ${set} WHERE id = $1`, [id]);
  const titles = ({ body }: { body: { title: string }[] }) => body.map(({ title }) => title);

  describe('POST /api/v1/chats/new', () => {
    it('puts the chat into a folder of the caller', async () => {
      const { status, body } = await user.api.post(`${ROOT}/new`, { chat: {}, folder_id: inner });
      expect({ status, body }).toMatchObject({ status: 200, body: { folder_id: inner } });
      await user.api.delete(`${ROOT}/${body.id}`);
    });

    it('refuses folders of others and unknown ones', async () => {
      for (const folder_id of [foreign, 'nope'])
        expect(await user.api.post(`${ROOT}/new`, { chat: {}, folder_id })).toMatchObject(
          refusal(400, Detail.notFound),
        );
    });
  });

  describe('POST /api/v1/chats/{id}/folder', () => {
    it('moves the chat in and out, and unpins it', async () => {
      const id = await createChat(null, 'Moved');
      await change(id, 'pinned = true, updated_at = 5');
      const { status, body } = await user.api.post(`${ROOT}/${id}/folder`, { folder_id: outer });
      expect({ status, body }).toMatchObject({ status: 200, body: { folder_id: outer, pinned: false } });
      expect(body.updated_at).toBeGreaterThan(5);
      expect(body.chat).toEqual(chatOf(chain(2), 'Moved'));
      expect(await user.api.post(`${ROOT}/${id}/folder`, {})).toMatchObject({ status: 200, body: { folder_id: null } });
    });

    it('refuses folders of others and unknown ones', async () => {
      const id = await createChat(inner, 'Stays');
      for (const folder_id of [foreign, 'nope', ''])
        expect(await user.api.post(`${ROOT}/${id}/folder`, { folder_id })).toMatchObject(refusal(400, Detail.notFound));
      expect(await user.api.get(`${ROOT}/${id}`)).toMatchObject({ body: { folder_id: inner } });
      await user.api.delete(`${ROOT}/${id}`);
    });

    it('refuses chats of others, strangers, pending accounts and bad bodies', async () => {
      const id = await createChat(null, 'Mine');
      const pending = await asUser(app, 'pending');
      const move = (client = other.api, folder_id: unknown = foreign) =>
        client.post(`${ROOT}/${id}/folder`, { folder_id });
      expect(await move()).toMatchObject(refusal(401, Detail.generic));
      expect(await other.api.post(`${ROOT}/nope/folder`, {})).toMatchObject(refusal(401, Detail.generic));
      expect(await move(api(app.url))).toMatchObject(refusal(401, Detail.notAuthenticated));
      expect(await move(pending.api)).toMatchObject(refusal(401, Detail.accessProhibited));
      expect(await move(user.api, 5)).toMatchObject({ status: 422 });
      expect(await user.api.get(`${ROOT}/${id}`)).toMatchObject({ body: { folder_id: null } });
    });
  });

  describe('lists of a folder', () => {
    beforeAll(async () => {
      for (let index = 0; index < 11; index++)
        await change(await createChat(outer, `Outer ${index}`), `updated_at = ${1000 + index}`);
      await change(await createChat(inner, 'Inner'), 'updated_at = 2000');
      await change(await createChat(outer, 'Archived'), 'archived = true');
      await change(await createChat(inner, 'Pinned'), 'pinned = true');
    });

    it('GET /api/v1/chats/folder/{id}/list shows ten a page, newest first', async () => {
      const first = await user.api.get(`${ROOT}/folder/${outer}/list`);
      expect(titles(first)).toEqual(Array.from({ length: 10 }, (_, index) => `Outer ${10 - index}`));
      expect(first.body[0]).toEqual({ title: 'Outer 10', id: expect.any(String), updated_at: 1010 });
      expect(titles(await user.api.get(`${ROOT}/folder/${outer}/list?page=2`))).toEqual(['Outer 0']);
      expect(titles(await user.api.get(`${ROOT}/folder/${outer}/list?page=-1`))).toHaveLength(10);
      expect(await user.api.get(`${ROOT}/folder/${outer}/list?page=`)).toMatchObject({ status: 422 });
    });

    it('GET /api/v1/chats/folder/{id} has whole chats of all that lies in it', async () => {
      const { status, body } = await user.api.get(`${ROOT}/folder/${outer}`);
      expect(status).toBe(200);
      expect(titles({ body })).toEqual(['Inner', ...Array.from({ length: 11 }, (_, index) => `Outer ${10 - index}`)]);
      expect(body[0]).toEqual((await user.api.get(`${ROOT}/${body[0].id}`)).body);
      expect(body[0].chat).toEqual(chatOf(chain(2), 'Inner'));
    });

    it('are what a search in a folder finds, by any spelling of its name', async () => {
      const found = async (text: string, client = user.api) =>
        titles(await client.get(`${ROOT}/search?text=${encodeURIComponent(text)}`)).sort();
      expect(await found('folder:inner')).toEqual(['Inner', 'Pinned']);
      expect(await found('folder:OUTER inner')).toEqual(['Inner']);
      expect(await found('folder:unknown')).toEqual([]);
      expect(await found('folder:inner', other.api)).toEqual([]);
    });

    it('are empty for folders of others and unknown ones', async () => {
      for (const id of [outer, 'nope']) {
        expect(await other.api.get(`${ROOT}/folder/${id}`)).toMatchObject({ status: 200, body: [] });
        expect(await other.api.get(`${ROOT}/folder/${id}/list`)).toMatchObject({ status: 200, body: [] });
      }
    });

    it('want credentials of a verified account', async () => {
      const pending = await asUser(app, 'pending');
      for (const path of [`${ROOT}/folder/${outer}`, `${ROOT}/folder/${outer}/list`]) {
        expect(await api(app.url).get(path)).toMatchObject(refusal(401, Detail.notAuthenticated));
        expect(await pending.api.get(path)).toMatchObject(refusal(401, Detail.accessProhibited));
      }
    });
  });
});
