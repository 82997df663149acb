import type { JsonObject } from '../../../common/util/json';
import { TreeStore, type Tree } from '../../../../test/support/tree-store';

const user = (id: string, parentId: string | null, childrenIds: string[] = [], more: JsonObject = {}) => ({
  id,
  parentId,
  childrenIds,
  role: 'user',
  content: `prompt ${id}`,
  ...more,
});
const reply = (id: string, parentId: string, childrenIds: string[] = [], more: JsonObject = {}) => ({
  ...user(id, parentId, childrenIds),
  role: 'assistant',
  content: `answer ${id}`,
  done: true,
  ...more,
});
const tree = (currentId: string | null, ...messages: { id: string }[]): Tree => ({
  currentId,
  messages: Object.fromEntries(messages.map((message) => [message.id, message])),
});

/** u1 → a1 → u2 → a2, saved exchange by exchange as a client does. */
function twoExchanges(): TreeStore {
  const store = new TreeStore();
  store.save(tree('a1', user('u1', null, ['a1']), reply('a1', 'u1')), true);
  store.save(FULL, true);
  return store;
}
const FULL = tree(
  'a2',
  user('u1', null, ['a1']),
  reply('a1', 'u1', ['u2']),
  user('u2', 'a1', ['a2']),
  reply('a2', 'u2'),
);
const FIRST = tree('a1', user('u1', null, ['a1']), reply('a1', 'u1'));
const keys = (store: TreeStore) => Object.keys(store.read().messages);

