import fc from 'fast-check';
import type { JsonObject } from '../../../common/util/json';
import { assemble, explode } from './history.codec';
import { toColumns, toMessage } from './message-row';

/** Any JSON value, with the keys that the codec treats in a special way among the keys. */
const KEYS = ['id', 'parentId', 'childrenIds', 'role', 'content', 'messages', 'currentId', 'history', '__proto__', 'a'];
const key = fc.oneof(fc.constantFrom(...KEYS), fc.string({ maxLength: 4 }));
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, false, 0, 1.5, '', 'm1', 'm2', 'text'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
})).value;

/** A client's object whose parts are as they should be, or anything at all. */
const message = fc.oneof(
  json,
  fc.record({ id: fc.constantFrom('m1', 'm2', 'm3'), parentId: json, childrenIds: json, role: json, content: json }),
);
const messages = fc.oneof(json, fc.dictionary(fc.constantFrom('m1', 'm2', 'm3', '__proto__', 'b'), message));
const history = fc.oneof(
  json,
  fc.tuple(messages, json, fc.boolean()).map(([tree, currentId, isFirst]) => {
    return isFirst ? { currentId, messages: tree, more: 1 } : { messages: tree, currentId };
  }),
);
const chat = fc
  .tuple(
    fc.array(fc.tuple(key, json), { maxLength: 3 }),
    fc.option(fc.string()),
    history,
    fc.oneof(json, fc.array(message)),
  )
  .chain(([others, title, tree, list]) =>
    fc.shuffledSubarray<[string, unknown]>(
      [...others.filter(([name]) => name !== 'title'), ['title', title ?? ''], ['history', tree], ['messages', list]],
      { minLength: 0 },
    ),
  )
  .map((entries): JsonObject => Object.fromEntries(entries));

function roundTrip(content: JsonObject): JsonObject {
  const parts = explode(content);
  const stored = JSON.parse(JSON.stringify({ ...parts, messages: undefined })) as typeof parts;
  const rows = [...parts.messages].map(([id, value]) => ({ id, ...toColumns(value) }));
  const read = new Map(rows.map((row) => [row.id, toMessage(row)]));
  const title = typeof content.title === 'string' ? content.title : 'New Chat';
  return assemble({ ...stored, messages: read, title, saved: new Map() });
}

const branch = (list: unknown[]) => ({ history: { messages: { m1: { id: 'm1', content: 'x' } } }, messages: list });

describe('history codec', () => {
  it('gives back what it took apart, whatever that is, with the order of all keys', () => {
    fc.assert(
      fc.property(chat, (content) => expect(JSON.stringify(roundTrip(content))).toBe(JSON.stringify(content))),
      { numRuns: 2000 },
    );
  });

  it('keeps every copy that repeats its message as a reference', () => {
    const { copies } = explode(branch([{ id: 'm1', content: 'x' }, { id: 'm1', content: 'y' }, { id: 'm9' }, null]));
    expect(copies).toEqual(['m1', { raw: { id: 'm1', content: 'y' } }, { raw: { id: 'm9' } }, { raw: null }]);
  });

  it('leaves out of the list what was removed after the list was read', () => {
    const { messages, ...parts } = explode(branch([{ id: 'm1', content: 'x' }, { id: 'm9' }]));
    expect(messages.size).toBe(1);
    const chat = assemble({ ...parts, title: '', messages: new Map(), saved: new Map() });
    expect(chat).toEqual({ history: { messages: {} }, messages: [{ id: 'm9' }] });
  });

  it('lifts texts into columns and leaves everything else in place', () => {
    expect(toColumns({ id: 'a', parentId: 'p', role: 5, content: 'hi', z: 1 })).toEqual({
      parentId: 'p',
      role: null,
      content: 'hi',
      extra: { id: 'a', parentId: null, role: 5, content: null, z: 1 },
    });
  });

  it.each([
    ['no history', { title: 't', messages: [{ role: 'user', content: 'old' }] }],
    ['messages as a list', { history: { messages: [1], currentId: 'x' } }],
    ['null messages', { history: { messages: { a: null, b: 5 }, currentId: null } }],
    ['a foreign id', { history: { messages: { a: { id: 'b', parentId: 'zzz' } } } }],
    ['a cycle', { history: { messages: { a: { id: 'a', parentId: 'b' }, b: { id: 'b', parentId: 'a' } } } }],
    ['odd children', { history: { messages: { a: { childrenIds: ['x', 'x', 1] }, b: { childrenIds: null } } } }],
    ['parts as content', { history: { messages: { a: { content: [{ type: 'text', text: 'x' }] } } } }],
  ])('survives %s', (_, content) => {
    expect(JSON.stringify(roundTrip(content))).toBe(JSON.stringify(content));
  });

  it('takes a chain of 10,000 messages', () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => `m${index}`);
    const chain = ids.map((id, index) => [id, { id, parentId: ids[index - 1] ?? null, childrenIds: [ids[index + 1]] }]);
    const content = { history: { messages: Object.fromEntries(chain), currentId: ids.at(-1) } };
    expect(JSON.stringify(roundTrip(content))).toBe(JSON.stringify(content));
  });
});
