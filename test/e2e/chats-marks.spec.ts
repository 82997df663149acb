import { DataSource } from 'typeorm';
import { Detail, errorDetail } from '../../src/common/errors/details';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { createChat } from '../support/factories/chats';
import { api, type Answer, type Api } from '../support/http';

const ROOT = '/api/v1/chats';
const refusal = (status: number, detail: string) => ({ status, body: { detail } });
const idsOf = ({ body }: Answer<{ id: string }[]>) => body.map(({ id }) => id);

describe('/api/v1/chats/:id, marks and tags', () => {
  let app: TestApp;
  let admin: TestUser;
  let user: TestUser;
  let other: TestUser;

  beforeAll(async () => {
    app = await startTestApp();
    admin = await asUser(app, 'admin');
    other = await asUser(app);
  });
  beforeEach(async () => {
    user = await asUser(app);
  });
  afterAll(() => app.close());

  const newFolder = async () => {
    const { body } = await user.api.post('/api/v1/folders/', { name: 'Folder' });
    return body.id as string;
  };
  const change = (id: string, set: string) => app.get(DataSource).query(`UPDATE chat SET ${set} WHERE id = $1`, [id]);
  const read = async (id: string) => (await user.api.get(`${ROOT}/${id}`)).body;

  /** Without a session, as a pending user, with a foreign chat (for administrators too) and with an unknown one. */
  async function expectRefusals(request: (client: Api, id: string) => Promise<Answer>, detail: string) {
    const { id } = await createChat(user.api);
    const before = await read(id);
    const pending = await asUser(app, 'pending');
    expect(await request(api(app.url), id)).toMatchObject(refusal(401, Detail.notAuthenticated));
    expect(await request(pending.api, id)).toMatchObject(refusal(401, Detail.accessProhibited));
    expect(await request(other.api, id)).toMatchObject(refusal(401, detail));
    expect(await request(admin.api, id)).toMatchObject(refusal(401, detail));
    expect(await request(user.api, 'nope')).toMatchObject(refusal(401, detail));
    expect(await read(id)).toEqual(before);
  }

  describe('GET /api/v1/chats/:id/pinned', () => {
    it('answers the mark, null for an old row', async () => {
      const { id } = await createChat(user.api);
      const pinned = async () => (await user.api.get(`${ROOT}/${id}/pinned`)).body;
      expect(await pinned()).toBe(false);
      await user.api.post(`${ROOT}/${id}/pin`);
      expect(await pinned()).toBe(true);
      await change(id, 'pinned = NULL');
      expect(await pinned()).toBeNull();
    });

    it('refuses everybody but the owner', () =>
      expectRefusals((client, id) => client.get(`${ROOT}/${id}/pinned`), Detail.generic));
  });

  describe('POST /api/v1/chats/:id/pin', () => {
    it('pins and unpins, in a folder too, and the time is now', async () => {
      const { id } = await createChat(user.api);
      const folder = await newFolder();
      await change(id, `folder_id = '${folder}', updated_at = 5, pinned = NULL`);
      const { status, body } = await user.api.post(`${ROOT}/${id}/pin`);
      expect({ status, pinned: body.pinned, folder: body.folder_id }).toEqual({
        status: 200,
        pinned: true,
        folder,
      });
      expect(body.updated_at).toBeGreaterThan(5);
      expect(body).toEqual(await read(id));
      expect((await user.api.post(`${ROOT}/${id}/pin`)).body.pinned).toBe(false);
    });

    it('counts every one of many calls', async () => {
      const { id } = await createChat(user.api);
      await Promise.all(Array.from({ length: 7 }, () => user.api.post(`${ROOT}/${id}/pin`)));
      expect((await read(id)).pinned).toBe(true);
    });

    it('refuses everybody but the owner', () =>
      expectRefusals((client, id) => client.post(`${ROOT}/${id}/pin`), Detail.generic));
  });

  describe('POST /api/v1/chats/:id/archive', () => {
    it('archives and takes back, out of any folder, and keeps the pin and the tags with their names', async () => {
      const { id } = await createChat(user.api);
      await user.api.post(`${ROOT}/${id}/tags`, { name: 'Keep Me' });
      const folder = await newFolder();
      await change(id, `folder_id = '${folder}', pinned = true, updated_at = 5`);
      const { body } = await user.api.post(`${ROOT}/${id}/archive`);
      expect(body).toMatchObject({ archived: true, folder_id: null, pinned: true, meta: { tags: ['keep_me'] } });
      expect(body.updated_at).toBeGreaterThan(5);
      expect((await user.api.get(`${ROOT}/all/tags`)).body).toMatchObject([{ id: 'keep_me', name: 'Keep Me' }]);
      await change(id, `folder_id = '${folder}'`);
      expect((await user.api.post(`${ROOT}/${id}/archive`)).body).toMatchObject({ archived: false, folder_id: null });
      expect((await user.api.get(`${ROOT}/${id}/tags`)).body).toMatchObject([{ name: 'Keep Me' }]);
    });

    it('refuses everybody but the owner', () =>
      expectRefusals((client, id) => client.post(`${ROOT}/${id}/archive`), Detail.generic));
  });

  describe('GET /api/v1/chats/:id/tags', () => {
    it('lists tags in the order in which they were given, without those that have no row', async () => {
      const { id } = await createChat(user.api);
      for (const name of ['Zeta', 'alpha']) await user.api.post(`${ROOT}/${id}/tags`, { name });
      await change(id, `meta = jsonb_set(meta, '{tags}', '["zeta", "lost", "alpha", 5]')`);
      expect(idsOf(await user.api.get(`${ROOT}/${id}/tags`))).toEqual(['zeta', 'alpha']);
      await change(id, `meta = '{"tags": null, "other": 1}'`);
      expect(await user.api.get(`${ROOT}/${id}/tags`)).toMatchObject({ status: 200, body: [] });
    });

    it('refuses everybody but the owner', () =>
      expectRefusals((client, id) => client.get(`${ROOT}/${id}/tags`), Detail.notFound));
  });

  describe('POST /api/v1/chats/:id/tags', () => {
    it('adds a tag once, and keeps the first name and the time', async () => {
      const { id } = await createChat(user.api);
      await change(id, 'updated_at = 5');
      const tag = { id: 'my__tag_', name: 'My  Tag ', user_id: user.id, meta: null };
      expect(await user.api.post(`${ROOT}/${id}/tags`, { name: 'My  Tag ' })).toMatchObject({
        status: 200,
        body: [tag],
      });
      expect((await user.api.post(`${ROOT}/${id}/tags`, { name: 'MY  TAG ' })).body).toEqual([tag]);
      expect(idsOf(await user.api.post(`${ROOT}/${id}/tags`, { name: '' }))).toEqual(['my__tag_', '']);
      expect(await read(id)).toMatchObject({ meta: { tags: ['my__tag_', ''] }, updated_at: 5 });
    });

    it('loses none of many at once', async () => {
      const { id } = await createChat(user.api);
      const names = Array.from({ length: 12 }, (_, index) => `t${index % 6}`);
      await Promise.all(names.map((name) => user.api.post(`${ROOT}/${id}/tags`, { name })));
      expect(idsOf(await user.api.get(`${ROOT}/${id}/tags`)).sort()).toEqual([...new Set(names)].sort());
    });

    it('refuses the name None and bad bodies', async () => {
      const { id } = await createChat(user.api);
      const answer = await user.api.post(`${ROOT}/${id}/tags`, { name: 'None' });
      expect(answer).toMatchObject(refusal(400, errorDetail("Tag name cannot be 'None'")));
      for (const body of [{}, { name: 5 }, undefined])
        expect(await user.api.post(`${ROOT}/${id}/tags`, body)).toMatchObject({ status: 422 });
    });

    it('refuses everybody but the owner', () =>
      expectRefusals((client, id) => client.post(`${ROOT}/${id}/tags`, { name: 'x' }), Detail.generic));
  });

  describe('DELETE /api/v1/chats/:id/tags', () => {
    it('takes a tag away, and its row with the last chat', async () => {
      const [first, second] = [await createChat(user.api), await createChat(user.api)];
      for (const { id } of [first, second]) await user.api.post(`${ROOT}/${id}/tags`, { name: 'Both' });
      await user.api.post(`${ROOT}/${first.id}/archive`);
      expect(await user.api.delete(`${ROOT}/${second.id}/tags`, { name: 'BOTH' })).toMatchObject({
        status: 200,
        body: [],
      });
      expect(idsOf(await user.api.get(`${ROOT}/all/tags`))).toEqual(['both']);
      expect(await user.api.delete(`${ROOT}/${first.id}/tags`, { name: 'zzz' })).toMatchObject({
        body: [{ id: 'both' }],
      });
      await user.api.delete(`${ROOT}/${first.id}/tags`, { name: 'both' });
      expect(await user.api.get(`${ROOT}/all/tags`)).toMatchObject({ body: [] });
      expect((await read(first.id)).meta).toEqual({ tags: [] });
    });

    it('refuses a missing body', async () => {
      const { id } = await createChat(user.api);
      expect(await user.api.delete(`${ROOT}/${id}/tags`)).toMatchObject({ status: 422 });
    });

    it('refuses everybody but the owner', () =>
      expectRefusals((client, id) => client.delete(`${ROOT}/${id}/tags`, { name: 'x' }), Detail.notFound));
  });

  describe('DELETE /api/v1/chats/:id/tags/all', () => {
    it('takes all tags away', async () => {
      const { id } = await createChat(user.api);
      for (const name of ['a', 'b']) await user.api.post(`${ROOT}/${id}/tags`, { name });
      expect(await user.api.delete(`${ROOT}/${id}/tags/all`)).toMatchObject({ status: 200, body: true });
      expect(await user.api.get(`${ROOT}/all/tags`)).toMatchObject({ body: [] });
      expect((await read(id)).meta).toEqual({ tags: [] });
    });

    it('refuses everybody but the owner', () =>
      expectRefusals((client, id) => client.delete(`${ROOT}/${id}/tags/all`), Detail.notFound));
  });
});
