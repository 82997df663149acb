import { isPathAllowed, readRobots } from './robots-rules';

const isAllowed = (text: string, path: string): boolean =>
  isPathAllowed(readRobots(text, 'confab'), new URL(path, 'http://a.test'));

describe('robots.txt', () => {
  it.each<[string, string, boolean]>([
    ['', '/a', true],
    ['User-Agent: *\nDisallow: /', '/a', false],
    ['User-Agent: *\nDisallow:', '/a', true],
    ['user-agent:*\r\ndisallow:/a # all of it\r\n', '/ab', false],
    ['user-agent: *\ndisallow: /a', '/b', true],
    ['user-agent: other\ndisallow: /', '/a', true],
    ['user-agent: Confab/1.0\ndisallow: /a\n\nuser-agent: *\ndisallow: /', '/b', true],
    ['user-agent: *\ndisallow: /\nuser-agent: confab\nallow: /', '/b', true],
    ['user-agent: confab\nuser-agent: other\ndisallow: /', '/a', false],
    ['user-agent: confab\ndisallow: /a\nuser-agent: other\nuser-agent: confab\ndisallow: /b', '/b', false],
    ['disallow: /\nuser-agent: *\nallow: /', '/a', true],
    ['user-agent: *\ncrawl-delay: 5\ndisallow: /', '/a', false],
    ['user-agent: *\ndisallow: /a\nallow: /a/b', '/a/b/c', true],
    ['user-agent: *\nallow: /a/b\ndisallow: /a/b/c', '/a/b/c', false],
    ['user-agent: *\ndisallow: /a\nallow: /a', '/a', true],
    ['user-agent: *\ndisallow: /*.pdf$', '/x/y.pdf', false],
    ['user-agent: *\ndisallow: /*.pdf$', '/x/y.pdf?z', true],
    ['user-agent: *\ndisallow: /a*b*c', '/a1b2c3', false],
    ['user-agent: *\ndisallow: /a*b*c', '/a1c2b3', true],
    ['user-agent: *\ndisallow: /a$', '/ab', true],
    ['user-agent: *\ndisallow: /a$', '/a', false],
    ['user-agent: *\ndisallow: *?q=', '/x?q=1', false],
    ['user-agent: *\ndisallow: /caf\u00e9', '/caf%C3%A9', false],
    ['user-agent: *\ndisallow: /\ud800', '/a', true],
    ['<html>User-agent: *</html>', '/a', true],
  ])('%j and %s: %s', (text, path, expected) => {
    expect(isAllowed(text, path)).toBe(expected);
  });

  it('copies no rule to other agents of a group', () => {
    const agents = Array.from({ length: 20_000 }, (_, index) => `user-agent: a${index}\n`).join('');
    const rules = 'disallow: /x\n'.repeat(20_000);
    expect(readRobots(`${agents}user-agent: confab\n${rules}`, 'confab')).toHaveLength(5000);
    expect(readRobots(agents + rules, 'confab')).toEqual([]);
  });
});
