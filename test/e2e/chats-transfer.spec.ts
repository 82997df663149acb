/** @services */
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { DataSource } from 'typeorm';
import { Detail } from '../../src/common/errors/details';
import { ChatExportsRepository } from '../../src/modules/chats/transfer/chat-exports.repository';
import { startTestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { CHATS, chatStage, refusal } from '../support/chat-stage';
import { deferred } from '../support/deferred';
import { chain, chatOf, createChat, type Message } from '../support/factories/chats';
import { createFolder } from '../support/factories/folders';
import { pngUrl } from '../support/factories/images';
import { CHATGPT, CLAUDE, LIBRECHAT, LOBECHAT } from '../support/factories/product-exports';
import type { Answer, Json } from '../support/http';
import { queriesOf } from '../support/query-counter';

const NDJSON = 'application/x-ndjson';
const failuresOf = ({ headers }: Answer): unknown => JSON.parse(headers.get('x-import-failures') ?? '');
const linesOf = ({ body }: Answer<string>) =>
  body
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('chats in and out', () => {
  const stage = chatStage();

  const importAll = (chats: unknown, owner = stage.user) => owner.api.post(`${CHATS}/import`, { chats });
  const importLines = (text: string, owner = stage.user) =>
    owner.api.request('POST', `${CHATS}/import/lines`, text, { headers: { 'Content-Type': NDJSON } });
  const allOf = async (owner: TestUser) => (await owner.api.get(`${CHATS}/all`)).body;

  describe('GET /api/v1/chats/all', () => {
    it('answers whole chats, archived ones too, newest first', async () => {
      const owner = await asUser(stage.app);
      const ids = [];
      for (let index = 0; index < 3; index++) {
        const { id } = await createChat(owner.api, chatOf(chain(4), `Chat ${index}`));
        await stage.change(id, `updated_at = ${index}, archived = ${index === 1}`);
        ids.unshift(id);
      }
      const { status, headers, body } = await owner.api.get(`${CHATS}/all`);
      expect(status).toBe(200);
      expect(headers.get('content-type')).toBe('application/json');
      expect(body).toEqual(await Promise.all(ids.map(async (id) => (await owner.api.get(`${CHATS}/${id}`)).body)));
      expect((await owner.api.get(`${CHATS}/all/archived`)).body).toEqual([body[1]]);
    });

    it('has large chats as they are, whatever their list of messages shows', async () => {
      const owner = await asUser(stage.app);
      const messages = chain(60).map((message) => ({ ...message, content: 'é'.repeat(4000) }));
      const files = [{ type: 'image', url: pngUrl('large') }];
      const chat = chatOf(
        messages.map((message, at) => (at === 40 ? { ...message, files } : message)),
        'Large',
      );
      const odd = {
        ...chat,
        messages: [{ odd: 1 }, ...chat.messages.slice(20).reverse(), 'x', messages[3], messages[3], null],
      };
      await createChat(owner.api, odd);
      const { id } = await createChat(owner.api, { title: 'Changed', history: chat.history, messages: chat.messages });
      await owner.api.post(`${CHATS}/${id}/messages/m7`, { content: 'another text' });
      const [changed, first] = (await allOf(owner)).sort((a: Json, b: Json) => (a.title < b.title ? -1 : 1));
      expect(JSON.stringify(first.chat)).toBe(JSON.stringify(odd));
      expect(changed.chat.history.messages).toEqual({
        ...chat.history.messages,
        m7: { ...messages[7], content: 'another text' },
      });
      expect(changed.chat.messages).toEqual(chat.messages);
    });

    it('is an empty list without chats', async () => {
      const owner = await asUser(stage.app);
      expect(await allOf(owner)).toEqual([]);
      expect(await owner.api.get(`${CHATS}/all`, { headers: { Accept: NDJSON } })).toMatchObject({
        status: 200,
        body: undefined,
      });
    });

    it('answers one chat a line when asked', async () => {
      const owner = await asUser(stage.app);
      for (const title of ['One', 'Two\nlines']) await createChat(owner.api, chatOf(chain(2), title));
      const answer = await owner.api.get(`${CHATS}/all`, { headers: { Accept: NDJSON } });
      expect(answer.headers.get('content-type')).toBe(NDJSON);
      expect(linesOf(answer)).toEqual(await allOf(owner));
    });

    it('asks a number of questions that does not grow with every chat', async () => {
      const owner = await asUser(stage.app);
      await importAll(
        Array.from({ length: 120 }, (_, index) => ({ chat: chatOf(chain(2), `Many ${index}`) })),
        owner,
      );
      const queries = await queriesOf(stage.app.get(DataSource), () => owner.api.get(`${CHATS}/all`));
      // Account, permissions, ids, sizes, and three times for each of three packs.
      expect(queries.length).toBeLessThanOrEqual(13);
      expect(await allOf(owner)).toHaveLength(120);
    });

    it('is read no further when the client has left', async () => {
      const owner = await asUser(stage.app);
      await importAll(
        Array.from({ length: 170 }, (_, index) => ({ chat: { title: `Chat ${index}`, more: 'x'.repeat(2000) } })),
        owner,
      );
      const exports = stage.app.get(ChatExportsRepository);
      const find = exports.findAll.bind(exports);
      const [asked, released] = [deferred<void>(), deferred<void>()];
      const packs = jest.spyOn(exports, 'findAll').mockImplementation(async (ids) => {
        if (packs.mock.calls.length === 2) {
          asked.resolve();
          await released.promise;
        }
        return find(ids);
      });
      const left = new Promise((resolve) =>
        stage.app.app
          .getHttpServer()
          .once('request', (_: unknown, response: ServerResponse) => response.on('close', resolve)),
      );
      const client = new AbortController();
      const headers = { Authorization: `Bearer ${owner.token}` };
      await fetch(`${stage.app.url}${CHATS}/all`, { headers, signal: client.signal });
      await asked.promise;
      client.abort();
      await left;
      released.resolve();
      // A whole export takes four packs; the other one has had its time when it is done.
      expect(await allOf(owner)).toHaveLength(170);
      expect(packs).toHaveBeenCalledTimes(2 + 4);
      packs.mockRestore();
    });

    it('refuses anonymous clients and pending accounts', async () => {
      for (const path of ['all', 'all/archived', 'all/db', `folder/any`])
        await stage.expectAccountRequired((client) => client.get(`${CHATS}/${path}`));
    });
  });

  describe('GET /api/v1/chats/all/db', () => {
    it('has the chats of everybody, for administrators only', async () => {
      const { id } = await createChat(stage.user.api);
      const { body } = await stage.admin.api.get(`${CHATS}/all/db`);
      expect(body.map((chat: { id: string }) => chat.id)).toContain(id);
      expect(await stage.user.api.get(`${CHATS}/all/db`)).toMatchObject(refusal(401, Detail.accessProhibited));
    });

    it('is refused where the export is switched off', async () => {
      const closed = await startTestApp({ ENABLE_ADMIN_EXPORT: 'false' });
      try {
        const owner = await asUser(closed, 'admin');
        expect(await owner.api.get(`${CHATS}/all/db`)).toMatchObject(refusal(401, Detail.accessProhibited));
        expect(await owner.api.get(`${CHATS}/all`)).toMatchObject({ status: 200 });
      } finally {
        await closed.close();
      }
    });
  });

  describe('POST /api/v1/chats/import', () => {
    it('makes new chats of the caller, in the order of the list', async () => {
      const owner = await asUser(stage.app);
      const folder_id = await createFolder(owner.api, 'Imported');
      const foreign = await createChat(stage.user.api, chatOf(chain(2), 'Of somebody else'));
      const { status, body } = await importAll(
        [
          { ...foreign, chat: foreign.chat },
          { chat: chatOf(chain(3), 'Old'), created_at: '1600000001', updated_at: 1600000002, pinned: 'yes', folder_id },
          { chat: { title: 'Tagged', odd: null }, meta: { tags: ['a_tag'], more: 1 }, folder_id: 'of-another-system' },
        ],
        owner,
      );
      expect(status).toBe(200);
      expect(body).toMatchObject([
        {
          user_id: owner.id,
          title: 'Of somebody else',
          chat: foreign.chat,
          share_id: null,
          created_at: foreign.created_at,
        },
        { title: 'Old', created_at: 1600000001, updated_at: 1600000002, pinned: true, folder_id, archived: false },
        { title: 'Tagged', chat: { title: 'Tagged', odd: null }, meta: { tags: ['a_tag'], more: 1 }, folder_id: null },
      ]);
      expect(body[0].id).not.toBe(foreign.id);
      expect((await stage.user.api.get(`${CHATS}/${foreign.id}`)).body).toEqual(foreign);
      const { body: tags } = await owner.api.get(`${CHATS}/all/tags`);
      expect(tags).toMatchObject([{ id: 'a_tag', name: 'a_tag' }]);
    });

    it('takes what an export gives, and takes it once', async () => {
      const [from, to] = [await asUser(stage.app), await asUser(stage.app)];
      for (let index = 0; index < 3; index++) await createChat(from.api, chatOf(chain(5), `Chat ${index}`));
      const exported = await allOf(from);
      const { body: first } = await importAll(exported, to);
      const { body: second } = await importAll(exported, to);
      expect(second).toEqual(first);
      const strip = (chats: { chat: object }[]) => chats.map(({ chat }) => JSON.stringify(chat)).sort();
      expect(strip(await allOf(to))).toEqual(strip(exported));
    });

    it('creates one chat for concurrent imports of the same content', async () => {
      const owner = await asUser(stage.app);
      const item = { chat: chatOf(chain(3), 'Same') };
      await Promise.all(Array.from({ length: 6 }, () => importAll([item, item], owner)));
      expect(await allOf(owner)).toHaveLength(1);
    });

    it('knows the chats that the importer has anyway, with their images', async () => {
      const owner = await asUser(stage.app);
      const [prompt, reply] = chain(2) as [Message, Message];
      const files = [{ type: 'image', url: pngUrl('own') }];
      const { id } = await createChat(owner.api, chatOf([{ ...prompt, files }, reply], 'With an image'));
      for (const title of ['Empty', 'New Chat', 'New Chat']) await createChat(owner.api, { title });
      const exported = await allOf(owner);
      expect(await importAll(exported, owner)).toMatchObject({ status: 200, body: { length: 4 } });
      expect(await allOf(owner)).toEqual(exported);
      // What was recognised once is known by what it was.
      await owner.api.post(`${CHATS}/${id}`, { chat: { title: 'Changed' } });
      await importAll(exported, owner);
      expect(await allOf(owner)).toHaveLength(4);
      const { body: lines } = await owner.api.get(`${CHATS}/all`, { headers: { Accept: NDJSON } });
      expect(await importLines(lines, owner)).toMatchObject({ body: { imported: 0, known: 4, failed: 0 } });
      // Two of them are the same now.
      const later = exported.map((item: object) => ({ ...item, created_at: 5 }));
      await importAll(later, owner);
      expect(await allOf(owner)).toHaveLength(7);
    });

    it('takes compressed bodies, and refuses what only says that it is one', async () => {
      const owner = await asUser(stage.app);
      const send = (body: Uint8Array<ArrayBuffer>, encoding: string) =>
        fetch(`${stage.app.url}${CHATS}/import`, {
          method: 'POST',
          headers: {
            Authorization: `Bearer ${owner.token}`,
            'Content-Type': 'application/json',
            'Content-Encoding': encoding,
          },
          body,
        }).then(({ status }) => status);
      const body = gzipSync(JSON.stringify({ chats: [{ chat: { title: 'Small' } }] }));
      expect(await send(body, 'gzip')).toBe(200);
      expect(await allOf(owner)).toMatchObject([{ title: 'Small' }]);
      expect(await send(body, 'br')).toBe(400);
      expect(await send(body, 'unknown')).toBe(400);
    });

    it('takes any number of chats, each as large as a body may be', async () => {
      const small = await startTestApp({ MAX_BODY_MB: '1' });
      try {
        const owner = await asUser(small);
        const item = (title: string, size: number) => ({
          chat: chatOf([{ ...chain(1)[0]!, content: 'x'.repeat(size) }], title),
        });
        const chats = [item('One', 250_000), item('Two', 250_000), item('Long', 1_100_000), item('Three', 250_000)];
        const answer = await owner.api.post(`${CHATS}/import`, { chats: [...chats, item('Four', 250_000)] });
        expect(answer.body.map(({ title }: { title: string }) => title)).toEqual(['One', 'Two', 'Three', 'Four']);
        expect(failuresOf(answer)).toEqual([{ index: 2, detail: expect.any(String) }]);
        const rest = 'x'.repeat(1_100_000);
        expect(await owner.api.post(`${CHATS}/import`, { chats: [], rest })).toMatchObject({ status: 413 });
      } finally {
        await small.close();
      }
    });

    it('keeps what came before a body broke off, and takes it once', async () => {
      const owner = await asUser(stage.app);
      const text = JSON.stringify({ chats: [{ chat: { title: 'Whole' } }, { chat: { title: 'Broken' } }] });
      for (const part of [text.slice(0, -8), text.replace('"Broken"', 'Broken')])
        expect(await owner.api.request('POST', `${CHATS}/import`, part)).toMatchObject({
          status: 422,
          body: { detail: [{ type: 'json_invalid' }] },
        });
      expect(await importAll(JSON.parse(text).chats, owner)).toMatchObject({ status: 200, body: { length: 2 } });
      expect(await allOf(owner)).toHaveLength(2);
    });

    it('imports again what was deleted', async () => {
      const owner = await asUser(stage.app);
      const item = { chat: { title: 'Back again' } };
      const { body } = await importAll([item], owner);
      await owner.api.delete(`${CHATS}/${body[0].id}`);
      expect(await importAll([item], owner)).toMatchObject({ status: 200, body: [{ title: 'Back again' }] });
    });

    it('reports what cannot be imported, and imports the rest', async () => {
      const owner = await asUser(stage.app);
      const answer = await importAll(
        [{ chat: { title: 'Good' } }, { chat: { title: 7 } }, { chat: { title: 'Too' } }],
        owner,
      );
      expect(answer).toMatchObject({ status: 200, body: [{ title: 'Good' }, { title: 'Too' }] });
      expect(failuresOf(answer)).toEqual([{ index: 1, detail: Detail.generic }]);
      const mixed = await importAll([{ chat: 'é' }, { chat: { title: 'Fine' } }], owner);
      expect(mixed).toMatchObject({ status: 200, body: [{ title: 'Fine' }] });
      expect(failuresOf(mixed)).toEqual([
        { index: 0, detail: 'body.chats.0.chat: Input should be a valid dictionary' },
      ]);
    });

    it('reports every failure when nothing can be imported', async () => {
      expect(await importAll([{ chat: {}, created_at: 'x' }, {}])).toMatchObject({
        status: 422,
        body: {
          detail: [
            { type: 'int_parsing', loc: ['body', 'chats', 0, 'created_at'] },
            { type: 'missing', loc: ['body', 'chats', 1, 'chat'] },
          ],
        },
      });
    });

    it('reads the list under any way to write its key', async () => {
      const owner = await asUser(stage.app);
      const body = '{"other":{"chats":[1]},"\\u0063hats":[{"chat":{"title":"Odd"}}]}';
      expect(await owner.api.request('POST', `${CHATS}/import`, body)).toMatchObject({ body: [{ title: 'Odd' }] });
    });

    it('takes exports of other products, once, with folders for their projects', async () => {
      const owner = await asUser(stage.app);
      const send = (value: unknown) => owner.api.request('POST', `${CHATS}/import`, JSON.stringify(value));
      const broken = { title: 'Broken', mapping: { root: { message: null, parent: null, children: [] } } };
      const answer = await send([CHATGPT, CLAUDE, broken, { chat: { title: 'Own' } }]);
      expect(answer).toMatchObject({
        status: 200,
        body: [
          { title: 'A picture', archived: true, created_at: 1756000000, updated_at: 1756000400 },
          { title: 'Notes', archived: false },
          { title: 'Own' },
        ],
      });
      expect(failuresOf(answer)).toEqual([{ index: 2, detail: 'The conversation has no messages' }]);
      expect(await send(LIBRECHAT)).toMatchObject({ status: 200, body: [{ title: 'Now' }] });
      for (const file of [LOBECHAT, { chats: [LOBECHAT] }])
        expect(await send(file)).toMatchObject({ status: 200, body: [{ title: 'Trip' }, { title: 'Travel agent' }] });
      for (const value of [[CHATGPT, CLAUDE], LIBRECHAT, LOBECHAT]) await send(value);
      const folders = (await owner.api.get('/api/v1/folders/')).body as { id: string; name: string }[];
      expect(folders.map(({ name }) => name).sort()).toEqual(['ChatGPT project 67a1b2c3', 'Private', 'Research']);
      const all = (await allOf(owner)) as { title: string; folder_id: string | null; meta: object }[];
      expect(all.map(({ title }) => title).sort()).toEqual([
        'A picture',
        'Notes',
        'Now',
        'Own',
        'Travel agent',
        'Trip',
      ]);
      const named = (title: string) => all.find((chat) => chat.title === title);
      expect(named('Notes')?.folder_id).toBe(folders.find(({ name }) => name === 'Research')?.id);
      expect(named('Trip')).toMatchObject({ pinned: true, meta: { tags: ['travel_agent'] } });
      expect((await owner.api.get(`${CHATS}/all/tags`)).body).toMatchObject([
        { name: 'Travel agent' },
        { name: 'work' },
      ]);
      expect((await owner.api.get(`${CHATS}/search?text=pixels`)).body).toEqual([]);
      expect((await owner.api.get(`${CHATS}/search?text=archived:true%20pixels`)).body).toHaveLength(1);
    });

    it('keeps projects as tags where folders are switched off', async () => {
      const plain = await startTestApp({ ENABLE_FOLDERS: 'false' });
      try {
        const owner = await asUser(plain);
        const { body } = await owner.api.post(`${CHATS}/import`, { chats: [CLAUDE] });
        expect(body).toMatchObject([{ folder_id: null, meta: { tags: ['research'] } }]);
      } finally {
        await plain.close();
      }
    });

    it('takes a list or one chat as the body, with a byte order mark', async () => {
      const owner = await asUser(stage.app);
      for (const text of [
        '[{"chat":{"title":"Listed"}}]',
        '{"chat":{"title":"Single"},"id":"x"}',
        '{"chats":[]}',
        '[]',
      ])
        expect(await owner.api.request('POST', `${CHATS}/import`, `\ufeff${text}`)).toMatchObject({ status: 200 });
      expect((await allOf(owner)).map(({ title }: Json) => title)).toEqual(['Single', 'Listed']);
      expect(await importLines('\ufeff{"chat":{"title":"Line"}}', owner)).toMatchObject({ body: { imported: 1 } });
    });

    it('says what is wrong with a large body that is no list', async () => {
      const long = 'x'.repeat(3_000_000);
      for (const [text, issue] of [
        [`{"foo":"${long}"}`, { type: 'missing', loc: ['body', 'chats'] }],
        [`"${long}"`, { type: 'model_attributes_type', loc: ['body'] }],
        [`{"foo":"${long}`, { type: 'json_invalid' }],
      ] as const) {
        const { status, body } = await stage.user.api.request('POST', `${CHATS}/import`, text);
        expect({ status, body }).toMatchObject({ status: 422, body: { detail: [issue] } });
        expect(JSON.stringify(body).length).toBeLessThan(1000);
      }
    });

    it('repeats at most 200 characters of what it refuses', async () => {
      const long = 'x'.repeat(1_000_000);
      const { status, body } = await importAll(
        [{ title: long }, { chat: long }, { chat: {}, created_at: long }, [long], long, { mapping: long }],
        stage.user,
      );
      expect(status).toBe(422);
      expect(body.detail).toHaveLength(6);
      expect(JSON.stringify(body).length).toBeLessThan(3000);
    });

    it('leaves out tags that are too long for an index', async () => {
      const owner = await asUser(stage.app);
      const tags = ['short', '€'.repeat(2800), 'none', 5];
      const { body } = await importAll([{ chat: { title: 'Tagged' }, meta: { tags, more: 1 } }], owner);
      expect(body).toMatchObject([{ meta: { tags: ['short'], more: 1 } }]);
    });

    it('refuses a list of which nothing can be imported', async () => {
      for (const item of [{ chat: {}, meta: null }, { chat: { title: 7 } }])
        expect(await importAll([item])).toMatchObject(refusal(400, Detail.generic));
      expect(await importAll([])).toMatchObject({ status: 200, body: [] });
    });

    it.each([undefined, 'x', [{}], [{ chat: [] }], [{ chat: {}, created_at: 'x' }]])('refuses %j', async (chats) => {
      expect(await importAll(chats)).toMatchObject({ status: 422 });
    });

    it('refuses anonymous clients and pending accounts', async () => {
      await stage.expectAccountRequired((client) => client.post(`${CHATS}/import`, { chats: [] }));
    });
  });

  describe('POST /api/v1/chats/import/lines', () => {
    it('imports an export of lines, reports invalid lines, and continues', async () => {
      const [from, to] = [await asUser(stage.app), await asUser(stage.app)];
      for (const title of ['One', 'Two']) await createChat(from.api, chatOf(chain(4), title));
      const { body: text } = await from.api.get(`${CHATS}/all`, { headers: { Accept: NDJSON } });
      const [first, second] = (text as string).trim().split('\n');
      const lines = [first, 'no json', '{"chat":5}', '', second, '[1]', first, '{"chat":{"title":7}}'];
      expect(await importLines(lines.join('\n'), to)).toMatchObject({
        status: 200,
        body: {
          imported: 2,
          known: 1,
          failed: 4,
          failures: [{ line: 2 }, { line: 3 }, { line: 6 }, { line: 8, detail: Detail.generic }],
        },
      });
      const exported = (await allOf(from)) as { chat: object }[];
      expect((await allOf(to)).map(({ chat }: { chat: object }) => chat)).toEqual(
        expect.arrayContaining(exported.map(({ chat }) => chat)),
      );
    });

    it('keeps archived chats archived', async () => {
      const [from, to] = [await asUser(stage.app), await asUser(stage.app)];
      for (const title of ['Kept', 'Archived']) {
        const { id } = await createChat(from.api, chatOf(chain(2), title));
        if (title === 'Archived') await from.api.post(`${CHATS}/${id}/archive`);
      }
      const { body: lines } = await from.api.get(`${CHATS}/all`, { headers: { Accept: NDJSON } });
      await importLines(lines, to);
      expect(await to.api.get(`${CHATS}/archived`)).toMatchObject({ body: [{ title: 'Archived' }] });
      expect(await to.api.get(CHATS)).toMatchObject({ body: [{ title: 'Kept' }] });
    });

    it('takes exports of other products, one a line, and reports each', async () => {
      const owner = await asUser(stage.app);
      const text = [CHATGPT, LOBECHAT, { mapping: {} }, LIBRECHAT].map((item) => JSON.stringify(item)).join('\n');
      const failures = [{ line: 3, detail: 'The conversation has no messages' }];
      expect(await importLines(text, owner)).toMatchObject({ body: { imported: 4, known: 0, failed: 1, failures } });
      expect(await importLines(text, owner)).toMatchObject({ body: { imported: 0, known: 4, failed: 1, failures } });
    });

    it('gives a report of bounded length', async () => {
      const line = JSON.stringify({ title: 'C', mapping: 'z'.repeat(100_000) });
      const { body } = await importLines(`${line}\n`.repeat(20));
      expect(body.failed).toBe(20);
      expect(JSON.stringify(body).length).toBeLessThan(5000);
      const { body: many } = await importLines('no json\n'.repeat(1500));
      expect(many.failed).toBe(1500);
      expect(many.failures).toHaveLength(1000);
    });

    it('stores what PostgreSQL cannot without the offending characters', async () => {
      const owner = await asUser(stage.app);
      await importLines('{"chat":{"title":"a\\u0000b\\ud800"}}', owner);
      expect(await allOf(owner)).toMatchObject([{ title: 'ab\ufffd' }]);
    });

    it('reports a line that is nested too deeply', async () => {
      const deep = `{"chat":{"title":"x","a":${'['.repeat(5000)}${']'.repeat(5000)}}}`;
      expect(await importLines(deep)).toMatchObject({ status: 200, body: { failed: 1, imported: 0 } });
    });

    it('takes nothing but lines', async () => {
      expect(await stage.user.api.post(`${CHATS}/import/lines`, { chat: {} })).toMatchObject({ status: 400 });
    });

    it('refuses anonymous clients and pending accounts', async () => {
      await stage.expectAccountRequired((client) =>
        client.request('POST', `${CHATS}/import/lines`, '{"chat":{}}', { headers: { 'Content-Type': NDJSON } }),
      );
    });
  });
});
