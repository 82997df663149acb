import { replacePromptVariables, replaceVariables } from './prompt-variables';

const user = { name: 'Ann', bio: null, gender: 'female', dateOfBirth: '2000-03-02', info: { location: 'Oslo' } };
const now = new Date(2026, 2, 1, 0, 5, 9);

describe('replacePromptVariables', () => {
  it('fills known variables and leaves the rest', () => {
    const text =
      '{{USER_NAME}}|{{USER_BIO}}|{{USER_GENDER}}|{{USER_BIRTH_DATE}}|{{USER_LOCATION}}|{{USER_AGE}}|{{NOPE}}';
    expect(replacePromptVariables(text, user, now)).toBe('Ann|None|female|2000-03-02|Oslo|25|{{NOPE}}');
  });

  it('has the time of the server', () => {
    const text = '{{CURRENT_DATE}}|{{CURRENT_TIME}}|{{CURRENT_DATETIME}}|{{CURRENT_WEEKDAY}}';
    expect(replacePromptVariables(text, user, now)).toBe('2026-03-01|12:05:09 AM|2026-03-01 12:05:09 AM|Sunday');
    expect(replacePromptVariables('{{CURRENT_TIME}}', user, new Date(2026, 0, 1, 13, 0, 0))).toBe('01:00:00 PM');
  });

  it('has no values without a user', () => {
    expect(replacePromptVariables('{{USER_NAME}} {{USER_AGE}}', null, now)).toBe('Unknown Unknown');
  });

  it('counts full years', () => {
    const ageOn = (date: Date) => replacePromptVariables('{{USER_AGE}}', user, date);
    expect([ageOn(new Date(2026, 2, 1)), ageOn(new Date(2026, 2, 2))]).toEqual(['25', '26']);
    expect(replacePromptVariables('{{USER_AGE}}', { ...user, dateOfBirth: null }, now)).toBe('None');
  });
});

describe('replaceVariables', () => {
  it('replaces names literally, every time', () => {
    expect(replaceVariables('{{A}} {{A}} {{B}}', { '{{A}}': '$& $1', '{{C}}': 'no' })).toBe('$& $1 $& $1 {{B}}');
  });

  it('refuses values that make the text grow without end', () => {
    const powers = { a: 'b'.repeat(1000), b: 'c'.repeat(1000), c: 'd'.repeat(1000) };
    expect(() => replaceVariables('a', powers)).toThrow('too long');
    expect(() => replaceVariables('x'.repeat(10_000), { '': 'y'.repeat(10_000) })).toThrow('too long');
  });

  it('takes a text that is long by itself', () => {
    const text = `${'x'.repeat(11_000_000)}{{A}}`;
    expect(replaceVariables(text, { '{{A}}': 'b' })).toHaveLength(11_000_001);
  });

  it('refuses more variables and places than any prompt has', () => {
    const many = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`{{${index}}}`, 'x']));
    expect(() => replaceVariables('text', many)).toThrow('too many');
    expect(() => replaceVariables('a'.repeat(200_000), { a: 'b' })).toThrow('too long');
  });
});
