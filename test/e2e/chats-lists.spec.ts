import { DataSource } from 'typeorm';
import { Detail } from '../../src/common/errors/details';
import { ChatDeleted } from '../../src/modules/chats/chats.events';
import { ChatsService } from '../../src/modules/chats/chats.service';
import { EventBus } from '../../src/platform/events/event-bus';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { createChat } from '../support/factories/chats';
import { api, type Answer } from '../support/http';
import { queriesOf } from '../support/query-counter';

const ROOT = '/api/v1/chats';
const refusal = (status: number, detail: string) => ({ status, body: { detail } });
const idsOf = ({ body }: Answer<{ id: string }[]>) => body.map(({ id }) => id);

describe('/api/v1/chats, many at once', () => {
  let app: TestApp;
  let admin: TestUser;
  let user: TestUser;
  let other: TestUser;

  beforeAll(async () => {
    app = await startTestApp();
    admin = await asUser(app, 'admin');
  });
  beforeEach(async () => {
    user = await asUser(app);
    other = await asUser(app);
  });
  afterAll(() => app.close());

  const change = (id: string, set: string) => app.get(DataSource).query(`UPDATE chat SET ${set} WHERE id = $1`, [id]);
  const folder = async () => {
    const { body } = await user.api.post('/api/v1/folders/', { name: 'Folder' });
    return body.id as string;
  };
  const titled = async (title: string, set: string, owner = user) => {
    const { id } = await createChat(owner.api, { title });
    await change(id, set);
    return id;
  };
  const expectNoStrangers = async (method: string, path: string) => {
    const pending = await asUser(app, 'pending');
    expect(await api(app.url).request(method, path)).toMatchObject(refusal(401, Detail.notAuthenticated));
    expect(await pending.api.request(method, path)).toMatchObject(refusal(401, Detail.accessProhibited));
  };

  describe('GET /api/v1/chats/archived', () => {
    it('lists archived chats newest first, or as asked, 60 on a page', async () => {
      const [b, a, c] = [
        await titled('Beta 50%', 'archived = true, updated_at = 30'),
        await titled('alpha', 'archived = true, updated_at = 20, pinned = true'),
        await titled('Gamma', `archived = true, updated_at = 10, folder_id = '${await folder()}'`),
      ];
      await titled('Plain', 'updated_at = 40');
      const listed = async (query = '') => idsOf(await user.api.get(`${ROOT}/archived${query}`));
      expect(await listed()).toEqual([b, a, c]);
      expect(await listed('?page=0')).toEqual([b, a, c]);
      expect(await listed('?page=2')).toEqual([]);
      expect(await listed('?order_by=updated_at&direction=asc')).toEqual([c, a, b]);
      expect(await listed('?order_by=created_at&direction=DESC')).toHaveLength(3);
      expect(await listed('?order_by=nope')).toEqual([b, a, c]);
      expect(await listed('?direction=up')).toEqual([b, a, c]);
      expect(await listed('?query=ALPH')).toEqual([a]);
      expect(await listed('?query=50%25')).toEqual([b]);
      expect(await listed('?query=%25')).toEqual([b]);
      expect(await listed('?query=a_p')).toEqual([]);
      const [shown] = (await user.api.get(`${ROOT}/archived?query=gam`)).body;
      expect(shown).toEqual({ id: c, title: 'Gamma', updated_at: 10, created_at: expect.any(Number) });
    });

    it('refuses an order that does not exist, bad queries and strangers', async () => {
      for (const query of [
        'order_by=nope&direction=asc',
        'order_by=title&direction=up',
        'order_by=user_id&direction=asc',
      ])
        expect(await user.api.get(`${ROOT}/archived?${query}`)).toMatchObject(refusal(400, Detail.generic));
      expect(await user.api.get(`${ROOT}/archived?page=`)).toMatchObject({ status: 422 });
      await expectNoStrangers('GET', `${ROOT}/archived`);
    });
  });

  describe('GET /api/v1/chats/list/user/:user_id', () => {
    it('lists everything of a user for administrators', async () => {
      const ids = [
        await titled('Three', 'updated_at = 30'),
        await titled('Two', 'updated_at = 20, archived = true'),
        await titled('One', `updated_at = 10, pinned = true, folder_id = '${await folder()}'`),
      ];
      await createChat(other.api);
      const path = `${ROOT}/list/user/${user.id}`;
      expect(idsOf(await admin.api.get(path))).toEqual(ids);
      expect(idsOf(await admin.api.get(`${path}?order_by=title&direction=asc`))).toEqual([ids[2], ids[0], ids[1]]);
      expect(idsOf(await admin.api.get(`${path}?query=tw`))).toEqual([ids[1]]);
      expect(await admin.api.get(`${ROOT}/list/user/nope`)).toMatchObject({ status: 200, body: [] });
    });

    it('refuses users, also for their own chats, and bad orders', async () => {
      const path = `${ROOT}/list/user/${user.id}`;
      expect(await user.api.get(path)).toMatchObject(refusal(401, Detail.accessProhibited));
      await expectNoStrangers('GET', path);
      const bad = await admin.api.get(`${path}?order_by=nope&direction=asc`);
      expect(bad).toMatchObject(refusal(400, Detail.generic));
    });

    it('refuses administrators when they may not access chats', async () => {
      const strict = await startTestApp({ ENABLE_ADMIN_CHAT_ACCESS: 'false' });
      const chief = await asUser(strict, 'admin');
      const answer = await chief.api.get(`${ROOT}/list/user/${chief.id}`);
      expect(answer).toMatchObject(refusal(401, Detail.accessProhibited));
      await strict.close();
    });
  });

  describe('POST /api/v1/chats/tags', () => {
    it('lists the chats of the caller with a tag, archived ones too, whatever skip and limit say', async () => {
      const [first, second] = [await titled('1', 'updated_at = 10'), await titled('2', 'archived = true')];
      for (const id of [first, second]) await user.api.post(`${ROOT}/${id}/tags`, { name: 'Two Words' });
      const foreign = await createChat(other.api);
      await other.api.post(`${ROOT}/${foreign.id}/tags`, { name: 'two words' });
      await createChat(user.api);
      const form = { name: 'TWO words', skip: 1, limit: 1 };
      expect(idsOf(await user.api.post(`${ROOT}/tags`, form))).toEqual([second, first]);
      expect(await user.api.post(`${ROOT}/tags`, { name: 'unknown' })).toMatchObject({ status: 200, body: [] });
      expect(idsOf(await user.api.get(`${ROOT}/all/tags`))).toEqual(['two_words']);
    });

    it('refuses bad bodies and strangers', async () => {
      for (const body of [{ tag: 'x' }, { name: 5 }, { name: 'x', skip: 'y' }])
        expect(await user.api.post(`${ROOT}/tags`, body)).toMatchObject({ status: 422 });
      await expectNoStrangers('POST', `${ROOT}/tags`);
    });
  });

  describe('POST /api/v1/chats/archive/all and unarchive/all', () => {
    it('change nothing but the mark, in as many statements for any number of chats', async () => {
      const ids = [
        await titled('a', `updated_at = 2, folder_id = '${await folder()}'`),
        await titled('b', 'updated_at = 1'),
      ];
      await app.get(ChatsService).setTags(ids[0]!, ['kept']);
      await change(ids[0]!, 'updated_at = 2');
      const foreign = await createChat(other.api);
      expect(await user.api.post(`${ROOT}/archive/all`)).toMatchObject({ status: 200, body: true });
      expect(idsOf(await user.api.get(`${ROOT}/archived`))).toEqual(ids);
      expect((await user.api.get(`${ROOT}/${ids[0]}`)).body).toMatchObject({
        folder_id: expect.any(String),
        updated_at: 2,
      });
      expect(idsOf(await user.api.get(`${ROOT}/all/tags`))).toEqual(['kept']);
      expect(idsOf(await other.api.get(`${ROOT}/`))).toEqual([foreign.id]);
      const queries = await queriesOf(app.get(DataSource), () => user.api.post(`${ROOT}/unarchive/all`));
      expect(queries.filter((query) => /\bchat\b/.test(query))).toHaveLength(2);
      expect(await user.api.get(`${ROOT}/archived`)).toMatchObject({ body: [] });
      expect(idsOf(await user.api.get(`${ROOT}/?include_folders=true`))).toEqual(ids);
    });

    it('may run at once', async () => {
      await Promise.all(Array.from({ length: 10 }, () => createChat(user.api)));
      const calls = Array.from({ length: 10 }, (_, index) =>
        user.api.post(`${ROOT}/${index % 2 === 0 ? 'archive' : 'unarchive'}/all`),
      );
      for (const answer of await Promise.all(calls)) expect(answer).toMatchObject({ status: 200, body: true });
      const archived = idsOf(await user.api.get(`${ROOT}/archived`));
      expect([0, 10]).toContain(archived.length);
    });

    it('refuse strangers', async () => {
      await expectNoStrangers('POST', `${ROOT}/archive/all`);
      await expectNoStrangers('POST', `${ROOT}/unarchive/all`);
    });
  });

  describe('DELETE /api/v1/chats/', () => {
    it('deletes every chat of the caller with all tags, and announces each', async () => {
      const ids = [await titled('a', 'archived = true'), await titled('b', 'pinned = true')];
      await app.get(ChatsService).setTags(ids[0]!, ['gone']);
      const foreign = await createChat(other.api);
      await app.get(ChatsService).setTags(foreign.id, ['stays']);
      const announced: string[] = [];
      app.get(EventBus).subscribe(ChatDeleted, ({ chatId }) => void announced.push(chatId));
      expect(await user.api.delete(`${ROOT}/`)).toMatchObject({ status: 200, body: true });
      expect(announced.sort()).toEqual(ids.sort());
      expect(await user.api.get(`${ROOT}/list/?include_pinned=true`)).toMatchObject({ body: [] });
      expect(await user.api.get(`${ROOT}/all/tags`)).toMatchObject({ body: [] });
      expect(idsOf(await other.api.get(`${ROOT}/`))).toEqual([foreign.id]);
      expect(idsOf(await other.api.get(`${ROOT}/all/tags`))).toEqual(['stays']);
      expect(await user.api.delete(`${ROOT}/`)).toMatchObject({ status: 200, body: true });
    });

    it('refuses strangers and those who may not delete', async () => {
      await expectNoStrangers('DELETE', `${ROOT}/`);
      const strict = await startTestApp({ USER_PERMISSIONS_CHAT_DELETE: 'false' });
      const [chief, bound] = [await asUser(strict, 'admin'), await asUser(strict)];
      await createChat(bound.api);
      expect(await bound.api.delete(`${ROOT}/`)).toMatchObject(refusal(401, Detail.accessProhibited));
      expect((await bound.api.get(`${ROOT}/`)).body).toHaveLength(1);
      expect(await chief.api.delete(`${ROOT}/`)).toMatchObject({ status: 200, body: true });
      await strict.close();
    });
  });
});
