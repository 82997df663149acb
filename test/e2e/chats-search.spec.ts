/** @services */
import { CHATS, chatStage } from '../support/chat-stage';
import { chain, chatOf, createChat, historyOf, type Message } from '../support/factories/chats';

describe('GET /api/v1/chats/search', () => {
  const stage = chatStage({ newUsers: true });

  const add = async (title: string, set?: string, ...texts: unknown[]) => {
    const messages = chain(texts.length).map((message, index) => ({ ...message, content: texts[index] }) as Message);
    const { id } = await createChat(stage.user.api, chatOf(messages, title));
    if (set) await stage.change(id, set);
    return id;
  };
  const search = async (text: string, more = '') => {
    const { status, body } = await stage.user.api.get(`${CHATS}/search?text=${encodeURIComponent(text)}${more}`);
    expect(status).toBe(200);
    return body as { id: string; title: string; match?: Record<string, unknown> }[];
  };
  const found = async (text: string, more = '') => (await search(text, more)).map(({ id }) => id);
  const tag = (id: string, name: string) => stage.user.api.post(`${CHATS}/${id}/tags`, { name });

  it('lists every chat that is not archived for an empty text, as the contract shows them', async () => {
    const plain = await add('a', 'updated_at = 3');
    const pinned = await add('b', `updated_at = 2, pinned = true`);
    await add('c', 'archived = true');
    for (const text of ['', '  ', 'archived:false', 'nonsense:true pinned:maybe'].slice(0, 3))
      expect(await found(text)).toEqual([plain, pinned]);
    const [first] = await search('');
    expect(first).toEqual({ id: plain, title: 'a', updated_at: 3, created_at: expect.any(Number) });
  });

  it('finds titles and texts without regard to case and accents, newest first', async () => {
    const title = await add('Crème Brûlée', 'updated_at = 1');
    const text = await add('Other', 'updated_at = 2', 'How?', 'Take a CREME brulee mould');
    const decomposed = await add('Third', 'updated_at = 3', 'cre\u0300me bru\u0302le\u0301e');
    for (const needle of ['creme brulee', 'CRÈME BRÛLÉE', 'cre\u0300me brul', ' eme br '])
      expect(await found(needle)).toEqual([decomposed, text, title]);
    expect(await found('brulee creme')).toEqual([]);
    expect(await found('creme  brulee')).toEqual([]);
  });

  it('finds messages that only the list contains, with and without a tree', async () => {
    const ids: string[] = [];
    for (const chat of [
      {
        title: 'List',
        messages: [{ role: 'user', content: 'First' }, { content: [{ type: 'text', text: 'Crème 検索' }] }],
      },
      { ...chatOf(chain(2), 'Both'), messages: [null, 'x', { role: 'user', content: `${'é'.repeat(80)} CREME` }] },
    ])
      ids.unshift((await stage.user.api.post(`${CHATS}/import`, { chats: [{ chat }] })).body[0].id);
    for (const id of ids) await stage.change(id, `updated_at = ${ids.indexOf(id) === 0 ? 2 : 1}`);
    expect(await search('creme')).toMatchObject([
      { id: ids[0], match: { message_id: null, position: 81, snippet_position: 60 } },
      { id: ids[1], match: { message_id: null, position: 0, snippet: 'Crème 検索', snippet_position: 0 } },
    ]);
    expect(await found('検索')).toEqual([ids[1]]);
    expect(await found('索検')).toEqual([]);
    await stage.user.api.post(`${CHATS}/${ids[1]}`, { chat: { messages: [{ role: 'user', content: 'Replaced' }] } });
    expect(await found('creme')).toEqual([ids[0]]);
    expect(await found('replaced')).toEqual([ids[1]]);
  });

  it('finds every message of the tree, not only those on display', async () => {
    const [root, shown] = chain(2) as [Message, Message];
    const hidden = { ...shown, id: 'hidden', content: 'A discarded answer' };
    const tree = historyOf([{ ...root, childrenIds: ['m1', 'hidden'] }, hidden, shown]);
    const { id } = await createChat(stage.user.api, { title: 't', history: tree, messages: [root, shown] });
    expect(await search('discarded')).toEqual([
      expect.objectContaining({
        id,
        match: { message_id: 'hidden', position: 2, snippet: 'A discarded answer', snippet_position: 2 },
      }),
    ]);
  });

  it.each([
    ['你好世界', '请说：你好世界！谢谢'],
    ['好世', '你好世界'],
    ['世', '你好世界'],
    ['カタカナ', 'これはカタカナです'],
    ['이터', '데이터베이스'],
    ['привет', 'ПРИВЕТ, мир'],
    ['foo_bar(x[i])', 'return foo_bar(x[i]) ?? {};'],
    ['x00', 'abc x00 def'],
    ['100%', 'up to 100% sure'],
    ['c:\\temp', 'in C:\\Temp\\a'],
    [`o'reilly"`, `O'Reilly" wrote`],
    ['😀', 'smile 😀!'],
    ['::', 'std::vector'],
    ['a  b', 'a  b'],
  ])('finds %j', async (needle, text) => {
    const [inText, inTitle] = [await add('t', 'updated_at = 2', text), await add(text, 'updated_at = 1')];
    await add('noise', undefined, 'a b foo bar 100 percent ctemp 你 好 好好 std');
    expect(await found(needle)).toEqual([inText, inTitle]);
  });

  it('takes % _ and \\ as themselves', async () => {
    await add('Alpha two', undefined, 'plain text');
    for (const needle of ['al%two', 'alph_ two', '%', '_', '\\', 'plain%']) expect(await found(needle)).toEqual([]);
  });

  it('finds texts among the parts of a message, and nothing in odd messages', async () => {
    const parts = [
      { type: 'text', text: 'Look at this' },
      { type: 'image_url', image_url: { url: 'data:lookout' } },
      5,
    ];
    const id = await add('parts', undefined, parts);
    expect(await search('at THIS')).toEqual([
      expect.objectContaining({ id, match: expect.objectContaining({ message_id: 'm0', snippet: 'look at this' }) }),
    ]);
    await createChat(stage.user.api, {
      title: 'odd',
      messages: { a: 1 },
      history: { messages: { a: null, b: [1], c: 5 } },
    });
    await createChat(stage.user.api, { title: 'odd too', history: 'lookout' });
    expect(await found('lookout')).toEqual([]);
    expect(await found('odd')).toHaveLength(2);
  });

  it('shows what stands around the match', async () => {
    const before = 'é'.repeat(100);
    const id = await add('Zoé about', undefined, `${before}Needle${'b'.repeat(300)}`);
    const [hit] = await search('NEEDLE');
    const snippet = `${'é'.repeat(60)}Needle${'b'.repeat(134)}`;
    expect(hit).toMatchObject({ id, match: { message_id: 'm0', position: 100, snippet, snippet_position: 60 } });
    const [byTitle] = await search('e ABO');
    expect(byTitle?.match).toEqual({ message_id: null, position: 2, snippet: 'Zoé about', snippet_position: 2 });
  });

  it('knows tags', async () => {
    const [both, one, none] = [
      await add('both', 'updated_at = 3'),
      await add('one', 'updated_at = 2'),
      await add('none'),
    ];
    await stage.change(none, 'updated_at = 1');
    await tag(both, 'Two Words');
    await tag(both, 'x');
    await tag(one, 'x');
    expect(await found('tag:x')).toEqual([both, one]);
    expect(await found('TAG:X')).toEqual([both, one]);
    expect(await found('tag:two_words tag:x')).toEqual([both]);
    expect(await found('tag:x one')).toEqual([one]);
    expect(await found('tag:none')).toEqual([none]);
    expect(await found('tag:x tag:none')).toEqual([none]);
    expect(await found('tag:')).toEqual([]);
    expect(await found('tag:unknown')).toEqual([]);
    await stage.change(none, `meta = '{"tags": null}'`);
    expect(await found('tag:x')).toEqual([both, one]);
    expect(await found('tag:none')).toEqual([none]);
    await stage.user.api.post(`${CHATS}/archive/all`);
    expect(await found('tag:x')).toEqual([]);
    expect(await found('tag:x archived:true')).toEqual([both, one]);
    expect((await stage.user.api.get(`${CHATS}/all/tags`)).body).toHaveLength(2);
  });

  it('knows pins, archived and shared chats', async () => {
    const plain = await add('plain', 'updated_at = 4');
    const pinned = await add('pinned', 'updated_at = 3, pinned = true');
    const legacy = await add('legacy', 'updated_at = 2, pinned = NULL');
    const archived = await add('archived', 'updated_at = 1, archived = true');
    await stage.user.api.post(`${CHATS}/${legacy}/share`);
    expect(await found('pinned:true')).toEqual([pinned]);
    expect(await found('pinned:false')).toEqual([plain]);
    expect(await found('pinned:true pinned:false')).toEqual([pinned]);
    expect(await found('archived:true')).toEqual([archived]);
    expect(await found('archived:nonsense')).toEqual([plain, pinned, legacy]);
    expect(await found('shared:true')).toEqual([legacy]);
    expect(await found('shared:false')).toEqual([plain, pinned]);
    expect(await found('pinned:true plain')).toEqual([]);
  });

  it('knows folders, with those that lie in them', async () => {
    const folder = async (name: string, parent?: string) => {
      const { id } = (await stage.user.api.post('/api/v1/folders/', { name })).body as { id: string };
      if (parent) await stage.user.api.post(`/api/v1/folders/${id}/update/parent`, { parent_id: parent });
      return id;
    };
    const outer = await folder('My Work');
    const inner = await folder('Inner', outer);
    const [a, b] = [await add('a', 'updated_at = 2'), await add('b', 'updated_at = 1')];
    await add('elsewhere');
    await stage.change(a, `folder_id = '${outer}'`);
    await stage.change(b, `folder_id = '${inner}'`);
    expect(await found('folder:my_work')).toEqual([a, b]);
    expect(await found('FOLDER:Inner')).toEqual([b]);
    expect(await found('folder:inner folder:my_work a')).toEqual([a]);
    expect(await found('folder:unknown')).toEqual([]);
    expect(await found('folder:unknown elsewhere')).toEqual([]);
  });

  it('has 60 on a page', async () => {
    for (let index = 0; index < 61; index++) await createChat(stage.user.api, { title: `bulk ${index}` });
    expect(await found('bulk')).toHaveLength(60);
    expect(await found('bulk', '&page=0')).toHaveLength(60);
    expect(await found('bulk', '&page=2')).toHaveLength(1);
    expect(await found('', '&page=2')).toHaveLength(1);
    expect(new Set([...(await found('bulk')), ...(await found('bulk', '&page=2'))]).size).toBe(61);
  });

  it('knows what was changed, removed and renamed a moment ago', async () => {
    const id = await add('Before', undefined, 'first text', 'second text');
    expect(await found('second text')).toEqual([id]);
    await stage.user.api.post(`${CHATS}/${id}/messages/m1`, { content: 'third text' });
    expect(await found('second text')).toEqual([]);
    expect(await found('third text')).toEqual([id]);
    await stage.user.api.post(`${CHATS}/${id}`, { chat: { title: 'After', history: historyOf([]), messages: [] } });
    expect(await found('third text')).toEqual([]);
    expect(await found('before')).toEqual([]);
    expect(await found('after')).toEqual([id]);
    await stage.user.api.delete(`${CHATS}/${id}`);
    expect(await found('after')).toEqual([]);
  });

  it('never shows the chats of others, also not to administrators', async () => {
    await add('mine', undefined, 'secret words');
    for (const outsider of [stage.other, stage.admin])
      expect(await outsider.api.get(`${CHATS}/search?text=secret`)).toMatchObject({ status: 200, body: [] });
  });

  it('takes as long a text as an address can have', async () => {
    expect(await found('%_'.repeat(3000))).toEqual([]);
    expect(await found('tag:x '.repeat(1000))).toEqual([]);
  });

  it('refuses a missing text, an invalid page and anonymous clients', async () => {
    for (const query of ['', '?text=x&page=', '?text=x&page=y'])
      expect(await stage.user.api.get(`${CHATS}/search${query}`)).toMatchObject({ status: 422 });
    await stage.expectAccountRequired((client) => client.get(`${CHATS}/search?text=x`));
  });
});
