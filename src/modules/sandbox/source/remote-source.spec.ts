import { nameOf, toRawUrl } from './remote-source';

describe('toRawUrl', () => {
  const raw = 'https://raw.githubusercontent.com/org/repo';

  it.each([
    ['https://github.com/org/repo/blob/main/a/b.py', `${raw}/main/a/b.py`],
    ['https://github.com/org/repo/blob/v1.2/tool.py?plain=1#L3', `${raw}/v1.2/tool.py`],
    ['https://github.com/org/repo/tree/main/tools/weather', `${raw}/main/tools/weather/main.py`],
    ['https://github.com/org/repo/tree/main/tools/weather/', `${raw}/main/tools/weather/main.py`],
    ['https://github.com/org/repo/blob/main/a%20b.py', `${raw}/main/a%20b.py`],
  ])('finds the text behind %s', (page, expected) => {
    expect(toRawUrl(new URL(page)).href).toBe(expected);
  });

  it.each([
    'https://github.com/org/repo',
    'https://github.com/org/repo/tree/main',
    'https://github.com/org/repo/raw/main/a.py',
    'https://gist.githubusercontent.com/a/b/raw/c.py',
    'https://example.com/org/repo/blob/main/a.py',
    'https://github.com.evil.example/org/repo/blob/main/a.py',
  ])('leaves %s unchanged', (url) => {
    expect(toRawUrl(new URL(url)).href).toBe(url);
  });
});

describe('nameOf', () => {
  it.each([
    ['https://a.example/tools/weather.py', 'weather'],
    ['https://a.example/tools/weather.ts?x=1', 'weather'],
    ['https://a.example/dir/main.py', 'dir'],
    ['https://a.example/dir/index.js', 'dir'],
    ['https://a.example/dir/__init__.py', 'dir'],
    ['https://a.example/dir/page.html', 'dir'],
    ['https://a.example/my%20dir/main.py', 'my dir'],
    ['https://a.example/%zz/main.py', '%zz'],
    ['http://127.0.0.1:8335/main.py', '127.0.0.1:8335'],
    ['http://127.0.0.1:8335/hello.txt', '127.0.0.1:8335'],
    ['https://a.example', 'a.example'],
    ['https://a.example/dir/', 'a.example'],
  ])('of %s is %s', (url, name) => {
    expect(nameOf(new URL(url))).toBe(name);
  });
});
