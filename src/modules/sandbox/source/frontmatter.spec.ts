import { itemsOf, readFrontmatter } from './frontmatter';

describe('readFrontmatter', () => {
  it.each<[string, string, Record<string, string>]>([
    ['the lines of a docstring', '"""\ntitle: Kit\nversion: 1.2\n"""\nx: y\n', { title: 'Kit', version: '1.2' }],
    [
      'values with colons and spaces',
      '"""\n  author_url:  https://a.example/b  \n"""',
      { author_url: 'https://a.example/b' },
    ],
    ['empty values, and the last one of a key', '"""\ntitle: a\nTITLE: b\ntitle:\n"""', { title: '', TITLE: 'b' }],
    ['no other lines', '"""\nNot A Key line\nkey2: x\n: y\nhttp2://x\n"""', {}],
    ['Windows line ends', '"""\r\ntitle: Kit\r\n"""\r\n', { title: 'Kit' }],
    ['a comment of JavaScript', '/**\n * title: Kit\n * license: MIT\n */\n * x: y', { title: 'Kit', license: 'MIT' }],
    ['a plain comment', '/*\ntitle: Kit\n*/', { title: 'Kit' }],
    ['a docstring without an end', '"""\ntitle: Kit', { title: 'Kit' }],
    ['nothing after an empty line', '\n"""\ntitle: Kit\n"""', {}],
    ['nothing of a docstring that begins with text', '"""title: Kit\n"""', {}],
    ['nothing of nothing', '', {}],
  ])('reads %s', (_, code, manifest) => {
    expect(readFrontmatter(code)).toEqual(manifest);
  });

  it('reads keys that objects have themselves', () => {
    const manifest = readFrontmatter('"""\n__proto__: a\nconstructor: b\n"""');
    expect(Object.entries(manifest)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
  });

  it('is bounded', () => {
    const many = Array.from({ length: 5000 }, (_, index) => `k${'_'.repeat(index)}: v`).join('\n');
    expect(Object.keys(readFrontmatter(`"""\n${many}`))).toHaveLength(100);
    expect(readFrontmatter(`"""\na: ${'x'.repeat(500_000)}\nb: y`)).toEqual({});
  });

  it('reads the beginning of a long text only', () => {
    const code = `"""\n"""\n${'a: b\n'.repeat(1_000_000)}`;
    const started = process.cpuUsage();
    for (let count = 0; count < 100; count++) readFrontmatter(code);
    expect(process.cpuUsage(started).user).toBeLessThan(1_000_000);
  });
});

describe('itemsOf', () => {
  it.each([
    [undefined, []],
    ['', []],
    [' a, b==1 ,,c', ['a', 'b==1', 'c']],
  ])('splits %j', (value, items) => {
    expect(itemsOf(value)).toEqual(items);
  });
});
