import { parseBlockedGroups } from './blocked-groups';

describe('parseBlockedGroups', () => {
  it.each<[string, string[], string[]]>([
    ['names', ['Admins'], ['Admins']],
    ['wildcards of the whole name', ['Sec*', 'T?am'], ['Sec', 'Secret', 'Team', 'Tram']],
    ['signs that wildcards take literally', ['a.b*', 'x-y?'], ['a.b', 'a.bc', 'x-yz']],
    ['line breaks within wildcards', ['a*'], ['a\nb']],
    ['expressions anywhere in the name', ['^sys', 'int(ern|ro)', '\\d+$'], ['system', 'my internals', 'group 42']],
  ])('matches %s', (_, patterns, names) => {
    const isBlocked = parseBlockedGroups(JSON.stringify(patterns));
    for (const name of names) expect([name, isBlocked(name)]).toEqual([name, true]);
  });

  it.each<[string[], string[]]>([
    [['Admins'], ['admins', 'Admins 2', 'My Admins', '']],
    [
      ['Sec*', 'T?am'],
      ['sec', 'A Secret', 'Tm', 'Teaam'],
    ],
    [['a.b*'], ['axb']],
    [
      ['^sys', '\\d+$'],
      ['my system', '42 groups'],
    ],
    [[], ['anything']],
  ])('%j leaves others alone', (patterns, names) => {
    const isBlocked = parseBlockedGroups(JSON.stringify(patterns));
    for (const name of names) expect([name, isBlocked(name)]).toEqual([name, false]);
  });

  it('takes an empty text for an empty list', () => expect(parseBlockedGroups(' ')('x')).toBe(false));

  it.each(['{', '"a"', '[1]', '{"a": 1}', '["("]'])('refuses %s', (text) =>
    expect(() => parseBlockedGroups(text)).toThrow(),
  );
});
