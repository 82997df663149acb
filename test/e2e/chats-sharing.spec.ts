/** @services */
import { DataSource } from 'typeorm';
import type { Principal } from '../../src/common/auth/principal';
import { Detail } from '../../src/common/errors/details';
import { ChatsService } from '../../src/modules/chats/chats.service';
import { FilesService } from '../../src/modules/files/files.service';
import { startTestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { CHATS, chatStage, refusal } from '../support/chat-stage';
import { chain, chatOf, createChat, historyOf } from '../support/factories/chats';
import { createFile, FILES } from '../support/factories/files';
import { api, type Api } from '../support/http';
import { queriesOf } from '../support/query-counter';

describe('/api/v1/chats, sharing and copies', () => {
  const stage = chatStage();

  const share = async (id: string) => (await stage.user.api.post(`${CHATS}/${id}/share`)).body;
  const shared = (id: string, reader: TestUser = stage.other) => reader.api.get(`${CHATS}/share/${id}`);

  describe('POST /api/v1/chats/:id/share', () => {
    it('answers a snapshot, and keeps the time of the chat', async () => {
      const { id } = await createChat(stage.user.api, chatOf(chain(2), 'Shared'));
      await stage.app.get(ChatsService).setTags(id, ['x']);
      await stage.change(id, 'updated_at = 5, created_at = 4, archived = true, pinned = true');
      const { status, body } = await stage.user.api.post(`${CHATS}/${id}/share`);
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
      expect((await stage.user.api.get(`${CHATS}/${id}`)).body).toMatchObject({ share_id: body.id, updated_at: 5 });
    });

    it('renews the snapshot under the same id, which is frozen in between', async () => {
      const { id } = await createChat(stage.user.api, chatOf(chain(2), 'One'));
      const first = await share(id);
      await stage.user.api.post(`${CHATS}/${id}`, {
        chat: { title: 'Two', history: historyOf(chain(4)), messages: chain(4) },
      });
      await stage.app.get(ChatsService).patchMessage(id, 'm0', { content: 'Changed' });
      expect((await shared(first.id)).body).toEqual(first);
      const second = await share(id);
      expect(second).toMatchObject({ id: first.id, title: 'Two' });
      expect(second.chat.history.messages).toMatchObject({ m0: { content: 'Changed' }, m3: {} });
      expect((await shared(first.id)).body).toEqual(second);
    });

    it('has one id for many concurrent calls', async () => {
      const { id } = await createChat(stage.user.api);
      const answers = await Promise.all(Array.from({ length: 6 }, () => share(id)));
      expect(new Set(answers.map((answer) => answer.id)).size).toBe(1);
    });

    it('refuses everybody but the owner, administrators too', async () => {
      await stage.expectOwnerOnly((client, id) => client.post(`${CHATS}/${id}/share`), Detail.accessProhibited);
    });

    it('refuses owners who may not share', async () => {
      const strict = await startTestApp({ USER_PERMISSIONS_CHAT_SHARE: 'false' });
      const bound = await asUser(strict);
      const { id } = await createChat(bound.api);
      for (const target of [id, 'nope'])
        expect(await bound.api.post(`${CHATS}/${target}/share`)).toMatchObject(refusal(401, Detail.accessProhibited));
      await strict.close();
    });
  });

  describe('GET /api/v1/chats/share/:share_id', () => {
    it('shows snapshots to every verified user, and chats to administrators', async () => {
      const { id } = await createChat(stage.user.api, chatOf(chain(1), 'Mine'));
      const snapshot = await share(id);
      for (const reader of [stage.user, stage.other, stage.admin])
        expect((await shared(snapshot.id, reader)).body).toEqual(snapshot);
      expect(await shared(id)).toMatchObject(refusal(401, Detail.notFound));
      expect(await shared(id, stage.user)).toMatchObject(refusal(401, Detail.notFound));
      expect((await shared(id, stage.admin)).body).toMatchObject({ id, user_id: stage.user.id, share_id: snapshot.id });
    });

    it('refuses anonymous clients and unknown ids', async () => {
      const { id } = await createChat(stage.user.api);
      const snapshot = await share(id);
      const pending = await asUser(stage.app, 'pending');
      const path = `${CHATS}/share/${snapshot.id}`;
      expect(await api(stage.app.url).get(path)).toMatchObject(refusal(401, Detail.notAuthenticated));
      expect(await pending.api.get(path)).toMatchObject(refusal(401, Detail.accessProhibited));
      expect(await shared('nope')).toMatchObject(refusal(401, Detail.notFound));
      expect(await shared('nope', stage.admin)).toMatchObject(refusal(401, Detail.notFound));
    });

    it('shows administrators nothing but snapshots when they may not access chats', async () => {
      const strict = await startTestApp({ ENABLE_ADMIN_CHAT_ACCESS: 'false' });
      const [chief, owner] = [await asUser(strict, 'admin'), await asUser(strict)];
      const { id } = await createChat(owner.api);
      const snapshot = (await owner.api.post(`${CHATS}/${id}/share`)).body;
      expect(await chief.api.get(`${CHATS}/share/${id}`)).toMatchObject(refusal(401, Detail.notFound));
      expect(await chief.api.get(`${CHATS}/share/${snapshot.id}`)).toMatchObject({ status: 200 });
      expect(await chief.api.post(`${CHATS}/${id}/clone/shared`)).toMatchObject(refusal(401, Detail.generic));
      await strict.close();
    });
  });

  describe('GET /api/v1/chats/all/db', () => {
    it('has the snapshots among the chats', async () => {
      const { id } = await createChat(stage.user.api, chatOf(chain(2), 'Exported'));
      const snapshot = await share(id);
      await stage.user.api.post(`${CHATS}/${id}`, { chat: { title: 'Later' } });
      const rows = (await stage.admin.api.get(`${CHATS}/all/db`)).body as { id: string; updated_at: number }[];
      expect(rows.find((row) => row.id === snapshot.id)).toEqual(snapshot);
      expect(rows.find((row) => row.id === id)).toMatchObject({ title: 'Later', share_id: snapshot.id });
      const times = rows.map((row) => row.updated_at);
      expect(times).toEqual([...times].sort((a, b) => b - a));
      expect((await stage.user.api.get(`${CHATS}/all`)).body).not.toContainEqual(snapshot);
    });
  });

  describe('GET /api/v1/users/shared-:chat_id', () => {
    it('is the owner as long as the chat is shared', async () => {
      const { id } = await createChat(stage.user.api);
      const path = `/api/v1/users/shared-${id}`;
      expect(await stage.other.api.get(path)).toMatchObject({ status: 400 });
      await share(id);
      expect(await stage.other.api.get(path)).toMatchObject({ status: 200, body: { name: stage.user.name } });
      await stage.user.api.delete(`${CHATS}/${id}/share`);
      expect(await stage.other.api.get(path)).toMatchObject({ status: 400 });
    });
  });

  describe('DELETE /api/v1/chats/:id/share', () => {
    it('ends the link at once; a later one has another id', async () => {
      const { id } = await createChat(stage.user.api);
      const first = await share(id);
      expect(await stage.user.api.delete(`${CHATS}/${id}/share`)).toMatchObject({ status: 200, body: true });
      expect(await shared(first.id)).toMatchObject(refusal(401, Detail.notFound));
      expect(await shared(first.id, stage.admin)).toMatchObject(refusal(401, Detail.notFound));
      expect((await stage.user.api.get(`${CHATS}/${id}`)).body.share_id).toBeNull();
      expect(await stage.user.api.delete(`${CHATS}/${id}/share`)).toMatchObject({ status: 200, body: false });
      expect((await share(id)).id).not.toBe(first.id);
    });

    it('happens when the owner or an administrator deletes the chat, and not when another user tries to', async () => {
      for (const deleter of [stage.user, stage.admin]) {
        const { id } = await createChat(stage.user.api);
        const { id: shareId } = await share(id);
        expect(await stage.other.api.delete(`${CHATS}/${id}`)).toMatchObject(refusal(401, Detail.notFound));
        expect(await shared(shareId)).toMatchObject({ status: 200 });
        await deleter.api.delete(`${CHATS}/${id}`);
        expect(await shared(shareId)).toMatchObject(refusal(401, Detail.notFound));
      }
    });

    it('happens with all chats and with the account', async () => {
      const leaver = await asUser(stage.app);
      const ids = [await createChat(leaver.api), await createChat(leaver.api)].map(({ id }) => id);
      const links = [];
      for (const id of ids) links.push((await leaver.api.post(`${CHATS}/${id}/share`)).body.id as string);
      await leaver.api.delete(`${CHATS}/`);
      for (const link of links) expect(await shared(link)).toMatchObject(refusal(401, Detail.notFound));
      const { id } = await createChat(leaver.api);
      const last = (await leaver.api.post(`${CHATS}/${id}/share`)).body.id as string;
      await stage.app.get(DataSource).query('DELETE FROM "user" WHERE id = $1', [leaver.id]);
      expect(await shared(last)).toMatchObject(refusal(401, Detail.notFound));
    });

    it('refuses everybody but the owner, administrators too', async () => {
      await stage.expectOwnerOnly((client, id) => client.delete(`${CHATS}/${id}/share`), Detail.accessProhibited);
    });
  });

  describe('POST /api/v1/chats/:id/clone', () => {
    it('copies everything, with a note of where it comes from', async () => {
      const chat = chatOf(chain(3), 'Source');
      const { id } = await createChat(stage.user.api, chat);
      await stage.user.api.post(`${CHATS}/${id}/tags`, { name: 'Kept' });
      await stage.change(id, `pinned = true, archived = true, updated_at = 5, created_at = 5`);
      await share(id);
      const { status, body } = await stage.user.api.post(`${CHATS}/${id}/clone`, {});
      expect(status).toBe(200);
      expect(body).toMatchObject({ title: 'Clone of Source', pinned: true, archived: false, share_id: null });
      expect(body).toMatchObject({ meta: { tags: ['kept'] }, user_id: stage.user.id });
      expect(body.id).not.toBe(id);
      expect(body.created_at).toBeGreaterThan(5);
      const copy = { ...chat, title: 'Clone of Source', originalChatId: id, branchPointMessageId: 'm2' };
      expect(JSON.stringify(body.chat)).toBe(JSON.stringify(copy));
      expect((await stage.user.api.get(`${CHATS}/${body.id}`)).body).toEqual(body);
      await stage.user.api.delete(`${CHATS}/${id}`);
      expect((await stage.user.api.get(`${CHATS}/${body.id}/tags`)).body).toMatchObject([{ name: 'Kept' }]);
    });

    it('takes a title, and a chat without history', async () => {
      const { id } = await createChat(stage.user.api, { title: 'Bare' });
      const { body } = await stage.user.api.post(`${CHATS}/${id}/clone`, { title: 'Copy' });
      expect(body.chat).toEqual({ title: 'Copy', originalChatId: id, branchPointMessageId: null });
      expect((await stage.user.api.post(`${CHATS}/${id}/clone`, { title: null })).body.title).toBe('Clone of Bare');
    });

    it('refuses a missing body and everybody but the owner', async () => {
      const { id } = await createChat(stage.user.api);
      expect(await stage.user.api.post(`${CHATS}/${id}/clone`)).toMatchObject({ status: 422 });
      expect(await stage.user.api.post(`${CHATS}/${id}/clone`, { title: 5 })).toMatchObject({ status: 422 });
      await stage.expectOwnerOnly((client, chat) => client.post(`${CHATS}/${chat}/clone`, {}), Detail.generic);
    });
  });

  describe('POST /api/v1/chats/:id/clone/shared', () => {
    it('copies the snapshot, without the folder, pin and tags of the sharer', async () => {
      const { id } = await createChat(stage.user.api, chatOf(chain(2), 'Public'));
      await stage.user.api.post(`${CHATS}/${id}/tags`, { name: 'private' });
      await stage.change(id, `pinned = true, folder_id = NULL`);
      const { id: shareId } = await share(id);
      await stage.user.api.post(`${CHATS}/${id}`, { chat: { title: 'Later' } });
      const { status, body } = await stage.other.api.post(`${CHATS}/${shareId}/clone/shared`);
      expect(status).toBe(200);
      expect(body).toMatchObject({ title: 'Clone of Public', user_id: stage.other.id, meta: {}, pinned: false });
      expect(body).toMatchObject({ folder_id: null, share_id: null });
      expect(body.chat).toMatchObject({ originalChatId: shareId, branchPointMessageId: 'm1' });
      expect(await stage.other.api.get(`${CHATS}/all/tags`)).toMatchObject({ body: [] });
      await stage.user.api.delete(`${CHATS}/${id}`);
      expect((await stage.other.api.get(`${CHATS}/${body.id}`)).body).toEqual(body);
    });

    it('refuses what is not shared, but to administrators', async () => {
      const request = (client: Api, id: string) => client.post(`${CHATS}/${id}/clone/shared`);
      const id = await stage.expectRefusals(request, Detail.generic);
      expect(await request(stage.admin.api, id)).toMatchObject({
        status: 200,
        body: { user_id: stage.admin.id, meta: {} },
      });
    });
  });

  describe('files that a shared chat has attached', () => {
    const upload = (owner = stage.user) => createFile(stage.app, owner, { content: 'The heron.' });
    const withFiles = (...ids: string[]) => {
      const [first, ...rest] = chain(2);
      return chatOf([{ ...first!, files: ids.map((id) => ({ type: 'file', id, name: 'notes.txt' })) }, ...rest]);
    };
    const statuses = async (reader: TestUser, id: string) => [
      (await reader.api.get(`${FILES}/${id}`)).status,
      (await reader.api.get(`${FILES}/${id}/content`)).status,
    ];
    const [open, closed] = [
      [200, 200],
      [404, 404],
    ];

    it('are read by every account, and changed by none, until they are no longer shared', async () => {
      const id = await upload();
      const chat = await createChat(stage.user.api, withFiles(id));
      expect(await statuses(stage.other, id)).toEqual(closed);
      await share(chat.id);
      expect(await statuses(stage.other, id)).toEqual(open);
      expect((await stage.other.api.delete(`${FILES}/${id}`)).status).toBe(404);
      expect((await stage.other.api.post(`${FILES}/${id}/data/content/update`, { content: 'x' })).status).toBe(404);
      await stage.user.api.delete(`${CHATS}/${chat.id}/share`);
      expect(await statuses(stage.other, id)).toEqual(closed);
    });

    it('are those of the snapshot', async () => {
      const [old, next] = [await upload(), await upload()];
      const chat = await createChat(stage.user.api, withFiles(old));
      await share(chat.id);
      await stage.user.api.post(`${CHATS}/${chat.id}`, { chat: withFiles(next) });
      expect([await statuses(stage.other, old), await statuses(stage.other, next)]).toEqual([open, closed]);
      await share(chat.id);
      expect([await statuses(stage.other, old), await statuses(stage.other, next)]).toEqual([closed, open]);
      await stage.user.api.delete(`${CHATS}/${chat.id}`);
      expect(await statuses(stage.other, next)).toEqual(closed);
    });

    it('are those of the owner alone, also in copies of the chat', async () => {
      const [own, foreign] = [await upload(), await upload(stage.admin)];
      const chat = await createChat(stage.user.api, withFiles(own, foreign));
      const { id } = await share(chat.id);
      expect([await statuses(stage.other, own), await statuses(stage.other, foreign)]).toEqual([open, closed]);
      const copy = (await stage.other.api.post(`${CHATS}/${id}/clone/shared`)).body;
      await stage.other.api.post(`${CHATS}/${copy.id}/share`);
      await stage.user.api.delete(`${CHATS}/${chat.id}/share`);
      const third = await asUser(stage.app);
      expect([await statuses(stage.other, own), await statuses(third, own)]).toEqual([closed, closed]);
    });

    it('take one query, and leave nothing behind', async () => {
      const ids = await Promise.all(Array.from({ length: 20 }, () => upload()));
      const chat = await createChat(stage.user.api, withFiles(...ids, 'none'));
      await share(chat.id);
      const reader = { id: stage.other.id, role: 'user', groupIds: [] } as unknown as Principal;
      const find = (count: number) => () => stage.app.get(FilesService).findAllFor(reader, 'read', ids.slice(0, count));
      const [one, all] = [
        await queriesOf(stage.app.get(DataSource), find(1)),
        await queriesOf(stage.app.get(DataSource), find(20)),
      ];
      expect(all).toHaveLength(one.length);
      expect(await find(20)()).toHaveLength(20);
      await stage.user.api.delete(`${FILES}/${ids[0]}`);
      const count = () => stage.sql('SELECT count(*)::int AS n FROM shared_chat_file WHERE file_id = ANY($1)', ids);
      expect(await count()).toEqual([{ n: 19 }]);
      await stage.user.api.delete(`${CHATS}/${chat.id}`);
      expect(await count()).toEqual([{ n: 0 }]);
    });
  });
});
