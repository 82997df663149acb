import { DataSource } from 'typeorm';
import { Detail } from '../../src/common/errors/details';
import { ChatsService } from '../../src/modules/chats/chats.service';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { chain, chatOf, createChat, historyOf } from '../support/factories/chats';
import { api, type Answer, type Api } from '../support/http';

const ROOT = '/api/v1/chats';
const refusal = (status: number, detail: string) => ({ status, body: { detail } });

describe('/api/v1/chats, sharing and copies', () => {
  let app: TestApp;
  let admin: TestUser;
  let user: TestUser;
  let other: TestUser;

  beforeAll(async () => {
    app = await startTestApp();
    admin = await asUser(app, 'admin');
    user = await asUser(app);
    other = await asUser(app);
  });
  afterAll(() => app.close());

  const change = (id: string, set: string) => app.get(DataSource).query(`UPDATE chat SET ${set} WHERE id = $1`, [id]);
  const share = async (id: string) => (await user.api.post(`${ROOT}/${id}/share`)).body;
  const shared = (id: string, reader: TestUser = other) => reader.api.get(`${ROOT}/share/${id}`);

  /** Without a session, as a pending user, with a foreign chat (for administrators too) and with an unknown one. */
  async function expectRefusals(request: (client: Api, id: string) => Promise<Answer>, detail: string) {
    const { id } = await createChat(user.api);
    const pending = await asUser(app, 'pending');
    expect(await request(api(app.url), id)).toMatchObject(refusal(401, Detail.notAuthenticated));
    expect(await request(pending.api, id)).toMatchObject(refusal(401, Detail.accessProhibited));
    expect(await request(other.api, id)).toMatchObject(refusal(401, detail));
    expect(await request(user.api, 'nope')).toMatchObject(refusal(401, detail));
    return request(admin.api, id);
  }

  describe('POST /api/v1/chats/:id/share', () => {
    it('answers a snapshot, and keeps the time of the chat', async () => {
      const { id } = await createChat(user.api, chatOf(chain(2), 'Shared'));
      await app.get(ChatsService).setTags(id, ['x']);
      await change(id, 'updated_at = 5, created_at = 4, archived = true, pinned = true');
      const { status, body } = await user.api.post(`${ROOT}/${id}/share`);
      expect(status).toBe(200);
      expect(body).toEqual({
        id: expect.any(String),
        user_id: `shared-${id}`,
        title: 'Shared',
        chat: chatOf(chain(2), 'Shared'),
        updated_at: expect.any(Number),
        created_at: 4,
        share_id: null,
        archived: false,
        pinned: true,
        meta: { tags: ['x'] },
        folder_id: null,
      });
      expect(body.id).not.toBe(id);
      expect((await user.api.get(`${ROOT}/${id}`)).body).toMatchObject({ share_id: body.id, updated_at: 5 });
    });

    it('renews the snapshot under the same id, which is frozen in between', async () => {
      const { id } = await createChat(user.api, chatOf(chain(2), 'One'));
      const first = await share(id);
      await user.api.post(`${ROOT}/${id}`, {
        chat: { title: 'Two', history: historyOf(chain(4)), messages: chain(4) },
      });
      await app.get(ChatsService).patchMessage(id, 'm0', { content: 'Changed' });
      expect((await shared(first.id)).body).toEqual(first);
      const second = await share(id);
      expect(second).toMatchObject({ id: first.id, title: 'Two' });
      expect(second.chat.history.messages).toMatchObject({ m0: { content: 'Changed' }, m3: {} });
      expect((await shared(first.id)).body).toEqual(second);
    });

    it('has one id for many calls at once', async () => {
      const { id } = await createChat(user.api);
      const answers = await Promise.all(Array.from({ length: 6 }, () => share(id)));
      expect(new Set(answers.map((answer) => answer.id)).size).toBe(1);
    });

    it('refuses everybody but the owner, administrators too', async () => {
      const asAdmin = await expectRefusals((client, id) => client.post(`${ROOT}/${id}/share`), Detail.accessProhibited);
      expect(asAdmin).toMatchObject(refusal(401, Detail.accessProhibited));
    });

    it('refuses owners who may not share', async () => {
      const strict = await startTestApp({ USER_PERMISSIONS_CHAT_SHARE: 'false' });
      const bound = await asUser(strict);
      const { id } = await createChat(bound.api);
      for (const target of [id, 'nope'])
        expect(await bound.api.post(`${ROOT}/${target}/share`)).toMatchObject(refusal(401, Detail.accessProhibited));
      await strict.close();
    });
  });

  describe('GET /api/v1/chats/share/:share_id', () => {
    it('shows snapshots to every verified user, and chats to administrators', async () => {
      const { id } = await createChat(user.api, chatOf(chain(1), 'Mine'));
      const snapshot = await share(id);
      for (const reader of [user, other, admin]) expect((await shared(snapshot.id, reader)).body).toEqual(snapshot);
      expect(await shared(id)).toMatchObject(refusal(401, Detail.notFound));
      expect(await shared(id, user)).toMatchObject(refusal(401, Detail.notFound));
      expect((await shared(id, admin)).body).toMatchObject({ id, user_id: user.id, share_id: snapshot.id });
    });

    it('refuses strangers and unknown ids', async () => {
      const { id } = await createChat(user.api);
      const snapshot = await share(id);
      const pending = await asUser(app, 'pending');
      const path = `${ROOT}/share/${snapshot.id}`;
      expect(await api(app.url).get(path)).toMatchObject(refusal(401, Detail.notAuthenticated));
      expect(await pending.api.get(path)).toMatchObject(refusal(401, Detail.accessProhibited));
      expect(await shared('nope')).toMatchObject(refusal(401, Detail.notFound));
      expect(await shared('nope', admin)).toMatchObject(refusal(401, Detail.notFound));
    });

    it('shows administrators nothing but snapshots when they may not access chats', async () => {
      const strict = await startTestApp({ ENABLE_ADMIN_CHAT_ACCESS: 'false' });
      const [chief, owner] = [await asUser(strict, 'admin'), await asUser(strict)];
      const { id } = await createChat(owner.api);
      const snapshot = (await owner.api.post(`${ROOT}/${id}/share`)).body;
      expect(await chief.api.get(`${ROOT}/share/${id}`)).toMatchObject(refusal(401, Detail.notFound));
      expect(await chief.api.get(`${ROOT}/share/${snapshot.id}`)).toMatchObject({ status: 200 });
      expect(await chief.api.post(`${ROOT}/${id}/clone/shared`)).toMatchObject(refusal(401, Detail.generic));
      await strict.close();
    });
  });

  describe('GET /api/v1/chats/all/db', () => {
    it('has the snapshots among the chats', async () => {
      const { id } = await createChat(user.api, chatOf(chain(2), 'Exported'));
      const snapshot = await share(id);
      await user.api.post(`${ROOT}/${id}`, { chat: { title: 'Later' } });
      const rows = (await admin.api.get(`${ROOT}/all/db`)).body as { id: string; updated_at: number }[];
      expect(rows.find((row) => row.id === snapshot.id)).toEqual(snapshot);
      expect(rows.find((row) => row.id === id)).toMatchObject({ title: 'Later', share_id: snapshot.id });
      const times = rows.map((row) => row.updated_at);
      expect(times).toEqual([...times].sort((a, b) => b - a));
      expect((await user.api.get(`${ROOT}/all`)).body).not.toContainEqual(snapshot);
    });
  });

  describe('GET /api/v1/users/shared-:chat_id', () => {
    it('is the owner as long as the chat is shared', async () => {
      const { id } = await createChat(user.api);
      const path = `/api/v1/users/shared-${id}`;
      expect(await other.api.get(path)).toMatchObject({ status: 400 });
      await share(id);
      expect(await other.api.get(path)).toMatchObject({ status: 200, body: { name: user.name } });
      await user.api.delete(`${ROOT}/${id}/share`);
      expect(await other.api.get(path)).toMatchObject({ status: 400 });
    });
  });

  describe('DELETE /api/v1/chats/:id/share', () => {
    it('ends the link at once; a later one has another id', async () => {
      const { id } = await createChat(user.api);
      const first = await share(id);
      expect(await user.api.delete(`${ROOT}/${id}/share`)).toMatchObject({ status: 200, body: true });
      expect(await shared(first.id)).toMatchObject(refusal(401, Detail.notFound));
      expect(await shared(first.id, admin)).toMatchObject(refusal(401, Detail.notFound));
      expect((await user.api.get(`${ROOT}/${id}`)).body.share_id).toBeNull();
      expect(await user.api.delete(`${ROOT}/${id}/share`)).toMatchObject({ status: 200, body: false });
      expect((await share(id)).id).not.toBe(first.id);
    });

    it('happens with the chat, whoever deletes it, and not when a stranger tries to', async () => {
      for (const deleter of [user, admin]) {
        const { id } = await createChat(user.api);
        const { id: shareId } = await share(id);
        expect(await other.api.delete(`${ROOT}/${id}`)).toMatchObject(refusal(401, Detail.notFound));
        expect(await shared(shareId)).toMatchObject({ status: 200 });
        await deleter.api.delete(`${ROOT}/${id}`);
        expect(await shared(shareId)).toMatchObject(refusal(401, Detail.notFound));
      }
    });

    it('happens with all chats and with the account', async () => {
      const leaver = await asUser(app);
      const ids = [await createChat(leaver.api), await createChat(leaver.api)].map(({ id }) => id);
      const links = [];
      for (const id of ids) links.push((await leaver.api.post(`${ROOT}/${id}/share`)).body.id as string);
      await leaver.api.delete(`${ROOT}/`);
      for (const link of links) expect(await shared(link)).toMatchObject(refusal(401, Detail.notFound));
      const { id } = await createChat(leaver.api);
      const last = (await leaver.api.post(`${ROOT}/${id}/share`)).body.id as string;
      await app.get(DataSource).query('DELETE FROM "user" WHERE id = $1', [leaver.id]);
      expect(await shared(last)).toMatchObject(refusal(401, Detail.notFound));
    });

    it('refuses everybody but the owner, administrators too', async () => {
      const asAdmin = await expectRefusals(
        (client, id) => client.delete(`${ROOT}/${id}/share`),
        Detail.accessProhibited,
      );
      expect(asAdmin).toMatchObject(refusal(401, Detail.accessProhibited));
    });
  });

  describe('POST /api/v1/chats/:id/clone', () => {
    it('copies everything, with a note of where it comes from', async () => {
      const chat = chatOf(chain(3), 'Source');
      const { id } = await createChat(user.api, chat);
      await user.api.post(`${ROOT}/${id}/tags`, { name: 'Kept' });
      await change(id, `pinned = true, archived = true, updated_at = 5, created_at = 5`);
      await share(id);
      const { status, body } = await user.api.post(`${ROOT}/${id}/clone`, {});
      expect(status).toBe(200);
      expect(body).toMatchObject({ title: 'Clone of Source', pinned: true, archived: false, share_id: null });
      expect(body).toMatchObject({ meta: { tags: ['kept'] }, user_id: user.id });
      expect(body.id).not.toBe(id);
      expect(body.created_at).toBeGreaterThan(5);
      const copy = { ...chat, title: 'Clone of Source', originalChatId: id, branchPointMessageId: 'm2' };
      expect(JSON.stringify(body.chat)).toBe(JSON.stringify(copy));
      expect((await user.api.get(`${ROOT}/${body.id}`)).body).toEqual(body);
      await user.api.delete(`${ROOT}/${id}`);
      expect((await user.api.get(`${ROOT}/${body.id}/tags`)).body).toMatchObject([{ name: 'Kept' }]);
    });

    it('takes a title, and a chat without history', async () => {
      const { id } = await createChat(user.api, { title: 'Bare' });
      const { body } = await user.api.post(`${ROOT}/${id}/clone`, { title: 'Copy' });
      expect(body.chat).toEqual({ title: 'Copy', originalChatId: id, branchPointMessageId: null });
      expect((await user.api.post(`${ROOT}/${id}/clone`, { title: null })).body.title).toBe('Clone of Bare');
    });

    it('refuses a missing body and everybody but the owner', async () => {
      const { id } = await createChat(user.api);
      expect(await user.api.post(`${ROOT}/${id}/clone`)).toMatchObject({ status: 422 });
      expect(await user.api.post(`${ROOT}/${id}/clone`, { title: 5 })).toMatchObject({ status: 422 });
      const asAdmin = await expectRefusals((client, chat) => client.post(`${ROOT}/${chat}/clone`, {}), Detail.generic);
      expect(asAdmin).toMatchObject(refusal(401, Detail.generic));
    });
  });

  describe('POST /api/v1/chats/:id/clone/shared', () => {
    it('copies the snapshot, without the folder, pin and tags of the sharer', async () => {
      const { id } = await createChat(user.api, chatOf(chain(2), 'Public'));
      await user.api.post(`${ROOT}/${id}/tags`, { name: 'private' });
      await change(id, `pinned = true, folder_id = NULL`);
      const { id: shareId } = await share(id);
      await user.api.post(`${ROOT}/${id}`, { chat: { title: 'Later' } });
      const { status, body } = await other.api.post(`${ROOT}/${shareId}/clone/shared`);
      expect(status).toBe(200);
      expect(body).toMatchObject({ title: 'Clone of Public', user_id: other.id, meta: {}, pinned: false });
      expect(body).toMatchObject({ folder_id: null, share_id: null });
      expect(body.chat).toMatchObject({ originalChatId: shareId, branchPointMessageId: 'm1' });
      expect(await other.api.get(`${ROOT}/all/tags`)).toMatchObject({ body: [] });
      await user.api.delete(`${ROOT}/${id}`);
      expect((await other.api.get(`${ROOT}/${body.id}`)).body).toEqual(body);
    });

    it('refuses what is not shared, but to administrators', async () => {
      const request = (client: Api, id: string) => client.post(`${ROOT}/${id}/clone/shared`);
      const asAdmin = await expectRefusals(request, Detail.generic);
      expect(asAdmin).toMatchObject({ status: 200, body: { user_id: admin.id, meta: {} } });
    });
  });
});
