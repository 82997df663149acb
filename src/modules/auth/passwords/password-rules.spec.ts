import { assertPasswordAllowed, compilePattern, cutPassword, DEFAULT_PASSWORD_PATTERN } from './password-rules';
import { AuthDetail } from '../auth.errors';

const pattern = compilePattern(DEFAULT_PASSWORD_PATTERN);

describe('the default pattern', () => {
  it.each(['Passw0rd!', 'Pässw0rd€', 'aA1-----'])('takes %s', (password) =>
    expect(() => assertPasswordAllowed(password, pattern)).not.toThrow(),
  );

  it.each([
    ['no special character', 'Passw0rdd'],
    ['an underscore is none', 'Passw0rd_'],
    ['a space is none', 'Passw0rd '],
    ['a letter with an accent is none', 'Passw0rdä'],
    ['no upper case', 'passw0rd!'],
    ['no lower case', 'PASSW0RD!'],
    ['no digit', 'Password!'],
    ['too short', 'Pa0!'],
    ['empty', ''],
  ])('refuses: %s', (_, password) =>
    expect(() => assertPasswordAllowed(password, pattern)).toThrow(AuthDetail.invalidPassword),
  );
});

describe('assertPasswordAllowed', () => {
  it('counts bytes, not characters', () => {
    expect(() => assertPasswordAllowed('€'.repeat(24), null)).not.toThrow();
    expect(() => assertPasswordAllowed('€'.repeat(24) + 'x', null)).toThrow(AuthDetail.passwordTooLong);
  });

  it('takes the empty password without a pattern', () => expect(() => assertPasswordAllowed('', null)).not.toThrow());

  it('matches from the start', () =>
    expect(() => assertPasswordAllowed('xabc', compilePattern('abc'))).toThrow(AuthDetail.invalidPassword));

  it('compiles patterns that are not valid in Unicode mode', () =>
    expect(() => assertPasswordAllowed('!', compilePattern('\\!'))).not.toThrow());
});

describe('cutPassword', () => {
  it('leaves 72 bytes as they are', () => expect(cutPassword('x'.repeat(72))).toBe('x'.repeat(72)));
  it('cuts after 72 bytes', () => expect(cutPassword('x'.repeat(73))).toBe('x'.repeat(72)));
  it('drops an incomplete character', () => expect(cutPassword('x'.repeat(71) + '€')).toBe('x'.repeat(71)));
  it('keeps characters of four bytes together', () => expect(cutPassword('😀'.repeat(40))).toBe('😀'.repeat(18)));
});