describe('merging a save', () => {
  it('writes only the row that changed', () => {
    const store = twoExchanges();
    const edited = { ...FULL, messages: { ...FULL.messages, u2: user('u2', 'a1', ['a2'], { content: 'new' }) } };
    expect(store.save(edited).rows.map(({ id }) => id)).toEqual(['u2']);
    expect(store.read()).toEqual(edited);
  });

  it('writes nothing for a post that repeats the tree', () => {
    expect(twoExchanges().save(FULL)).toMatchObject({ rows: [], removed: new Map(), forgotten: [] });
  });

  it('keeps what a tab that loaded the chat earlier never saw', () => {
    const store = twoExchanges();
    const stale = tree(
      'a3',
      user('u1', null, ['a1']),
      reply('a1', 'u1', ['u3']),
      user('u3', 'a1', ['a3']),
      reply('a3', 'u3'),
    );
    store.save(stale, true);
    expect(keys(store)).toEqual(['u1', 'a1', 'u2', 'a2', 'u3', 'a3']);
    expect(store.read().messages.a1).toMatchObject({ childrenIds: ['u2', 'u3'] });
    expect(store.read().currentId).toBe('a3');
  });

  it('keeps it also when the late save of that tab says nothing new', () => {
    const store = twoExchanges();
    store.save(FIRST, true);
    expect(store.read().messages).toEqual(FULL.messages);
  });

  it('keeps it when that tab rates a message', () => {
    const store = twoExchanges();
    store.save(tree('a1', user('u1', null, ['a1']), reply('a1', 'u1', [], { annotation: { rating: 1 } })));
    expect(keys(store)).toEqual(['u1', 'a1', 'u2', 'a2']);
    expect(store.read().messages.a1).toMatchObject({ annotation: { rating: 1 }, childrenIds: ['u2'] });
  });

  it('removes the last exchange when that is what the post does', () => {
    const store = twoExchanges();
    store.save(FIRST);
    expect(store.read()).toEqual(FIRST);
  });

  it('removes an exchange in the middle, with the rest hung higher', () => {
    const store = twoExchanges();
    const left = tree('a2', user('u2', null, ['a2']), reply('a2', 'u2'));
    store.save(left);
    expect(store.read()).toEqual(left);
  });

  it('removes an older sibling of the answer on display', () => {
    const store = new TreeStore();
    store.save(FIRST, true);
    store.save(tree('b1', user('u1', null, ['a1', 'b1']), reply('a1', 'u1'), reply('b1', 'u1')), true);
    const left = tree('b1', user('u1', null, ['b1']), reply('b1', 'u1'));
    store.save(left);
    expect(store.read()).toEqual(left);
  });

  it('removes in an automatic save what the save of a message that it contains had added', () => {
    const store = new TreeStore();
    store.save(FIRST, true);
    store.save(tree('u1', user('u1', null)), true);
    expect(store.read()).toEqual(tree('u1', user('u1', null)));
  });

  it('removes what a save added that itself lacked messages, and keeps those', () => {
    const store = twoExchanges();
    const stale = tree('a3', user('u1', null, ['a1']), reply('a1', 'u1', ['u3']), user('u3', 'a1', ['a3']));
    store.save({ ...stale, messages: { ...stale.messages, a3: reply('a3', 'u3') } }, true);
    store.save({ ...stale, currentId: 'u3', messages: { ...stale.messages, u3: user('u3', 'a1') } }, true);
    expect(keys(store)).toEqual(['u1', 'a1', 'u2', 'a2', 'u3']);
  });

  it('clears the current message only for a post that contains every message', () => {
    const store = twoExchanges();
    store.save({ ...FIRST, currentId: null }, true);
    expect(store.read().currentId).toBe('a2');
    store.save({ ...FULL, currentId: null }, true);
    expect(store.read()).toEqual({ ...FULL, currentId: null });
  });

  it('removes the last message of all', () => {
    const store = new TreeStore();
    store.save(tree('u1', user('u1', null)), true);
    store.save({ messages: {}, currentId: null });
    expect(store.read()).toEqual({ messages: {}, currentId: null });
  });

  it('removes nothing when it cannot distinguish removed from unseen', () => {
    const store = twoExchanges();
    store.save(tree('b1', user('u1', null, ['a1', 'b1']), reply('a1', 'u1'), reply('b1', 'u1')), true);
    store.save(FIRST);
    expect(keys(store)).toEqual(['u1', 'a1', 'u2', 'a2', 'b1']);
  });

  it('removes what its author demonstrably knew, though there are unseen ones', () => {
    const store = new TreeStore();
    store.save(FIRST, true);
    const both = tree('b1', user('u1', null, ['a1', 'b1']), reply('a1', 'u1'), reply('b1', 'u1'));
    store.save(both, true);
    store.save(
      { messages: { ...both.messages, b1: reply('b1', 'u1', ['u2']), u2: user('u2', 'b1') }, currentId: 'u2' },
      true,
    );
    store.save(tree('b1', user('u1', null, ['b1']), reply('b1', 'u1')));
    expect(store.read()).toEqual(tree('b1', user('u1', null, ['b1']), reply('b1', 'u1', ['u2']), user('u2', 'b1')));
  });

  it('does not take a switch of branches by a stale tab for a removal', () => {
    const store = new TreeStore();
    const before = tree('b1', user('u1', null, ['a1', 'b1']), reply('a1', 'u1'), reply('b1', 'u1'));
    store.save(before, true);
    const after = tree(
      'u2',
      user('u1', null, ['a1', 'b1']),
      reply('a1', 'u1'),
      reply('b1', 'u1', ['u2']),
      user('u2', 'b1'),
    );
    store.save(after, true);
    store.save({ ...before, currentId: 'a1' });
    expect(keys(store)).toEqual(['u1', 'a1', 'b1', 'u2']);
    expect(store.read().currentId).toBe('a1');
  });

  it('keeps a removed message under which another tab added one', () => {
    const store = twoExchanges();
    const added = { ...FULL.messages, a2: reply('a2', 'u2', ['u3']), u3: user('u3', 'a2') };
    store.save({ messages: added, currentId: 'u3' }, true);
    store.save(tree('b1', user('u1', null, ['b1']), reply('b1', 'u1')));
    expect(keys(store)).toEqual(expect.arrayContaining(['u1', 'a1', 'u2', 'a2', 'u3', 'b1']));
  });

  it('takes moved children out of a message that stays for the sake of others', () => {
    const store = twoExchanges();
    const more = { ...FULL.messages, u2: user('u2', 'a1', ['a2', 'x']), x: reply('x', 'u2') };
    store.save({ messages: more, currentId: 'x' }, true);
    store.save(tree('a2', user('u1', null, ['a2']), reply('a2', 'u1')));
    expect(keys(store)).toEqual(['u1', 'a1', 'u2', 'a2', 'x']);
    expect(store.read().messages).toMatchObject({ u1: { childrenIds: ['a1', 'a2'] }, u2: { childrenIds: ['x'] } });
  });

  it('keeps what the server wrote against an empty or shorter copy', () => {
    const store = new TreeStore();
    const placeholder = tree('a1', user('u1', null, ['a1']), reply('a1', 'u1', [], { content: '', done: undefined }));
    store.save(placeholder, true);
    store.patch('a1', { content: 'The whole answer', sources: [1, 2] });
    store.save(placeholder, true);
    expect(store.read().messages.a1).toMatchObject({ content: 'The whole answer', sources: [1, 2] });
    store.save(
      tree('a1', user('u1', null, ['a1']), reply('a1', 'u1', [], { content: 'The whole', sources: [1] })),
      true,
    );
    expect(store.read().messages.a1).toMatchObject({ content: 'The whole answer', sources: [1, 2], done: true });
  });

  it('accepts a shortened reply', () => {
    const store = twoExchanges();
    store.patch('a2', { content: 'The whole answer' });
    const edit = reply('a2', 'u2', [], { content: 'The whole', originalContent: 'The whole answer' });
    store.save({ ...FULL, messages: { ...FULL.messages, a2: edit } });
    expect(store.read().messages.a2).toEqual(edit);
  });

  it('takes a copy of an earlier version for out of date, unless nothing else is changed', () => {
    const store = twoExchanges();
    const edited = { ...FULL.messages, u2: user('u2', 'a1', ['a2'], { content: 'edited' }) };
    store.save({ ...FULL, messages: edited });
    const more = { ...FULL.messages, a2: reply('a2', 'u2', [], { rated: true }) };
    store.save({ ...FULL, messages: more });
    expect(store.read().messages).toEqual({ ...edited, a2: more.a2 });
    const back = { ...more, u2: user('u2', 'a1', ['a2']) };
    store.save({ ...FULL, messages: back });
    expect(store.read().messages).toEqual(back);
  });

  it('keeps the current message when the posted one does not exist', () => {
    const store = twoExchanges();
    store.save({ ...FULL, currentId: 'nowhere' });
    expect(store.read().currentId).toBe('a2');
  });

  it('takes any garbage, and keeps what it replaces nothing of', () => {
    const store = twoExchanges();
    const garbage = { messages: { a1: null, x: 5, y: { childrenIds: 'no' }, u1: [] }, currentId: null };
    store.save(garbage);
    expect(store.read().messages).toMatchObject({ ...garbage.messages, u2: FULL.messages.u2, a2: FULL.messages.a2 });
  });

  it('is quick on a chain of 10,000 messages that a post lacks', () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => `m${index}`);
    const chain = ids.map((id, at) => [
      id,
      { id, parentId: ids[at - 1] ?? null, childrenIds: ids.slice(at + 1, at + 2) },
    ]);
    const store = new TreeStore();
    store.save({ messages: Object.fromEntries(chain), currentId: ids.at(-1) ?? null }, true);
    store.save({ messages: {}, currentId: null }, true);
    expect(keys(store)).toHaveLength(10_000);
    store.save({ messages: {}, currentId: null });
    expect(keys(store)).toHaveLength(0);
  });
});
