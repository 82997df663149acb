/** @services */
import { Detail, errorDetail } from '../../src/common/errors/details';
import { CHATS, chatStage, idsOf, refusal } from '../support/chat-stage';
import { createChat } from '../support/factories/chats';

describe('/api/v1/chats/:id, marks and tags', () => {
  const stage = chatStage({ newUsers: true });

  const newFolder = async () => {
    const { body } = await stage.user.api.post('/api/v1/folders/', { name: 'Folder' });
    return body.id as string;
  };
  const read = async (id: string) => (await stage.user.api.get(`${CHATS}/${id}`)).body;

  describe('GET /api/v1/chats/:id/pinned', () => {
    it('answers the mark, null for an old row', async () => {
      const { id } = await createChat(stage.user.api);
      const pinned = async () => (await stage.user.api.get(`${CHATS}/${id}/pinned`)).body;
      expect(await pinned()).toBe(false);
      await stage.user.api.post(`${CHATS}/${id}/pin`);
      expect(await pinned()).toBe(true);
      await stage.change(id, 'pinned = NULL');
      expect(await pinned()).toBeNull();
    });

    it('refuses everybody but the owner', () =>
      stage.expectOwnerOnly((client, id) => client.get(`${CHATS}/${id}/pinned`), Detail.generic));
  });

  describe('POST /api/v1/chats/:id/pin', () => {
    it('pins and unpins, in a folder too, and the time is now', async () => {
      const { id } = await createChat(stage.user.api);
      const folder = await newFolder();
      await stage.change(id, `folder_id = '${folder}', updated_at = 5, pinned = NULL`);
      const { status, body } = await stage.user.api.post(`${CHATS}/${id}/pin`);
      expect({ status, pinned: body.pinned, folder: body.folder_id }).toEqual({
        status: 200,
        pinned: true,
        folder,
      });
      expect(body.updated_at).toBeGreaterThan(5);
      expect(body).toEqual(await read(id));
      expect((await stage.user.api.post(`${CHATS}/${id}/pin`)).body.pinned).toBe(false);
    });

    it('counts every one of many calls', async () => {
      const { id } = await createChat(stage.user.api);
      await Promise.all(Array.from({ length: 7 }, () => stage.user.api.post(`${CHATS}/${id}/pin`)));
      expect((await read(id)).pinned).toBe(true);
    });

    it('refuses everybody but the owner', () =>
      stage.expectOwnerOnly((client, id) => client.post(`${CHATS}/${id}/pin`), Detail.generic));
  });

  describe('POST /api/v1/chats/:id/archive', () => {
    it('archives and takes back, out of any folder, and keeps the pin and the tags with their names', async () => {
      const { id } = await createChat(stage.user.api);
      await stage.user.api.post(`${CHATS}/${id}/tags`, { name: 'Keep Me' });
      const folder = await newFolder();
      await stage.change(id, `folder_id = '${folder}', pinned = true, updated_at = 5`);
      const { body } = await stage.user.api.post(`${CHATS}/${id}/archive`);
      expect(body).toMatchObject({ archived: true, folder_id: null, pinned: true, meta: { tags: ['keep_me'] } });
      expect(body.updated_at).toBeGreaterThan(5);
      expect((await stage.user.api.get(`${CHATS}/all/tags`)).body).toMatchObject([{ id: 'keep_me', name: 'Keep Me' }]);
      await stage.change(id, `folder_id = '${folder}'`);
      expect((await stage.user.api.post(`${CHATS}/${id}/archive`)).body).toMatchObject({
        archived: false,
        folder_id: null,
      });
      expect((await stage.user.api.get(`${CHATS}/${id}/tags`)).body).toMatchObject([{ name: 'Keep Me' }]);
    });

    it('refuses everybody but the owner', () =>
      stage.expectOwnerOnly((client, id) => client.post(`${CHATS}/${id}/archive`), Detail.generic));
  });

  describe('GET /api/v1/chats/:id/tags', () => {
    it('lists tags in the order in which they were given, without those that have no row', async () => {
      const { id } = await createChat(stage.user.api);
      for (const name of ['Zeta', 'alpha']) await stage.user.api.post(`${CHATS}/${id}/tags`, { name });
      await stage.change(id, `meta = jsonb_set(meta, '{tags}', '["zeta", "lost", "alpha", 5]')`);
      expect(idsOf(await stage.user.api.get(`${CHATS}/${id}/tags`))).toEqual(['zeta', 'alpha']);
      await stage.change(id, `meta = '{"tags": null, "other": 1}'`);
      expect(await stage.user.api.get(`${CHATS}/${id}/tags`)).toMatchObject({ status: 200, body: [] });
    });

    it('refuses everybody but the owner', () =>
      stage.expectOwnerOnly((client, id) => client.get(`${CHATS}/${id}/tags`), Detail.notFound));
  });

  describe('POST /api/v1/chats/:id/tags', () => {
    it('refuses a name that is too long for an index', async () => {
      const { id } = await createChat(stage.user.api);
      const add = (name: string) => stage.user.api.post(`${CHATS}/${id}/tags`, { name });
      expect(await add('€'.repeat(2800))).toMatchObject({
        status: 422,
        body: { detail: [{ type: 'string_too_long', loc: ['body', 'name'], ctx: { max_length: 512 } }] },
      });
      expect(await add('€'.repeat(512))).toMatchObject({ status: 200 });
    });

    it('adds a tag once, and keeps the first name and the time', async () => {
      const { id } = await createChat(stage.user.api);
      await stage.change(id, 'updated_at = 5');
      const tag = { id: 'my__tag_', name: 'My  Tag ', user_id: stage.user.id, meta: null };
      expect(await stage.user.api.post(`${CHATS}/${id}/tags`, { name: 'My  Tag ' })).toMatchObject({
        status: 200,
        body: [tag],
      });
      expect((await stage.user.api.post(`${CHATS}/${id}/tags`, { name: 'MY  TAG ' })).body).toEqual([tag]);
      expect(idsOf(await stage.user.api.post(`${CHATS}/${id}/tags`, { name: '' }))).toEqual(['my__tag_', '']);
      expect(await read(id)).toMatchObject({ meta: { tags: ['my__tag_', ''] }, updated_at: 5 });
    });

    it('loses none of many concurrent ones', async () => {
      const { id } = await createChat(stage.user.api);
      const names = Array.from({ length: 12 }, (_, index) => `t${index % 6}`);
      await Promise.all(names.map((name) => stage.user.api.post(`${CHATS}/${id}/tags`, { name })));
      expect(idsOf(await stage.user.api.get(`${CHATS}/${id}/tags`)).sort()).toEqual([...new Set(names)].sort());
    });

    it('refuses the name None and bad bodies', async () => {
      const { id } = await createChat(stage.user.api);
      const answer = await stage.user.api.post(`${CHATS}/${id}/tags`, { name: 'None' });
      expect(answer).toMatchObject(refusal(400, errorDetail("Tag name cannot be 'None'")));
      for (const body of [{}, { name: 5 }, undefined])
        expect(await stage.user.api.post(`${CHATS}/${id}/tags`, body)).toMatchObject({ status: 422 });
    });

    it('refuses everybody but the owner', () =>
      stage.expectOwnerOnly((client, id) => client.post(`${CHATS}/${id}/tags`, { name: 'x' }), Detail.generic));
  });

  describe('DELETE /api/v1/chats/:id/tags', () => {
    it('takes a tag away, and its row with the last chat', async () => {
      const [first, second] = [await createChat(stage.user.api), await createChat(stage.user.api)];
      for (const { id } of [first, second]) await stage.user.api.post(`${CHATS}/${id}/tags`, { name: 'Both' });
      await stage.user.api.post(`${CHATS}/${first.id}/archive`);
      expect(await stage.user.api.delete(`${CHATS}/${second.id}/tags`, { name: 'BOTH' })).toMatchObject({
        status: 200,
        body: [],
      });
      expect(idsOf(await stage.user.api.get(`${CHATS}/all/tags`))).toEqual(['both']);
      expect(await stage.user.api.delete(`${CHATS}/${first.id}/tags`, { name: 'zzz' })).toMatchObject({
        body: [{ id: 'both' }],
      });
      await stage.user.api.delete(`${CHATS}/${first.id}/tags`, { name: 'both' });
      expect(await stage.user.api.get(`${CHATS}/all/tags`)).toMatchObject({ body: [] });
      expect((await read(first.id)).meta).toEqual({ tags: [] });
    });

    it('refuses a missing body', async () => {
      const { id } = await createChat(stage.user.api);
      expect(await stage.user.api.delete(`${CHATS}/${id}/tags`)).toMatchObject({ status: 422 });
    });

    it('refuses everybody but the owner', () =>
      stage.expectOwnerOnly((client, id) => client.delete(`${CHATS}/${id}/tags`, { name: 'x' }), Detail.notFound));
  });

  describe('DELETE /api/v1/chats/:id/tags/all', () => {
    it('takes all tags away', async () => {
      const { id } = await createChat(stage.user.api);
      for (const name of ['a', 'b']) await stage.user.api.post(`${CHATS}/${id}/tags`, { name });
      expect(await stage.user.api.delete(`${CHATS}/${id}/tags/all`)).toMatchObject({ status: 200, body: true });
      expect(await stage.user.api.get(`${CHATS}/all/tags`)).toMatchObject({ body: [] });
      expect((await read(id)).meta).toEqual({ tags: [] });
    });

    it('refuses everybody but the owner', () =>
      stage.expectOwnerOnly((client, id) => client.delete(`${CHATS}/${id}/tags/all`), Detail.notFound));
  });
});
