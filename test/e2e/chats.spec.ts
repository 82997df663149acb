/** @services */
import { DataSource } from 'typeorm';
import { Detail } from '../../src/common/errors/details';
import { ChatsDeleted } from '../../src/modules/chats/chats.events';
import { ChatsService } from '../../src/modules/chats/chats.service';
import { EventBus } from '../../src/platform/events/event-bus';
import { startTestApp } from '../support/app';
import { asUser } from '../support/as-user';
import { CHATS, chatStage, idsOf, refusal } from '../support/chat-stage';
import { chain, chatOf, createChat, historyOf } from '../support/factories/chats';
import { createFolder } from '../support/factories/folders';
import { api } from '../support/http';
import { queriesOf } from '../support/query-counter';
import { connectSocket } from '../support/socket';

describe('/api/v1/chats', () => {
  const stage = chatStage();
  const content = async (id: string) => (await stage.user.api.get(`${CHATS}/${id}`)).body.chat;

  describe('POST /api/v1/chats/new', () => {
    it('answers the chat, every key in its place', async () => {
      const chat = { zeta: 1, ...chatOf(chain(3), 'First'), alpha: { y: [1, { b: null }], x: 1.5 } };
      const { status, body } = await stage.user.api.post(`${CHATS}/new`, { chat, folder_id: null, extra: 1 });
      expect(status).toBe(200);
      expect(body).toEqual({
        id: expect.any(String),
        user_id: stage.user.id,
        title: 'First',
        chat,
        updated_at: expect.any(Number),
        created_at: expect.any(Number),
        share_id: null,
        archived: false,
        pinned: false,
        meta: {},
        folder_id: null,
      });
      expect(JSON.stringify(await content(body.id))).toBe(JSON.stringify(chat));
    });

    it('refuses more messages than a chat may have', async () => {
      const list = Array.from({ length: 50_001 }, () => null);
      const tree = Object.fromEntries(list.map((_, index) => [`m${index}`, {}]));
      const created = await stage.user.api.post(`${CHATS}/new`, { chat: {} });
      for (const chat of [{ messages: list }, { history: { messages: tree, currentId: null } }])
        for (const path of [`${CHATS}/new`, `${CHATS}/${created.body.id}`])
          expect(await stage.user.api.post(path, { chat })).toMatchObject({
            status: 422,
            body: { detail: [{ type: 'too_long', msg: 'A chat has at most 50000 messages, not 50001' }] },
          });
    });

    it.each([
      ['an empty object', {}],
      ['an empty title', { title: '' }],
      ['a legacy list', { title: 'old', messages: [{ role: 'user', content: 'x' }] }],
      ['messages that are no list', { title: 'odd', messages: { a: 1 } }],
      ['a history without messages', { history: { currentId: 'x', other: [1] } }],
      ['a history that is a text', { history: 'x', messages: null }],
      ['messages that are no objects', { history: { messages: { a: null, b: [1], c: 5 }, currentId: 7 } }],
      ['ids of objects in the language', { history: { messages: { constructor: { id: 'constructor' } } } }],
    ])('keeps %s', async (_, chat: Record<string, unknown>) => {
      const { id, title } = await createChat(stage.user.api, chat);
      expect(title).toBe(chat.title ?? 'New Chat');
      expect(JSON.stringify(await content(id))).toBe(JSON.stringify(chat));
    });

    it('keeps a key __proto__', async () => {
      const text = '{"chat":{"history":{"messages":{"__proto__":{"content":"x","__proto__":[1]}},"currentId":null}}}';
      const { body } = await stage.user.api.request('POST', `${CHATS}/new`, text);
      expect(JSON.stringify(await content(body.id))).toBe(JSON.stringify((JSON.parse(text) as { chat: object }).chat));
    });

    it('stores NUL, lone surrogates and directional marks as text that can be stored', async () => {
      const odd =
        '{"chat":{"title":"a\\u0000\\ud800\\u202eb","history":{"messages":{"m\\u0000":{"content":"x\\udc00\\u0000","y":"\\ud800"}}}}}';
      const { status, body } = await stage.user.api.request('POST', `${CHATS}/new`, odd);
      expect(status).toBe(200);
      expect(body.title).toBe('a\ufffd\u202eb');
      expect(await content(body.id)).toMatchObject({
        history: { messages: { m: { content: 'x\ufffd', y: '\ufffd' } } },
      });
    });

    it.each([5, null, ['x'], {}])('refuses the title %j', async (title) => {
      expect(await stage.user.api.post(`${CHATS}/new`, { chat: { title } })).toMatchObject(
        refusal(400, Detail.generic),
      );
    });

    it('refuses a message id that no index can hold', async () => {
      const chat = { history: { messages: { ['x'.repeat(5000)]: {} } } };
      expect(await stage.user.api.post(`${CHATS}/new`, { chat })).toMatchObject(refusal(400, Detail.generic));
    });

    it("refuses a folder that is not the caller's", async () => {
      const form = { chat: {}, folder_id: 'f'.repeat(36) };
      expect(await stage.user.api.post(`${CHATS}/new`, form)).toMatchObject(refusal(400, Detail.notFound));
    });

    it('refuses a bad body', async () => {
      for (const body of [{}, { chat: 'x' }, { chat: [] }, { chat: {}, folder_id: 5 }])
        expect(await stage.user.api.post(`${CHATS}/new`, body)).toMatchObject({ status: 422 });
      expect(await stage.user.api.post(`${CHATS}/new`)).toMatchObject({ status: 422 });
    });

    it('refuses anonymous clients', async () => {
      expect(await api(stage.app.url).post(`${CHATS}/new`, { chat: {} })).toMatchObject(
        refusal(401, Detail.notAuthenticated),
      );
    });
  });

  describe('GET /api/v1/chats/', () => {
    it('lists plain chats, newest first, ties by insertion, with 60 on a page', async () => {
      const lister = await asUser(stage.app);
      const chats = await Promise.all(Array.from({ length: 62 }, () => createChat(lister.api, {})));
      const ids = chats
        .map(({ id }) => id)
        .sort()
        .reverse();
      await Promise.all(ids.map((id, index) => stage.change(id, `updated_at = ${2000 - Math.floor(index / 2)}`)));
      expect(idsOf(await lister.api.get(`${CHATS}/`))).toEqual(ids);
      expect(idsOf(await lister.api.get(`${CHATS}/list`))).toEqual(ids);
      for (const page of ['1', '0', '-3'])
        expect(idsOf(await lister.api.get(`${CHATS}/?page=${page}`))).toEqual(ids.slice(0, 60));
      expect(idsOf(await lister.api.get(`${CHATS}/?page=2`))).toEqual(ids.slice(60));
      expect(await lister.api.get(`${CHATS}/?page=3`)).toMatchObject({ status: 200, body: [] });
    });

    it('leaves out what is archived, pinned or in a folder, and shows the latter two when asked', async () => {
      const lister = await asUser(stage.app);
      const [plain, archived, pinned, foldered, legacy] = await Promise.all(
        Array.from({ length: 5 }, async () => (await createChat(lister.api, {})).id),
      );
      await stage.change(archived!, 'archived = true');
      await stage.change(pinned!, 'pinned = true');
      await stage.change(foldered!, `folder_id = '${await createFolder(lister.api, 'F')}'`);
      await stage.change(legacy!, 'pinned = NULL');
      const listed = async (query: string) => idsOf(await lister.api.get(`${CHATS}/${query}`)).sort();
      expect(await listed('')).toEqual([plain, legacy].sort());
      expect(await listed('?include_pinned=true')).toEqual([plain, legacy, pinned].sort());
      expect(await listed('?include_folders=1&include_pinned=yes')).toEqual([plain, legacy, pinned, foldered].sort());
    });

    it('shows four fields, asks one question and reads no message', async () => {
      const { id } = await createChat(stage.other.api, chatOf(chain(2), 'Mine'));
      const queries = await queriesOf(stage.app.get(DataSource), async () => {
        const { body } = await stage.other.api.get(`${CHATS}/?page=1`);
        const [first] = body;
        expect(first).toEqual({ id, title: 'Mine', updated_at: expect.any(Number), created_at: expect.any(Number) });
      });
      expect(queries.filter((query) => /FROM "?chat\b/.test(query))).toHaveLength(1);
      expect(queries.filter((query) => /chat_message|header/.test(query))).toEqual([]);
    });

    it('refuses an invalid query and anonymous clients', async () => {
      for (const query of ['page=', 'page=x', 'include_pinned=maybe'])
        expect(await stage.user.api.get(`${CHATS}/?${query}`)).toMatchObject({ status: 422 });
      expect(await api(stage.app.url).get(`${CHATS}/`)).toMatchObject(refusal(401, Detail.notAuthenticated));
    });
  });

  describe('GET /api/v1/chats/pinned', () => {
    it('lists pinned chats that are not archived, those in folders too', async () => {
      const lister = await asUser(stage.app);
      const [old, young, archived] = [
        await createChat(lister.api),
        await createChat(lister.api),
        await createChat(lister.api),
      ];
      const folder = await createFolder(lister.api, 'F');
      await stage.change(old.id, `pinned = true, folder_id = '${folder}', updated_at = 1`);
      await stage.change(young.id, 'pinned = true');
      await stage.change(archived.id, 'pinned = true, archived = true');
      expect(idsOf(await lister.api.get(`${CHATS}/pinned`))).toEqual([young.id, old.id]);
    });

    it('refuses anonymous clients', async () => {
      expect(await api(stage.app.url).get(`${CHATS}/pinned`)).toMatchObject(refusal(401, Detail.notAuthenticated));
    });
  });

  describe('GET /api/v1/chats/all/tags', () => {
    it('lists the tags of the caller', async () => {
      const tagger = await asUser(stage.app);
      expect(await tagger.api.get(`${CHATS}/all/tags`)).toMatchObject({ status: 200, body: [] });
      const { id } = await createChat(tagger.api);
      await stage.app.get(ChatsService).setTags(id, ['Two Words', 'None', 'a', 'A']);
      const tag = (tagId: string, name: string) => ({ id: tagId, name, user_id: tagger.id, meta: null });
      expect((await tagger.api.get(`${CHATS}/all/tags`)).body).toEqual(
        [tag('two_words', 'Two Words'), tag('a', 'a')].sort(byName),
      );
      expect((await tagger.api.get(`${CHATS}/${id}`)).body.meta).toEqual({ tags: ['two_words', 'a'] });
      expect((await stage.other.api.get(`${CHATS}/all/tags`)).body).toEqual([]);
    });

    it('refuses anonymous clients', async () => {
      expect(await api(stage.app.url).get(`${CHATS}/all/tags`)).toMatchObject(refusal(401, Detail.notAuthenticated));
    });
  });

  describe('GET /api/v1/chats/:id', () => {
    it('asks two questions about the chat', async () => {
      const { id } = await createChat(stage.user.api, chatOf(chain(50)));
      const queries = await queriesOf(stage.app.get(DataSource), () => stage.user.api.get(`${CHATS}/${id}`));
      expect(queries.filter((query) => /\bchat(_message)?\b/.test(query))).toHaveLength(2);
    });

    it('refuses everybody but the owner', async () => {
      await stage.expectRefusals((client, id) => client.get(`${CHATS}/${id}`), Detail.notFound);
      const { id } = await createChat(stage.user.api);
      expect(await stage.admin.api.get(`${CHATS}/${id}`)).toMatchObject(refusal(401, Detail.notFound));
    });
  });

  describe('POST /api/v1/chats/:id', () => {
    it('replaces the keys that are sent and keeps the others in their places', async () => {
      const chat = chatOf(chain(2));
      const { id } = await createChat(stage.user.api, chat);
      const { status, body } = await stage.user.api.post(`${CHATS}/${id}`, {
        chat: { title: 'Renamed', files: [] },
        folder_id: 'x',
      });
      expect({ status, title: body.title, folder: body.folder_id }).toEqual({
        status: 200,
        title: 'Renamed',
        folder: null,
      });
      expect(JSON.stringify(body.chat)).toBe(JSON.stringify({ ...chat, title: 'Renamed', files: [] }));
      expect(body.chat).toEqual(await content(id));
    });

    it('merges the tree of a tab that has not seen everything, and answers what is stored', async () => {
      const { id } = await createChat(stage.user.api, chatOf(chain(2)));
      await stage.user.api.post(`${CHATS}/${id}`, { chat: chatOf(chain(4)) });
      await stage.app.get(ChatsService).patchMessage(id, 'm3', { content: 'Streamed' });
      const [m0, m1] = chain(2);
      const stale = [m0!, { ...m1!, childrenIds: ['x'] }, { ...m0!, id: 'x', parentId: 'm1', childrenIds: [] }];
      const { body } = await stage.user.api.post(`${CHATS}/${id}`, {
        chat: { history: historyOf(stale), messages: stale },
      });
      expect(Object.keys(body.chat.history.messages)).toEqual(['m0', 'm1', 'm2', 'm3', 'x']);
      expect(body.chat.history.messages.m1.childrenIds).toEqual(['m2', 'x']);
      expect(body.chat.history.messages.m3.content).toBe('Streamed');
      expect(body.chat.messages.map((message: { id: string }) => message.id)).toEqual(['m0', 'm1', 'x']);
      expect(JSON.stringify(body.chat)).toBe(JSON.stringify(await content(id)));
    });

    it('removes messages that the post removes', async () => {
      const { id } = await createChat(stage.user.api, chatOf(chain(2)));
      await stage.user.api.post(`${CHATS}/${id}`, { chat: chatOf(chain(4)) });
      const { body } = await stage.user.api.post(`${CHATS}/${id}`, {
        chat: { history: historyOf(chain(2)), messages: chain(2) },
      });
      expect(body.chat).toEqual(chatOf(chain(2)));
      expect(await content(id)).toEqual(body.chat);
    });

    it('calls a chat without a title New Chat', async () => {
      const { id } = await createChat(stage.user.api, {});
      const { body } = await stage.user.api.post(`${CHATS}/${id}`, { chat: { models: ['x'] } });
      expect(body).toMatchObject({ title: 'New Chat', chat: { models: ['x'] } });
      expect(body.chat).not.toHaveProperty('title');
    });

    it('takes the first history of a chat, and no history that is none later', async () => {
      const { id } = await createChat(stage.user.api, { title: 't' });
      const history = historyOf(chain(2));
      expect((await stage.user.api.post(`${CHATS}/${id}`, { chat: { history } })).body.chat).toEqual({
        title: 't',
        history,
      });
      expect((await stage.user.api.post(`${CHATS}/${id}`, { chat: { history: null, x: 1 } })).body.chat).toEqual({
        title: 't',
        history,
        x: 1,
      });
    });

    it('refuses a title that is no text, and stores nothing', async () => {
      const { id } = await createChat(stage.user.api);
      for (const title of [null, 5, ['x']])
        expect(await stage.user.api.post(`${CHATS}/${id}`, { chat: { title, models: [] } })).toMatchObject(
          refusal(400, Detail.generic),
        );
      expect(await content(id)).toEqual(chatOf(chain(2)));
    });

    it('changes nothing for an outdated `If-Match`, and merges without one', async () => {
      const { id } = await createChat(stage.user.api, chatOf(chain(2)));
      const opened = await stage.user.api.get(`${CHATS}/${id}`);
      const version = opened.headers.get('etag') ?? '';
      expect(version).toMatch(/^"\d+"$/);
      const save = (title: string, ifMatch?: string) =>
        stage.user.api.post(`${CHATS}/${id}`, { chat: { title } }, { headers: ifMatch ? { 'If-Match': ifMatch } : {} });
      await stage.app.get(ChatsService).patchMessage(id, 'm1', { content: 'Streamed' });
      const [first, second] = await Promise.all([save('One', version), save('Two', version)]);
      expect([first.status, second.status].sort()).toEqual([200, 412]);
      const [saved, refused] = first.status === 200 ? [first, second] : [second, first];
      expect(refused.body).toEqual({ detail: 'The chat has changed in the meantime' });
      expect((await content(id)).title).toBe(saved.body.title);
      expect(saved.headers.get('etag')).toBe((await stage.user.api.get(`${CHATS}/${id}`)).headers.get('etag'));
      expect(await save('Three', saved.headers.get('etag') ?? '')).toMatchObject({ status: 200 });
      expect(await save('Four')).toMatchObject({ status: 200 });
      expect(await save('Five', '*')).toMatchObject({ status: 200, body: { title: 'Five' } });
      expect(
        await stage.other.api.post(`${CHATS}/${id}`, { chat: {} }, { headers: { 'If-Match': version } }),
      ).toMatchObject(refusal(401, Detail.accessProhibited));
    });

    it('refuses a bad body', async () => {
      const { id } = await createChat(stage.user.api);
      for (const body of [{ title: 'x' }, { chat: 1 }, [1]])
        expect(await stage.user.api.post(`${CHATS}/${id}`, body)).toMatchObject({ status: 422 });
    });

    it('refuses everybody but the owner', async () => {
      await stage.expectRefusals(
        (client, id) => client.post(`${CHATS}/${id}`, { chat: { title: 'x' } }),
        Detail.accessProhibited,
      );
      const { id } = await createChat(stage.user.api);
      const answer = await stage.admin.api.post(`${CHATS}/${id}`, { chat: { title: 'x' } });
      expect(answer).toMatchObject(refusal(401, Detail.accessProhibited));
    });
  });

  describe('DELETE /api/v1/chats/:id', () => {
    it('deletes the chat, its messages and its unused tags, and announces it', async () => {
      const { id } = await createChat(stage.user.api);
      const { id: second } = await createChat(stage.user.api);
      await stage.app.get(ChatsService).setTags(id, ['gone', 'kept']);
      await stage.app.get(ChatsService).setTags(second, ['kept']);
      await stage.change(second, 'archived = true');
      const deleted = nextDeletion();
      expect(await stage.user.api.delete(`${CHATS}/${id}`)).toMatchObject({ status: 200, body: true });
      expect(await deleted).toEqual(new ChatsDeleted([id], stage.user.id));
      expect(await stage.user.api.get(`${CHATS}/${id}`)).toMatchObject({ status: 401 });
      expect(await stage.app.get(DataSource).query('SELECT id FROM chat_message WHERE chat_id = $1', [id])).toEqual([]);
      expect(idsOf(await stage.user.api.get(`${CHATS}/all/tags`))).toEqual(['kept']);
    });

    it('lets administrators delete, and cleans up after the owner', async () => {
      const { id } = await createChat(stage.user.api);
      await stage.app.get(ChatsService).setTags(id, ['orphan']);
      expect(await stage.admin.api.delete(`${CHATS}/${id}`)).toMatchObject({ status: 200, body: true });
      expect(idsOf(await stage.user.api.get(`${CHATS}/all/tags`))).not.toContain('orphan');
      expect(await stage.admin.api.delete(`${CHATS}/${id}`)).toMatchObject(refusal(401, Detail.notFound));
    });

    it('refuses everybody else, and announces nothing', async () => {
      const announced: unknown[] = [];
      stage.app.get(EventBus).subscribe(ChatsDeleted, (event) => void announced.push(event));
      await stage.expectRefusals((client, id) => client.delete(`${CHATS}/${id}`), Detail.notFound);
      expect(announced).toEqual([]);
    });

    it('refuses those who may not delete, before it looks for the chat', async () => {
      const strict = await startTestApp({ USER_PERMISSIONS_CHAT_DELETE: 'false' });
      const bound = await asUser(strict);
      const { id } = await createChat(bound.api);
      for (const target of [id, 'nope'])
        expect(await bound.api.delete(`${CHATS}/${target}`)).toMatchObject(refusal(401, Detail.accessProhibited));
      expect(await bound.api.get(`${CHATS}/${id}`)).toMatchObject({ status: 200 });
      await strict.close();
    });
  });

  describe('POST /api/v1/chats/:id/messages/:message_id', () => {
    it('replaces the text, returns the message and notifies the tabs of the owner', async () => {
      const chat = chatOf(chain(2));
      const { id } = await createChat(stage.user.api, chat);
      const [mine, theirs] = await Promise.all([
        connectSocket(stage.app.url, stage.user.token),
        connectSocket(stage.app.url, stage.admin.token),
      ]);
      const { status, body } = await stage.admin.api.post(`${CHATS}/${id}/messages/m0`, { content: 'Edited' });
      expect({ status, owner: body.user_id }).toEqual({ status: 200, owner: stage.user.id });
      const messages = { ...chat.history.messages, m0: { ...chat.history.messages.m0, content: 'Edited' } };
      expect(JSON.stringify(body.chat)).toBe(JSON.stringify({ ...chat, history: { messages, currentId: 'm0' } }));
      const data = { type: 'chat:message', data: { chat_id: id, message_id: 'm0', content: 'Edited' } };
      expect(await mine.waitFor((name) => name === 'events')).toEqual({ chat_id: id, message_id: 'm0', data });
      expect(theirs.received).toEqual([]);
      [mine, theirs].forEach((socket) => socket.close());
    });

    it('refuses an unknown message and a chat without messages', async () => {
      const { id } = await createChat(stage.user.api);
      const { id: empty } = await createChat(stage.user.api, {});
      for (const target of [id, empty])
        expect(await stage.user.api.post(`${CHATS}/${target}/messages/ghost`, { content: 'x' })).toMatchObject(
          refusal(404, Detail.notFound),
        );
      expect(await content(empty)).toEqual({});
    });

    it('refuses anonymous clients and invalid bodies', async () => {
      await stage.expectRefusals(
        (client, id) => client.post(`${CHATS}/${id}/messages/m0`, { content: 'x' }),
        Detail.accessProhibited,
      );
      const { id } = await createChat(stage.user.api);
      for (const body of [{}, { content: 5 }])
        expect(await stage.user.api.post(`${CHATS}/${id}/messages/m0`, body)).toMatchObject({ status: 422 });
    });

    it('refuses administrators when they may not access chats', async () => {
      const strict = await startTestApp({ ENABLE_ADMIN_CHAT_ACCESS: 'false' });
      const [chief, owner] = [await asUser(strict, 'admin'), await asUser(strict)];
      const { id } = await createChat(owner.api);
      const path = `${CHATS}/${id}/messages/m0`;
      expect(await chief.api.post(path, { content: 'x' })).toMatchObject(refusal(401, Detail.accessProhibited));
      const event = { type: 'replace', data: { content: 'x' } };
      expect(await chief.api.post(`${path}/event`, event)).toMatchObject(refusal(401, Detail.accessProhibited));
      await strict.close();
    });
  });

  describe('POST /api/v1/chats/:id/messages/:message_id/event', () => {
    it('stores what each kind of event says, and passes it on', async () => {
      const { id } = await createChat(stage.user.api, chatOf(chain(2)));
      const socket = await connectSocket(stage.app.url, stage.user.token);
      const [a, b] = [{ url: '/a.png' }, { url: '/b.png' }];
      const source = { source: { name: 'S' }, document: ['d'], metadata: [{}] };
      const events: [string, object, object?][] = [
        ['status', { description: 'working', done: false }],
        ['source', source],
        ['citation', { type: 'code_execution', id: '1' }],
        ['files', { files: [a] }],
        ['files', { files: [b, a] }, { files: [b, a] }],
        ['embeds', { embeds: ['<p>1</p>'] }],
        ['whatever', { x: 1 }],
      ];
      await stage.user.api.post(`${CHATS}/${id}/messages/m0`, { content: 'Shown' });
      for (const [type, data] of events) {
        expect(await stage.user.api.post(`${CHATS}/${id}/messages/m1/event`, { type, data })).toMatchObject({
          status: 200,
          body: true,
        });
      }
      const { history } = await content(id);
      expect(history.currentId).toBe('m0');
      expect(history.messages.m1).toEqual({
        ...chain(2)[1],
        statusHistory: [{ description: 'working', done: false }],
        sources: [source],
        files: [b, a],
        embeds: ['<p>1</p>'],
      });
      await socket.waitFor((_, payload) => payload.data.type === 'whatever');
      const told = socket.received.slice(1).map(([, payload]) => (payload as { data: object }).data);
      expect(told).toEqual(events.map(([type, data, heard]) => ({ type, data: heard ?? data })));
      socket.close();
    });

    it('appends and replaces text, and shows the message', async () => {
      const { id } = await createChat(stage.user.api, chatOf(chain(3)));
      const send = (type: string, text: unknown) =>
        stage.user.api.post(`${CHATS}/${id}/messages/m1/event`, { type, data: { content: text } });
      await send('replace', 'One');
      await send('message', ' two');
      await send('message', 5);
      const { history } = await content(id);
      expect(history).toMatchObject({ currentId: 'm1', messages: { m1: { content: 'One two' } } });
    });

    it('makes no message up', async () => {
      const { id } = await createChat(stage.user.api);
      const { id: empty } = await createChat(stage.user.api, {});
      const event = { type: 'replace', data: { content: 'x' } };
      expect(await stage.user.api.post(`${CHATS}/${id}/messages/ghost/event`, event)).toMatchObject({
        status: 200,
        body: true,
      });
      expect(await stage.user.api.post(`${CHATS}/${empty}/messages/ghost/event`, event)).toMatchObject({
        status: 200,
        body: false,
      });
      expect(await content(id)).toEqual(chatOf(chain(2)));
      expect(await content(empty)).toEqual({});
    });

    it('refuses anonymous clients, whose events reach no tab, and invalid bodies', async () => {
      const socket = await connectSocket(stage.app.url, stage.user.token);
      const event = { type: 'replace', data: { content: 'x' } };
      await stage.expectRefusals(
        (client, id) => client.post(`${CHATS}/${id}/messages/m0/event`, event),
        Detail.accessProhibited,
      );
      const { id } = await createChat(stage.user.api);
      for (const body of [{}, { type: 'x', data: 'y' }, { type: 5, data: {} }])
        expect(await stage.user.api.post(`${CHATS}/${id}/messages/m0/event`, body)).toMatchObject({ status: 422 });
      await stage.user.api.post(`${CHATS}/${id}/messages/m0/event`, { type: 'last', data: {} });
      expect(await socket.waitFor((name) => name === 'events')).toMatchObject({ data: { type: 'last' } });
      socket.close();
    });
  });

  const nextDeletion = () => new Promise((resolve) => stage.app.get(EventBus).subscribe(ChatsDeleted, resolve));
});

const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
