import {
  claimAt,
  isClaimOmitted,
  isEmailDenied,
  isEmailVerified,
  listClaim,
  subjectOf,
  textClaim,
  type Claims,
} from './claims';

describe('claimAt', () => {
  it.each<[Claims, string, unknown]>([
    [{ roles: ['a'] }, 'roles', ['a']],
    [{ realm: { access: { roles: 'a' } } }, 'realm.access.roles', 'a'],
    [{ 'https://example.com/roles': 'a' }, 'https://example.com/roles', 'a'],
    [{ 'a.b': 'flat', a: { b: 'deep' } }, 'a.b', 'deep'],
    [{ a: 'text' }, 'a.length', undefined],
    [{ a: ['x'] }, 'a.0', undefined],
    [{}, 'constructor', undefined],
    [{ a: {} }, 'a.__proto__', undefined],
  ])('of %j at %s', (claims, path, expected) => expect(claimAt(claims, path)).toEqual(expected));
});

describe('listClaim', () => {
  it.each<[unknown, string[] | undefined]>([
    [
      ['a', ' b ', '', 3, null, { c: 1 }],
      ['a', 'b', '3'],
    ],
    ['a; b;;c', ['a', 'b', 'c']],
    ['a b', ['a b']],
    [7, ['7']],
    [[], []],
    ['', []],
    [true, []],
    [{ a: 1 }, []],
    [null, undefined],
    [undefined, undefined],
  ])('of %j', (value, expected) => expect(listClaim({ groups: value }, 'groups', ';')).toEqual(expected));
});

describe('subjectOf', () => {
  it.each<[unknown, string | undefined]>([
    ['007', '007'],
    [7, '7'],
    [0, '0'],
    [' x', ' x'],
    ['', undefined],
    ['  ', undefined],
    ['a\0', undefined],
    ['\ud800', undefined],
    [1.5, undefined],
    [2 ** 53, undefined],
    [true, undefined],
    [['a'], undefined],
    [null, undefined],
  ])('of %j', (value, expected) => expect(subjectOf({ sub: value }, 'sub')).toBe(expected));
});

describe('textClaim', () => {
  it.each<[unknown, string | undefined]>([
    [' Ada ', 'Ada'],
    ['', undefined],
    [1, undefined],
    [['Ada'], undefined],
  ])('of %j', (value, expected) => expect(textClaim({ name: value }, 'name')).toBe(expected));
});

describe('addresses', () => {
  it.each<[Claims, boolean, boolean]>([
    [{ email_verified: true }, true, false],
    [{ email_verified: 'true' }, true, false],
    [{ xms_edov: true }, true, false],
    [{ email_verified: false }, false, true],
    [{ email_verified: 'false' }, false, true],
    [{ email_verified: 'yes' }, false, false],
    [{ email_verified: 1 }, false, false],
    [{}, false, false],
  ])('%j: vouched for, or denied', (claims, isVerified, isDenied) =>
    expect([isEmailVerified(claims), isEmailDenied(claims)]).toEqual([isVerified, isDenied]),
  );
});

describe('isClaimOmitted', () => {
  it.each<[Claims, boolean]>([
    [{ _claim_names: { groups: 'src1' } }, true],
    [{ _claim_names: { roles: 'src1' } }, false],
    [{ _claim_names: 'groups' }, false],
    [{}, false],
  ])('of %j', (claims, expected) => expect(isClaimOmitted(claims, 'groups')).toBe(expected));
});
