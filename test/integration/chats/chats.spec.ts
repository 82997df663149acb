import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import type { Principal } from '../../../src/common/auth/principal';
import { ChatRecordsService } from '../../../src/modules/chats/chat-records.service';
import { ChatSavesService } from '../../../src/modules/chats/chat-saves.service';
import { ChatsService } from '../../../src/modules/chats/chats.service';
import type { Tree } from '../../support/tree-store';
import { startTestApp, type TestApp } from '../../support/app';
import { asUser } from '../../support/as-user';
import { chain, chatOf, historyOf, type Message } from '../../support/factories/chats';
import { queriesOf } from '../../support/query-counter';

describe('chats as rows', () => {
  let app: TestApp;
  let owner: Principal;
  let records: ChatRecordsService;
  let saves: ChatSavesService;
  let chats: ChatsService;

  beforeAll(async () => {
    app = await startTestApp();
    const user = await asUser(app);
    owner = { ...user, groupIds: [], credential: { kind: 'jwt', token: '', jti: '', expiresAt: null } };
    records = app.get(ChatRecordsService);
    saves = app.get(ChatSavesService);
    chats = app.get(ChatsService);
  });
  afterAll(() => app.close());

  const sql = <T>(text: string, ...values: unknown[]): Promise<T[]> => app.get(DataSource).query(text, values);
  const create = async (messages: Message[]) => (await records.create(owner, { chat: chatOf(messages) })).id;
  const read = async (id: string) => (await records.getAny(id)).chat as ReturnType<typeof chatOf>;
  /** Where each row lies: a row that was written lies elsewhere. */
  const places = async (id: string) =>
    new Map(
      (
        await sql<{ id: string; at: string }>(
          'SELECT id, ctid || $2 || xmin AS at FROM chat_message WHERE chat_id = $1',
          id,
          '/',
        )
      ).map((row) => [row.id, row.at]),
    );
  async function writtenBy(id: string, work: () => Promise<unknown>): Promise<string[]> {
    const before = await places(id);
    await work();
    return [...(await places(id))].filter(([message, at]) => before.get(message) !== at).map(([message]) => message);
  }

  describe('a save', () => {
    it('of one changed message in 1,000 writes that row', async () => {
      const messages = chain(1000);
      const id = await create(messages);
      const edited = messages.map((message) => (message.id === 'm500' ? { ...message, content: 'Edited' } : message));
      expect(await writtenBy(id, () => saves.save(owner, id, chatOf(edited)))).toEqual(['m500']);
      expect(await writtenBy(id, () => saves.save(owner, id, chatOf(edited)))).toEqual([]);
      expect(JSON.stringify(await read(id))).toBe(JSON.stringify(chatOf(edited)));
    });

    it('of one more exchange writes it and the parent', async () => {
      const id = await create(chain(500));
      expect(await writtenBy(id, () => saves.save(owner, id, chatOf(chain(502))))).toEqual(['m499', 'm500', 'm501']);
    });

    it('takes the same few statements for any number of changes', async () => {
      const id = await create(chain(300));
      const changed = chain(300).map((message) => ({ ...message, rating: 1 }));
      const queries = await queriesOf(app.get(DataSource), () => saves.save(owner, id, chatOf(changed)));
      expect(queries.filter((query) => /INSERT INTO chat_message/.test(query))).toHaveLength(1);
      expect(queries.length).toBeLessThanOrEqual(8);
    });

    it('keeps the order of messages, new ones in between included', async () => {
      const id = await create(chain(3));
      const [m0, m1, m2] = chain(3) as [Message, Message, Message];
      const between = { ...m1, id: 'between', parentId: 'm0', childrenIds: [] };
      const order = [m2, m0, between, m1];
      await saves.save(owner, id, { history: historyOf(order) });
      expect(Object.keys((await read(id)).history.messages)).toEqual(['m2', 'm0', 'between', 'm1']);
    });

    it('stores 5,000 messages of 40 MB', async () => {
      const messages = chain(5000).map((message) => ({ ...message, content: 'x'.repeat(8000) }));
      const id = await create(messages);
      expect(JSON.stringify(await read(id))).toBe(JSON.stringify(chatOf(messages)));
    });
  });

  describe('the list messages', () => {
    const streamed = async (id: string) => {
      await chats.patchMessage(id, 'm1', { content: 'Hel' });
      await chats.patchMessage(id, 'm1', { content: 'Hello' });
      await chats.patchMessage(id, 'm1', { sources: [1] });
    };

    it('stays what the client posted while the server writes, and takes no room for what it repeats', async () => {
      const id = await create(chain(2));
      expect(await sql('SELECT copies FROM chat WHERE id = $1', id)).toEqual([{ copies: ['m0', 'm1'] }]);
      await streamed(id);
      const chat = await read(id);
      expect(chat.messages).toEqual(chain(2));
      expect(chat.history.messages.m1).toEqual({ ...chain(2)[1], content: 'Hello', sources: [1] });
    });

    it('is what the next save says', async () => {
      const id = await create(chain(2));
      await streamed(id);
      const { history } = await read(id);
      await saves.save(owner, id, { history, messages: Object.values(history.messages) });
      expect((await read(id)).messages).toEqual(Object.values(history.messages));
      expect(await sql('SELECT id FROM chat_message WHERE chat_id = $1 AND saved IS NOT NULL', id)).toEqual([]);
    });

    it('stays when a save does not send it, also for messages that this save changes or removes', async () => {
      const id = await create(chain(4));
      const changed = chain(4).map((message) => ({ ...message, rating: 5 }));
      await saves.save(owner, id, { history: historyOf(changed) });
      await saves.save(owner, id, {
        history: historyOf([...changed.slice(0, 1), { ...changed[1]!, childrenIds: [] }]),
      });
      const chat = await read(id);
      expect(Object.keys(chat.history.messages)).toEqual(['m0', 'm1']);
      expect(chat.messages).toEqual(chain(4));
    });

    it('follows a list that is sent later, also when no row changes then', async () => {
      const id = await create(chain(2));
      const changed = chain(2).map((message) => ({ ...message, rating: 5 }));
      await saves.save(owner, id, { history: historyOf(changed) });
      await saves.save(owner, id, { history: historyOf(changed), messages: changed });
      expect((await read(id)).messages).toEqual(changed);
    });

    it('may come alone, with or without what is stored', async () => {
      const id = await create(chain(2));
      await streamed(id);
      const messages = [{ role: 'user', content: 'other' }, (await read(id)).history.messages.m1, chain(2)[0]];
      await saves.save(owner, id, { messages });
      expect((await read(id)).messages).toEqual(messages);
    });
  });

  describe('patchMessage', () => {
    it('is two statements for each further piece of text: the time and the row', async () => {
      const id = await create(chain(2));
      await chats.patchMessage(id, 'm1', { content: 'a' });
      const queries = await queriesOf(app.get(DataSource), () => chats.patchMessage(id, 'm1', { content: 'ab' }));
      expect(queries).toHaveLength(2);
      expect(await writtenBy(id, () => chats.patchMessage(id, 'm1', { content: 'abc' }))).toEqual(['m1']);
      expect(await chats.findMessage(id, 'm1')).toEqual({ ...chain(2)[1], content: 'abc' });
    });

    it('keeps the order of keys, appends new ones, and moves `currentId` on request', async () => {
      const id = await create(chain(3));
      await chats.patchMessage(
        id,
        'm1',
        { usage: { a: 1 }, role: 'assistant', content: 'x\0y' },
        { moveCurrent: true },
      );
      const { history } = await read(id);
      expect(history.currentId).toBe('m1');
      expect(JSON.stringify(history.messages.m1)).toBe(
        JSON.stringify({ ...chain(3)[1], content: 'xy', usage: { a: 1 } }),
      );
    });

    it('creates a message only with a parent, and lists it there', async () => {
      const id = await create(chain(2));
      await chats.patchMessage(id, 'ghost', { content: 'x' });
      await chats.patchMessage(id, 'new', { parentId: 'm1', model: 'm' });
      await chats.patchMessage(id, 'new', { content: 'text' });
      const { messages } = (await read(id)).history;
      expect(Object.keys(messages)).toEqual(['m0', 'm1', 'new']);
      expect(messages.new).toEqual({
        id: 'new',
        parentId: 'm1',
        childrenIds: [],
        role: 'assistant',
        timestamp: expect.any(Number),
        model: 'm',
        content: 'text',
      });
      expect(messages.m1?.childrenIds).toEqual(['new']);
    });

    it('ignores a parent that is the message itself or below it', async () => {
      const id = await create(chain(3));
      for (const parentId of ['m0', 'm2']) await chats.patchMessage(id, 'm0', { parentId, model: 'm' });
      await chats.patchMessage(id, 'self', { parentId: 'self', content: 'x' });
      await chats.patchMessage(id, 'below', { parentId: 'above', content: 'x' });
      await chats.patchMessage(id, 'above', { parentId: 'below', content: 'x' });
      const { messages } = (await read(id)).history;
      const parents = Object.values(messages).map((message) => [message.id, message.parentId]);
      expect(parents).toEqual([
        ['m0', null],
        ['m1', 'm0'],
        ['m2', 'm1'],
        ['self', null],
        ['below', 'above'],
        ['above', null],
      ]);
      expect(messages.m0).toMatchObject({ model: 'm' });
    });

    it('creates a history where there is none', async () => {
      const { id } = await records.create(owner, { chat: { title: 't' } });
      await chats.patchMessage(id, 'new', { parentId: 'u', content: 'x' }, { moveCurrent: true });
      expect((await read(id)).history).toEqual({
        messages: {
          new: {
            id: 'new',
            parentId: 'u',
            childrenIds: [],
            role: 'assistant',
            timestamp: expect.any(Number),
            content: 'x',
          },
        },
        currentId: 'new',
      });
    });

    it('ignores unknown chats', async () => {
      await chats.patchMessage(randomUUID(), 'm', { parentId: 'x', content: 'x' }, { moveCurrent: true });
      await chats.patchMessage(randomUUID(), 'm', { content: 'x' });
      await chats.setTitle('none', 'x');
      await chats.setTags('none', ['x']);
    });
  });

  describe('the rest of ChatsService', () => {
    it('finds chats of their owner only', async () => {
      const id = await create(chain(2));
      expect(await chats.getOwned(owner, id)).toMatchObject({ id, userId: owner.id, title: 'New Chat', meta: {} });
      expect(await chats.findOwned('other-user', id)).toBeNull();
      await expect(chats.getOwned({ id: 'other-user' }, id)).rejects.toThrow('could not find');
    });

    it('returns a branch root first, also round a cycle, from a dangling parent and 10,000 deep', async () => {
      const long = await create(chain(10_000));
      expect((await chats.branch(long, 'm9999')).map(({ id }) => id)).toEqual(chain(10_000).map(({ id }) => id));
      expect((await chats.branch(long, 'm1')).map(({ id }) => id)).toEqual(['m0', 'm1']);
      expect(await chats.branch(long, 'ghost')).toEqual([]);
      const [a, b] = chain(2) as [Message, Message];
      const cycle = await create([{ ...a, parentId: 'm1' }, b, { ...b, id: 'lost', parentId: 'nowhere' }]);
      expect((await chats.branch(cycle, 'm1')).map(({ id }) => id)).toEqual(['m0', 'm1']);
      expect((await chats.branch(cycle, 'lost')).map(({ id }) => id)).toEqual(['lost']);
    });

    it('appends status and sources, and puts each attachment in front once', async () => {
      const id = await create(chain(2));
      for (const items of [[{ n: 1 }], [{ n: 2 }, { n: 1 }]]) {
        await chats.appendToMessage(id, 'm1', 'statusHistory', items);
        await chats.appendToMessage(id, 'm1', 'files', items);
      }
      await chats.appendToMessage(id, 'ghost', 'files', [1]);
      const message = await chats.findMessage(id, 'm1');
      expect(message).toMatchObject({ statusHistory: [{ n: 1 }, { n: 2 }, { n: 1 }], files: [{ n: 2 }, { n: 1 }] });
      expect(await chats.findMessage(id, 'ghost')).toBeNull();
    });

    it('sets the title in the list and in the object, also where it had none', async () => {
      const { id } = await records.create(owner, { chat: { models: [] } });
      await chats.setTitle(id, 'Named');
      expect(await records.getAny(id)).toMatchObject({ title: 'Named', chat: { models: [], title: 'Named' } });
    });

    it('drops tags that no chat has any more', async () => {
      const [first, second] = [await create(chain(1)), await create(chain(1))];
      await chats.setTags(first, ['One', 'Both']);
      await chats.setTags(second, ['both']);
      await chats.setTags(first, []);
      expect(await sql('SELECT id, name FROM tag WHERE user_id = $1', owner.id)).toEqual([
        { id: 'both', name: 'Both' },
      ]);
      expect((await records.getAny(first)).meta).toEqual({ tags: [] });
    });

    it('is deleted with the account', async () => {
      const user = await asUser(app);
      const { id } = await records.create({ ...owner, id: user.id }, { chat: chatOf(chain(3)) });
      await chats.setTags(id, ['x']);
      await sql('DELETE FROM "user" WHERE id = $1', user.id);
      expect(await sql('SELECT 1 FROM chat_message WHERE chat_id = $1', id)).toEqual([]);
    });
  });

  it('loses nothing when two tabs save concurrently while a reply streams', async () => {
    const id = await create(chain(2));
    await chats.patchMessage(id, 'm1', { content: '' });
    const loaded: Tree = (await read(id)).history;
    const type = async (tab: string) => {
      const tree = structuredClone(loaded);
      for (let round = 0; round < 15; round++) {
        const [user, reply] = chain(2, `${tab}${round}-`) as [Message, Message];
        const parent = tree.messages[tree.currentId ?? ''] as Message;
        parent.childrenIds.push(user.id);
        Object.assign(tree.messages, { [user.id]: { ...user, parentId: parent.id }, [reply.id]: reply });
        tree.currentId = reply.id;
        const { models, params } = chatOf([]);
        await saves.save(owner, id, structuredClone({ models, params, files: [], history: tree }));
      }
    };
    const stream = async () => {
      for (let length = 1; length <= 60; length++) await chats.patchMessage(id, 'm1', { content: 'x'.repeat(length) });
    };
    await Promise.all([type('a'), type('b'), stream()]);
    const { messages } = (await read(id)).history;
    const expected = ['a', 'b'].flatMap((tab) => Array.from({ length: 15 }, (_, round) => `${tab}${round}-1`));
    expect(Object.keys(messages)).toEqual(expect.arrayContaining(expected));
    expect(messages.m1?.content).toBe('x'.repeat(60));
    expect(messages.m1?.childrenIds).toEqual(expect.arrayContaining(['a0-0', 'b0-0']));
    for (const leaf of ['a14-1', 'b14-1']) expect(await chats.branch(id, leaf)).toHaveLength(32);
  });
});
