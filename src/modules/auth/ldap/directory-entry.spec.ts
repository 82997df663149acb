import type { Entry } from 'ldapts' with { 'resolution-mode': 'import' };
import { groupNamesOf, normalizeUsername, toDirectoryEntry } from './directory-entry';

const SETTINGS = { attribute_for_username: 'uid', attribute_for_mail: 'mail', attribute_for_groups: 'memberOf' };
const DN = 'uid=ada,ou=people,dc=example,dc=com';
const entryOf = (attributes: Partial<Entry>) => toDirectoryEntry({ dn: DN, ...attributes }, SETTINGS);

describe('toDirectoryEntry', () => {
  it.each<[string, Partial<Entry>, string]>([
    ['entryUUID', { entryUUID: '5B9D-AA' }, 'entryUUID=5b9d-aa'],
    ['another spelling of the attribute', { entryuuid: ['5b9d-aa'] }, 'entryUUID=5b9d-aa'],
    ['nsUniqueId', { entryUUID: [], nsUniqueId: '1-2' }, 'nsUniqueId=1-2'],
    ['objectGUID', { objectGUID: Buffer.from([0, 255, 16]) }, 'objectGUID=00ff10'],
  ])('is keyed by %s', (_, attributes, key) => {
    expect(entryOf({ uid: ['Ada', 'countess'], ...attributes })).toMatchObject({
      key,
      formerKeys: [`DN=${DN}`, 'ada', 'countess'],
    });
  });

  it('is keyed by the DN without a unique id', () =>
    expect(entryOf({ uid: 'Ada', objectGUID: [] })).toMatchObject({ key: `DN=${DN}`, formerKeys: ['ada'] }));

  it('takes the first address, and the address where there is no name', () =>
    expect(entryOf({ mail: [' Ada@Example.com', 'b@example.com'], cn: ' ' })).toMatchObject({
      email: 'ada@example.com',
      name: 'ada@example.com',
    }));
});

describe('normalizeUsername', () => {
  it.each(['ada lovelace', ' ADA  Lovelace\t', 'ａda lovelace', 'ad\u00ADa love\u200Blace', 'ada\u00A0lovelace\0'])(
    'is the same for %j',
    (name) => expect(normalizeUsername(name)).toBe('ada lovelace'),
  );
});

describe('groupNamesOf', () => {
  it.each([
    ['cn=Team A,ou=groups,dc=x', 'Team A'],
    ['CN=Team A+ou=b,dc=x', 'Team A'],
    ['ou=groups,CN=Inner,cn=Outer,dc=x', 'Inner'],
    ['cn=a\\,b,dc=x', 'a,b'],
    ['cn=a\\2Cb,dc=x', 'a,b'],
    ['cn=Caf\\C3\\A9,dc=x', 'Café'],
    ['ou=x\\,cn=evil,cn=real,dc=x', 'real'],
    ['xcn=no, cn = Padded ,dc=x', 'Padded'],
  ])('takes the first CN of %s', (text, name) => {
    expect(groupNamesOf([text])).toEqual([name]);
  });

  it('leaves out names without one, and repetitions', () => {
    expect(groupNamesOf(['ou=groups,dc=x', '', 'cn=,dc=x', 'cn=A,dc=x', 'CN=A,dc=y'])).toEqual(['A']);
  });
});
