import fc from 'fast-check';
import { JsonItemSplitter } from './json-items';

/** The items and the rest of a text that comes in pieces of that many bytes. */
function split(text: string, size = Infinity, maxItemBytes = 1000) {
  const splitter = new JsonItemSplitter('chats', maxItemBytes);
  const bytes = Buffer.from(text);
  const items: (string | null)[] = [];
  for (let start = 0; start < bytes.length; start += size)
    items.push(...splitter.push(bytes.subarray(start, start + size)));
  return { items, rest: splitter.end() };
}

describe('JsonItemSplitter', () => {
  it('takes any list apart, however it comes', () => {
    const values = fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 5 });
    const others = fc.dictionary(
      fc.string().filter((key) => key !== 'chats' && key !== '__proto__'),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(values, others, others, fc.integer({ min: 1, max: 9 }), fc.boolean(), (list, a, b, size, isWide) => {
        const body = { ...a, chats: list, ...b };
        const { items, rest } = split(JSON.stringify(body, null, isWide ? 2 : 0), size, 100_000);
        expect(items.map((item) => JSON.parse(item ?? '') as unknown)).toEqual(JSON.parse(JSON.stringify(list)));
        expect(JSON.parse(rest ?? '')).toEqual(JSON.parse(JSON.stringify({ ...body, chats: [] })));
      }),
    );
  });

  it.each<[string, string[], string]>([
    ['{"chats": [ ]}', [], '{"chats": []}'],
    ['{"chats":[1,]}', ['1', ''], '{"chats":[]}'],
    ['{"chats":[1,{"chats":[2]}]}', ['1', '{"chats":[2]}'], '{"chats":[]}'],
    ['{"a":{"chats":[1]},"chats" : [2]}', ['2'], '{"a":{"chats":[1]},"chats" : []}'],
    ['{"a":"\\"chats\\":[","chats":["]"]}', ['"]"'], '{"a":"\\"chats\\":[","chats":[]}'],
    [String.raw`{"chats":["a\\\"b","c"]}`, [String.raw`"a\\\"b"`, '"c"'], '{"chats":[]}'],
    [String.raw`{"chats":["a\\","c"]}`, [String.raw`"a\\"`, '"c"'], '{"chats":[]}'],
    ['{"chats":{"0":[1]}}', [], '{"chats":{"0":[1]}}'],
    ['{"chats":5,"x":[1]}', [], '{"chats":5,"x":[1]}'],
    ['[{"chats":[1]}]', ['{"chats":[1]}'], '[]'],
    [' \ufeff[1,[2],"]"] ', ['1', '[2]', '"]"'], ' \ufeff[] '],
    ['[]', [], '[]'],
    ['[1,]', ['1', ''], '[]'],
    ['{"a":[1]}[2]', [], '{"a":[1]}[2]'],
    ['"[1]"', [], '"[1]"'],
    ['{"chats":[{"a":1}', [], '{"chats":['],
    ['', [], ''],
  ])('takes %s apart', (text, items, rest) => {
    for (const size of [1, 2, 3, Infinity]) expect(split(text, size)).toEqual({ items, rest });
  });

  it('keeps nothing of what is too long', () => {
    const long = JSON.stringify('x'.repeat(2000));
    expect(split(`{"chats":[1,${long},2]}`, 100)).toEqual({ items: ['1', null, '2'], rest: '{"chats":[]}' });
    expect(split(`{"other":"${'x'.repeat(2000)}"}`, 100).rest).toBeNull();
  });
});
