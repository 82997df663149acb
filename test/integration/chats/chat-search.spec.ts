import { DataSource } from 'typeorm';
import type { Principal } from '../../../src/common/auth/principal';
import { ChatRecordsService } from '../../../src/modules/chats/chat-records.service';
import { ChatSavesService } from '../../../src/modules/chats/chat-saves.service';
import { ChatSearchIndexService } from '../../../src/modules/chats/search/chat-search-index.service';
import { ChatSearchService } from '../../../src/modules/chats/search/chat-search.service';
import { ChatsService } from '../../../src/modules/chats/chats.service';
import { startTestApp, type TestApp } from '../../support/app';
import { asUser } from '../../support/as-user';
import { chain, chatOf, historyOf } from '../../support/factories/chats';
import { queriesOf } from '../../support/query-counter';

describe('the search of chats', () => {
  let app: TestApp;
  let owner: Principal;
  let records: ChatRecordsService;
  let chats: ChatsService;
  let search: ChatSearchService;

  const principal = async (): Promise<Principal> => {
    const user = await asUser(app);
    return { ...user, groupIds: [], credential: { kind: 'jwt', token: '', jti: '', expiresAt: null } };
  };

  beforeAll(async () => {
    app = await startTestApp();
    records = app.get(ChatRecordsService);
    chats = app.get(ChatsService);
    search = app.get(ChatSearchService);
  });
  beforeEach(async () => {
    owner = await principal();
  });
  afterAll(() => app.close());

  const sql = <T>(text: string, ...values: unknown[]): Promise<T[]> => app.get(DataSource).query(text, values);
  const create = async (title: string, ...texts: string[]) => {
    const messages = chain(texts.length).map((message, index) => ({ ...message, content: texts[index] ?? '' }));
    return (await records.create(owner, { chat: chatOf(messages, title) })).id;
  };
  const found = async (text: string) => (await search.search(owner, { text })).map(({ id }) => id);
  const pending = () => sql('SELECT id FROM chat WHERE user_id = $1 AND NOT is_indexed', owner.id);

  /** Chats of plain rows, without the way over the services: `(number, text)`. */
  async function fill(count: number, text: string): Promise<void> {
    await sql(
      `INSERT INTO chat (id, user_id, title, title_text, header, is_tree, revision, created_at, updated_at)
       SELECT $1 || n, $1, 'Chat ' || n, 'chat ' || n, '{}', true, 1, n, n FROM generate_series(1, $2::int) n`,
      owner.id,
      count,
    );
    await sql(
      `INSERT INTO chat_message (chat_id, id, position, content, extra, past, revision, server_keys)
       SELECT $1 || n, 'm', 0, replace($3, '#', n::text), '{"content":null}', '{}', 1, '{}'
       FROM generate_series(1, $2::int) n`,
      owner.id,
      count,
      text,
    );
  }

  it('is few statements for any number of chats and messages', async () => {
    const statements = async (needle: string) => (await queriesOf(app.get(DataSource), () => found(needle))).length;
    await create('One', 'apple');
    await found('apple');
    const few = await statements('apple');
    await fill(500, 'apple number # here');
    await found('apple');
    expect(await statements('apple')).toBe(few);
    expect(few).toBeLessThanOrEqual(5);
  });

  it('finds the same by the index and by looking', async () => {
    await fill(300, 'common text with rare#rare inside');
    expect(await found('rare7rare')).toEqual([`${owner.id}7`]);
    expect(await found('chat 299')).toEqual([`${owner.id}299`]);
    const newest = Array.from({ length: 60 }, (_, index) => `${owner.id}${300 - index}`);
    expect(await found('common text')).toEqual(newest);
    const index = app.get(ChatSearchIndexService);
    jest.spyOn(index, 'indexFor').mockReturnValue(null);
    expect(await found('rare7rare')).toEqual([`${owner.id}7`]);
    expect(await found('common text')).toEqual(newest);
    jest.restoreAllMocks();
  });

  it('picks the newest when more places have the text than are picked one by one', async () => {
    await fill(2100, 'ubiquitous words');
    const newest = Array.from({ length: 60 }, (_, index) => `${owner.id}${2100 - index}`);
    expect(await found('ubiquitous')).toEqual(newest);
  });

  it.each(['ing 1234 el', '搜索引擎'])('can use its index for %s', async (needle) => {
    await fill(50, '一个搜索引擎 something # else');
    await found('something');
    const runner = app.get(DataSource).createQueryRunner();
    await runner.query('SET enable_seqscan = off');
    const plan = (await runner.query(
      `EXPLAIN SELECT chat_id FROM chat_search_text WHERE user_id = '${owner.id}' AND text LIKE '%${needle}%'`,
    )) as { 'QUERY PLAN': string }[];
    await runner.query('RESET enable_seqscan');
    await runner.release();
    const text = plan.map((line) => line['QUERY PLAN']).join('\n');
    expect(text).toMatch(/chat_search_text_search[\s\S]*Index Cond: \(\(user_id = [^)]+\) AND \(text ~~/);
    expect(app.get(ChatSearchIndexService).indexFor(needle)).toBe('trigrams');
  });

  it('finds the newest of what nearly every chat has, and what only old ones have', async () => {
    await fill(400, 'an a:# b');
    const newest = Array.from({ length: 60 }, (_, index) => `${owner.id}${400 - index}`);
    expect(await found('an')).toEqual(newest);
    expect(await found(':7 b')).toEqual([`${owner.id}7`]);
  });

  it('has an index for what has no three letters in a row', async () => {
    await fill(50, '中文 c++ std::x# a_b');
    for (const needle of ['中文', '::', 'c++', 'x7 ', '文', 'a_b']) {
      expect(app.get(ChatSearchIndexService).indexFor(needle)).toBe('pairs');
      expect(await found(needle)).toHaveLength(needle === 'x7 ' ? 1 : 50);
    }
    for (const needle of ['文中', ':::', '+c', 'b_a', 'axb', '零']) expect(await found(needle)).toEqual([]);
  });

  it('knows the text of a reply that is being written', async () => {
    const id = await create('Streaming', 'question', '');
    for (const text of ['An', 'An elephant', 'An elephant walks']) {
      await chats.patchMessage(id, 'm1', { content: text });
      expect(await found(text)).toEqual([id]);
    }
    expect(await pending()).toEqual([]);
    await chats.patchMessage(id, 'm1', { content: 'An elephant walks on' });
    expect(await pending()).toHaveLength(1);
    expect(await found('walks on')).toEqual([id]);
  });

  it('reads only the messages that a save changed', async () => {
    const id = await create('Many', ...Array.from({ length: 50 }, (_, index) => `text ${index}`));
    await found('text');
    const changed = chain(50).map((message, index) => ({
      ...message,
      content: index === 7 ? 'zebra' : `text ${index}`,
    }));
    await app.get(ChatSavesService).save(owner, id, { history: historyOf(changed), messages: changed });
    expect(await sql('SELECT id FROM chat_message WHERE chat_id = $1 AND NOT is_indexed', id)).toEqual([{ id: 'm7' }]);
    expect(await found('zebra')).toEqual([id]);
    expect(await found('text 7')).toEqual([]);
  });

  it('loses nothing of what is written while texts are read', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, (_, index) => create(`Busy ${index}`, 'q', '')));
    const write = async (id: string) => {
      for (let round = 0; round < 20; round++) await chats.patchMessage(id, 'm1', { content: `round ${round}!` });
    };
    const read = async () => {
      for (let round = 0; round < 20; round++) await found('round');
    };
    await Promise.all([...ids.map(write), read(), read()]);
    expect((await found('round 19!')).sort()).toEqual([...ids].sort());
    expect(await pending()).toEqual([]);
  });

  it('waits for a save that is under way when the search begins', async () => {
    const id = await create('Held', 'held text');
    const runner = app.get(DataSource).createQueryRunner();
    await runner.startTransaction();
    await runner.query('SELECT FROM chat WHERE id = $1 FOR NO KEY UPDATE', [id]);
    const searching = found('held text');
    await runner.commitTransaction();
    await runner.release();
    expect(await searching).toEqual([id]);
  });

  it('takes the texts of removed messages and chats away', async () => {
    const id = await create('Gone', 'one', 'two');
    await found('one');
    const texts = () => sql('SELECT message_id FROM chat_search_text WHERE chat_id = $1', id);
    expect(await texts()).toHaveLength(2);
    await app.get(ChatSavesService).save(owner, id, { history: historyOf([]), messages: [] });
    expect(await texts()).toEqual([]);
  });

  it('cuts off no text within a million characters, and survives longer ones', async () => {
    const id = await create('Long', `${'x'.repeat(900_000)}needle`, `${'y'.repeat(1_200_000)}hidden`);
    expect(await found('xneedle')).toEqual([id]);
    expect(await found('yhidden')).toEqual([]);
  });
});
