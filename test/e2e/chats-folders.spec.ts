/** @services */
import { Detail } from '../../src/common/errors/details';
import { asUser } from '../support/as-user';
import { CHATS, chatStage, refusal } from '../support/chat-stage';
import { chain, chatOf } from '../support/factories/chats';
import { createFolder } from '../support/factories/folders';
import { api } from '../support/http';

describe('/api/v1/chats in folders', () => {
  const stage = chatStage();
  let outer: string;
  let inner: string;
  let foreign: string;

  beforeAll(async () => {
    [stage.user, stage.other] = await Promise.all([asUser(stage.app), asUser(stage.app)]);
    outer = await createFolder(stage.user.api, 'Outer');
    inner = await createFolder(stage.user.api, 'Inner');
    await stage.user.api.post(`/api/v1/folders/${inner}/update/parent`, { parent_id: outer });
    foreign = await createFolder(stage.other.api, 'Foreign');
  });

  const createChat = async (folder_id: string | null, title: string, owner = stage.user): Promise<string> =>
    (await owner.api.post(`${CHATS}/new`, { chat: chatOf(chain(2), title), folder_id })).body.id;
  const titles = ({ body }: { body: { title: string }[] }) => body.map(({ title }) => title);

  describe('POST /api/v1/chats/new', () => {
    it('puts the chat into a folder of the caller', async () => {
      const { status, body } = await stage.user.api.post(`${CHATS}/new`, { chat: {}, folder_id: inner });
      expect({ status, body }).toMatchObject({ status: 200, body: { folder_id: inner } });
      await stage.user.api.delete(`${CHATS}/${body.id}`);
    });

    it('refuses folders of others and unknown ones', async () => {
      for (const folder_id of [foreign, 'nope'])
        expect(await stage.user.api.post(`${CHATS}/new`, { chat: {}, folder_id })).toMatchObject(
          refusal(400, Detail.notFound),
        );
    });
  });

  describe('POST /api/v1/chats/{id}/folder', () => {
    it('moves the chat in and out, and unpins it', async () => {
      const id = await createChat(null, 'Moved');
      await stage.change(id, 'pinned = true, updated_at = 5');
      const { status, body } = await stage.user.api.post(`${CHATS}/${id}/folder`, { folder_id: outer });
      expect({ status, body }).toMatchObject({ status: 200, body: { folder_id: outer, pinned: false } });
      expect(body.updated_at).toBeGreaterThan(5);
      expect(body.chat).toEqual(chatOf(chain(2), 'Moved'));
      expect(await stage.user.api.post(`${CHATS}/${id}/folder`, {})).toMatchObject({
        status: 200,
        body: { folder_id: null },
      });
    });

    it('refuses folders of others and unknown ones', async () => {
      const id = await createChat(inner, 'Stays');
      for (const folder_id of [foreign, 'nope', ''])
        expect(await stage.user.api.post(`${CHATS}/${id}/folder`, { folder_id })).toMatchObject(
          refusal(400, Detail.notFound),
        );
      expect(await stage.user.api.get(`${CHATS}/${id}`)).toMatchObject({ body: { folder_id: inner } });
      await stage.user.api.delete(`${CHATS}/${id}`);
    });

    it('refuses chats of others, anonymous clients, pending accounts and invalid bodies', async () => {
      const id = await createChat(null, 'Mine');
      const pending = await asUser(stage.app, 'pending');
      const move = (client = stage.other.api, folder_id: unknown = foreign) =>
        client.post(`${CHATS}/${id}/folder`, { folder_id });
      expect(await move()).toMatchObject(refusal(401, Detail.generic));
      expect(await stage.other.api.post(`${CHATS}/nope/folder`, {})).toMatchObject(refusal(401, Detail.generic));
      expect(await move(api(stage.app.url))).toMatchObject(refusal(401, Detail.notAuthenticated));
      expect(await move(pending.api)).toMatchObject(refusal(401, Detail.accessProhibited));
      expect(await move(stage.user.api, 5)).toMatchObject({ status: 422 });
      expect(await stage.user.api.get(`${CHATS}/${id}`)).toMatchObject({ body: { folder_id: null } });
    });
  });

  describe('lists of a folder', () => {
    beforeAll(async () => {
      for (let index = 0; index < 11; index++)
        await stage.change(await createChat(outer, `Outer ${index}`), `updated_at = ${1000 + index}`);
      await stage.change(await createChat(inner, 'Inner'), 'updated_at = 2000');
      await stage.change(await createChat(outer, 'Archived'), 'archived = true');
      await stage.change(await createChat(inner, 'Pinned'), 'pinned = true');
    });

    it('GET /api/v1/chats/folder/{id}/list shows ten a page, newest first', async () => {
      const first = await stage.user.api.get(`${CHATS}/folder/${outer}/list`);
      expect(titles(first)).toEqual(Array.from({ length: 10 }, (_, index) => `Outer ${10 - index}`));
      expect(first.body[0]).toEqual({ title: 'Outer 10', id: expect.any(String), updated_at: 1010 });
      expect(titles(await stage.user.api.get(`${CHATS}/folder/${outer}/list?page=2`))).toEqual(['Outer 0']);
      expect(titles(await stage.user.api.get(`${CHATS}/folder/${outer}/list?page=-1`))).toHaveLength(10);
      expect(await stage.user.api.get(`${CHATS}/folder/${outer}/list?page=`)).toMatchObject({ status: 422 });
    });

    it('GET /api/v1/chats/folder/{id} has whole chats of all that lies in it', async () => {
      const { status, body } = await stage.user.api.get(`${CHATS}/folder/${outer}`);
      expect(status).toBe(200);
      expect(titles({ body })).toEqual(['Inner', ...Array.from({ length: 11 }, (_, index) => `Outer ${10 - index}`)]);
      expect(body[0]).toEqual((await stage.user.api.get(`${CHATS}/${body[0].id}`)).body);
      expect(body[0].chat).toEqual(chatOf(chain(2), 'Inner'));
    });

    it('are what a search in a folder finds, by any spelling of its name', async () => {
      const found = async (text: string, client = stage.user.api) =>
        titles(await client.get(`${CHATS}/search?text=${encodeURIComponent(text)}`)).sort();
      expect(await found('folder:inner')).toEqual(['Inner', 'Pinned']);
      expect(await found('folder:OUTER inner')).toEqual(['Inner']);
      expect(await found('folder:unknown')).toEqual([]);
      expect(await found('folder:inner', stage.other.api)).toEqual([]);
    });

    it('are empty for folders of others and unknown ones', async () => {
      for (const id of [outer, 'nope']) {
        expect(await stage.other.api.get(`${CHATS}/folder/${id}`)).toMatchObject({ status: 200, body: [] });
        expect(await stage.other.api.get(`${CHATS}/folder/${id}/list`)).toMatchObject({ status: 200, body: [] });
      }
    });

    it('want credentials of a verified account', async () => {
      const pending = await asUser(stage.app, 'pending');
      for (const path of [`${CHATS}/folder/${outer}`, `${CHATS}/folder/${outer}/list`]) {
        expect(await api(stage.app.url).get(path)).toMatchObject(refusal(401, Detail.notAuthenticated));
        expect(await pending.api.get(path)).toMatchObject(refusal(401, Detail.accessProhibited));
      }
    });
  });
});
