import { jsonIn, queriesIn, stringsIn } from './reply-json';

describe('the object in a reply', () => {
  it.each([
    ['Sure: {"title": "T"} done', { title: 'T' }],
    ['```json\n{"a": {"b": 1}}\n```', { a: { b: 1 } }],
    ['no json', {}],
    ['} {', {}],
    ['{broken}', {}],
    ["{'title': 'It\\'s', 'is_new': True,}", { title: "It's", is_new: true }],
    ['{"tags": ["a", "b",],}', { tags: ['a', 'b'] }],
    ['Use {curly} braces: {"title": "A } B"} and {more}', { title: 'A } B' }],
    ['{"title": "one"}\n{"title": "two"}', { title: 'one' }],
    ['Here: ```\n{"a": 1}\n```\nI hope {this} helps', { a: 1 }],
    ['{'.repeat(100_000), {}],
    [`${'{ '.repeat(50_000)}}`, {}],
    ['', {}],
  ])('of %j', (text, expected) => {
    expect(jsonIn(text)).toEqual(expected);
  });

  it('is looked for outside of reasoning, when there is anything else', () => {
    expect(jsonIn('<think>Use {curly} ones</think>\n{"title": "After"}')).toEqual({ title: 'After' });
    expect(jsonIn('Use {curly} ones</think>\n{"title": "After"}')).toEqual({ title: 'After' });
    expect(jsonIn('<think>{"title": "Only"}</think>')).toEqual({ title: 'Only' });
  });

  it('keeps the strings of a list', () => {
    expect(stringsIn(['a', 1, null, 'b'])).toEqual(['a', 'b']);
    expect(stringsIn('a')).toBeUndefined();
  });
});

describe('the queries in a reply', () => {
  it.each([
    ['{"queries": ["a", " b ", ""]}', ['a', 'b']],
    ['{"queries": []}', []],
    ['{"queries": "a"}', []],
    ['{"other": 1}', []],
    ['{"queries": [" "]}', ['']],
    ['heron diet', ['heron diet']],
    ['<think>what?</think>heron diet', ['heron diet']],
    ['', ['']],
  ])('of %j', (text, queries) => {
    expect(queriesIn(text)).toEqual(queries);
  });
});
