/** @services */
import { DataSource } from 'typeorm';
import { Detail } from '../../src/common/errors/details';
import { ChatsDeleted } from '../../src/modules/chats/chats.events';
import { ChatsService } from '../../src/modules/chats/chats.service';
import { EventBus } from '../../src/platform/events/event-bus';
import { startTestApp } from '../support/app';
import { asUser } from '../support/as-user';
import { CHATS, chatStage, idsOf, refusal } from '../support/chat-stage';
import { createChat } from '../support/factories/chats';
import { queriesOf } from '../support/query-counter';

describe('/api/v1/chats, bulk routes', () => {
  const stage = chatStage({ newUsers: true });

  const folder = async () => {
    const { body } = await stage.user.api.post('/api/v1/folders/', { name: 'Folder' });
    return body.id as string;
  };
  const titled = async (title: string, set: string, owner = stage.user) => {
    const { id } = await createChat(owner.api, { title });
    await stage.change(id, set);
    return id;
  };

  it('lists chats of the same second by insertion, the last one first', async () => {
    const ids: string[] = [];
    const chats = Array.from({ length: 5 }, (_, index) => ({
      chat: { title: `T${index}` },
      created_at: 5,
      updated_at: 5,
    }));
    for (const { id } of (await stage.user.api.post(`${CHATS}/import`, { chats })).body) ids.unshift(id);
    ids.unshift(await titled('Last', 'created_at = 5, updated_at = 5'));
    for (const path of ['', '/list?page=1', '/search?text='])
      expect(idsOf(await stage.user.api.get(`${CHATS}${path}`))).toEqual(ids);
    expect(idsOf(await stage.user.api.get(`${CHATS}/all`))).toEqual(ids);
    await stage.user.api.post(`${CHATS}/archive/all`);
    const ascending = idsOf(await stage.user.api.get(`${CHATS}/archived?order_by=created_at&direction=asc`));
    expect(ascending).toEqual([...ids].reverse());
  });

  describe('GET /api/v1/chats/archived', () => {
    it('lists archived chats newest first, or as asked, 60 on a page', async () => {
      const [b, a, c] = [
        await titled('Beta 50%', 'archived = true, updated_at = 30'),
        await titled('alpha', 'archived = true, updated_at = 20, pinned = true'),
        await titled('Gamma', `archived = true, updated_at = 10, folder_id = '${await folder()}'`),
      ];
      await titled('Plain', 'updated_at = 40');
      const listed = async (query = '') => idsOf(await stage.user.api.get(`${CHATS}/archived${query}`));
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
      const [shown] = (await stage.user.api.get(`${CHATS}/archived?query=gam`)).body;
      expect(shown).toEqual({ id: c, title: 'Gamma', updated_at: 10, created_at: expect.any(Number) });
    });

    it('refuses unknown orders, invalid queries and anonymous clients', async () => {
      for (const query of [
        'order_by=nope&direction=asc',
        'order_by=title&direction=up',
        'order_by=user_id&direction=asc',
      ])
        expect(await stage.user.api.get(`${CHATS}/archived?${query}`)).toMatchObject(refusal(400, Detail.generic));
      expect(await stage.user.api.get(`${CHATS}/archived?page=`)).toMatchObject({ status: 422 });
      await stage.expectAccountRequired((client) => client.request('GET', `${CHATS}/archived`));
    });
  });

  describe('GET /api/v1/chats/list/user/:user_id', () => {
    it('lists everything of a user for administrators', async () => {
      const ids = [
        await titled('Three', 'updated_at = 30'),
        await titled('Two', 'updated_at = 20, archived = true'),
        await titled('One', `updated_at = 10, pinned = true, folder_id = '${await folder()}'`),
      ];
      await createChat(stage.other.api);
      const path = `${CHATS}/list/user/${stage.user.id}`;
      expect(idsOf(await stage.admin.api.get(path))).toEqual(ids);
      expect(idsOf(await stage.admin.api.get(`${path}?order_by=title&direction=asc`))).toEqual([
        ids[2],
        ids[0],
        ids[1],
      ]);
      expect(idsOf(await stage.admin.api.get(`${path}?query=tw`))).toEqual([ids[1]]);
      expect(await stage.admin.api.get(`${CHATS}/list/user/nope`)).toMatchObject({ status: 200, body: [] });
    });

    it('refuses users, also for their own chats, and bad orders', async () => {
      const path = `${CHATS}/list/user/${stage.user.id}`;
      expect(await stage.user.api.get(path)).toMatchObject(refusal(401, Detail.accessProhibited));
      await stage.expectAccountRequired((client) => client.request('GET', path));
      const bad = await stage.admin.api.get(`${path}?order_by=nope&direction=asc`);
      expect(bad).toMatchObject(refusal(400, Detail.generic));
    });

    it('refuses administrators when they may not access chats', async () => {
      const strict = await startTestApp({ ENABLE_ADMIN_CHAT_ACCESS: 'false' });
      const chief = await asUser(strict, 'admin');
      const answer = await chief.api.get(`${CHATS}/list/user/${chief.id}`);
      expect(answer).toMatchObject(refusal(401, Detail.accessProhibited));
      await strict.close();
    });
  });

  describe('POST /api/v1/chats/tags', () => {
    it('lists the chats of the caller with a tag, archived ones too, whatever skip and limit say', async () => {
      const [first, second] = [await titled('1', 'updated_at = 10'), await titled('2', 'archived = true')];
      for (const id of [first, second]) await stage.user.api.post(`${CHATS}/${id}/tags`, { name: 'Two Words' });
      const foreign = await createChat(stage.other.api);
      await stage.other.api.post(`${CHATS}/${foreign.id}/tags`, { name: 'two words' });
      await createChat(stage.user.api);
      const form = { name: 'TWO words', skip: 1, limit: 1 };
      expect(idsOf(await stage.user.api.post(`${CHATS}/tags`, form))).toEqual([second, first]);
      expect(await stage.user.api.post(`${CHATS}/tags`, { name: 'unknown' })).toMatchObject({ status: 200, body: [] });
      expect(idsOf(await stage.user.api.get(`${CHATS}/all/tags`))).toEqual(['two_words']);
    });

    it('refuses invalid bodies and anonymous clients', async () => {
      for (const body of [{ tag: 'x' }, { name: 5 }, { name: 'x', skip: 'y' }])
        expect(await stage.user.api.post(`${CHATS}/tags`, body)).toMatchObject({ status: 422 });
      await stage.expectAccountRequired((client) => client.request('POST', `${CHATS}/tags`));
    });
  });

  describe('POST /api/v1/chats/archive/all and unarchive/all', () => {
    it('change nothing but the mark, in as many statements for any number of chats', async () => {
      const ids = [
        await titled('a', `updated_at = 2, folder_id = '${await folder()}'`),
        await titled('b', 'updated_at = 1'),
      ];
      await stage.app.get(ChatsService).setTags(ids[0]!, ['kept']);
      await stage.change(ids[0]!, 'updated_at = 2');
      const foreign = await createChat(stage.other.api);
      expect(await stage.user.api.post(`${CHATS}/archive/all`)).toMatchObject({ status: 200, body: true });
      expect(idsOf(await stage.user.api.get(`${CHATS}/archived`))).toEqual(ids);
      expect((await stage.user.api.get(`${CHATS}/${ids[0]}`)).body).toMatchObject({
        folder_id: expect.any(String),
        updated_at: 2,
      });
      expect(idsOf(await stage.user.api.get(`${CHATS}/all/tags`))).toEqual(['kept']);
      expect(idsOf(await stage.other.api.get(`${CHATS}/`))).toEqual([foreign.id]);
      const queries = await queriesOf(stage.app.get(DataSource), () => stage.user.api.post(`${CHATS}/unarchive/all`));
      expect(queries.filter((query) => /\bchat\b/.test(query))).toHaveLength(2);
      expect(await stage.user.api.get(`${CHATS}/archived`)).toMatchObject({ body: [] });
      expect(idsOf(await stage.user.api.get(`${CHATS}/?include_folders=true`))).toEqual(ids);
    });

    it('may run concurrently', async () => {
      await Promise.all(Array.from({ length: 10 }, () => createChat(stage.user.api)));
      const calls = Array.from({ length: 10 }, (_, index) =>
        stage.user.api.post(`${CHATS}/${index % 2 === 0 ? 'archive' : 'unarchive'}/all`),
      );
      for (const answer of await Promise.all(calls)) expect(answer).toMatchObject({ status: 200, body: true });
      const archived = idsOf(await stage.user.api.get(`${CHATS}/archived`));
      expect([0, 10]).toContain(archived.length);
    });

    it('refuse anonymous clients', async () => {
      await stage.expectAccountRequired((client) => client.request('POST', `${CHATS}/archive/all`));
      await stage.expectAccountRequired((client) => client.request('POST', `${CHATS}/unarchive/all`));
    });
  });

  describe('DELETE /api/v1/chats/', () => {
    it('deletes every chat of the caller with all tags, and announces them together', async () => {
      const ids = [await titled('a', 'archived = true'), await titled('b', 'pinned = true')];
      await stage.app.get(ChatsService).setTags(ids[0]!, ['gone']);
      const foreign = await createChat(stage.other.api);
      await stage.app.get(ChatsService).setTags(foreign.id, ['stays']);
      const announced: (readonly string[])[] = [];
      stage.app.get(EventBus).subscribe(ChatsDeleted, ({ chatIds }) => void announced.push(chatIds));
      expect(await stage.user.api.delete(`${CHATS}/`)).toMatchObject({ status: 200, body: true });
      expect(announced.map((some) => [...some].sort())).toEqual([ids.sort()]);
      expect(await stage.user.api.get(`${CHATS}/list/?include_pinned=true`)).toMatchObject({ body: [] });
      expect(await stage.user.api.get(`${CHATS}/all/tags`)).toMatchObject({ body: [] });
      expect(idsOf(await stage.other.api.get(`${CHATS}/`))).toEqual([foreign.id]);
      expect(idsOf(await stage.other.api.get(`${CHATS}/all/tags`))).toEqual(['stays']);
      expect(await stage.user.api.delete(`${CHATS}/`)).toMatchObject({ status: 200, body: true });
    });

    it('refuses anonymous clients and users who may not delete', async () => {
      await stage.expectAccountRequired((client) => client.request('DELETE', `${CHATS}/`));
      const strict = await startTestApp({ USER_PERMISSIONS_CHAT_DELETE: 'false' });
      const [chief, bound] = [await asUser(strict, 'admin'), await asUser(strict)];
      await createChat(bound.api);
      expect(await bound.api.delete(`${CHATS}/`)).toMatchObject(refusal(401, Detail.accessProhibited));
      expect((await bound.api.get(`${CHATS}/`)).body).toHaveLength(1);
      expect(await chief.api.delete(`${CHATS}/`)).toMatchObject({ status: 200, body: true });
      await strict.close();
    });
  });
});
