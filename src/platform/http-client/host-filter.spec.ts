import { isHostAllowed, toHostFilter } from './host-filter';

const isAllowed = (entries: string[], url: string, addresses: string[] = []): boolean =>
  isHostAllowed(new URL(url), toHostFilter(entries), addresses);

describe('host filter', () => {
  it.each<[string[], string, boolean]>([
    [[], 'http://a.org/', true],
    [['!a.org'], 'http://a.org/', false],
    [['!a.org'], 'https://A.ORG:8080/x?y', false],
    [['!a.org'], 'http://b.a.org/', false],
    [['!a.org'], 'http://a.org./', false],
    [['!a.org'], 'http://ba.org/', true],
    [['!a.org'], 'http://a.org.evil/', true],
    [['!a.org'], 'http://b.org/a.org', true],
    [['! a.org '], 'http://a.org/', false],
    [['!*.a.org'], 'http://b.a.org/', false],
    [['!.a.org'], 'http://b.a.org/', false],
    [['!https://a.org/path'], 'http://a.org/', false],
    [['!a.org:81'], 'http://a.org:81/', false],
    [['!a.org:81'], 'http://a.org/', true],
    [['!m\u00fcnchen.de'], 'http://xn--mnchen-3ya.de/', false],
    [['!127.1'], 'http://127.0.0.1/', false],
    [['!0x7f000001'], 'http://2130706433/', false],
    [['!::1'], 'http://[::1]/', false],
    [['![::1]'], 'http://[0:0:0:0:0:0:0:1]/', false],
    [['!1.2.3.4'], 'http://5.1.2.3.4.org/', true],
    [['a.org'], 'http://b.a.org/', true],
    [['a.org'], 'http://b.org/', false],
    [['a.org', 'b.org', '!x.a.org'], 'http://x.a.org/', false],
    [['a.org', '!x.a.org'], 'http://y.a.org/', true],
    [['', '!', '  '], 'http://a.org/', true],
    [['!http://'], 'http://a.org/', true],
  ])('%j, %s: %s', (entries, url, expected) => {
    expect(isAllowed(entries, url)).toBe(expected);
  });

  it('knows hosts by their addresses', () => {
    expect(isAllowed(['!10.0.0.1'], 'http://a.org/', ['10.0.0.1'])).toBe(false);
    expect(isAllowed(['!10.0.0.1'], 'http://a.org/', ['10.0.0.10'])).toBe(true);
    expect(isAllowed(['10.0.0.1'], 'http://a.org/', ['10.0.0.1'])).toBe(true);
    expect(isAllowed(['10.0.0.1'], 'http://a.org/', [])).toBe(false);
  });
});
