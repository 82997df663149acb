import { fileIdOf, isOwnName, pageCollectionName, searchCollectionName, textCollectionName } from './collection-name';

const UUID = '0190a6f2-5b3c-7d4e-8f90-a1b2c3d4e5f6';

describe('names of collections', () => {
  it.each([
    ['notes', true],
    [textCollectionName('x'), true],
    [pageCollectionName('https://example.com'), true],
    [searchCollectionName(['a', 'b']), true],
    ['user-memory-me', true],
    ['user-memory-you', false],
    ['user-memory-', false],
    [UUID, false],
    [UUID.toUpperCase(), false],
    [`${UUID} `, true],
    [`file-${UUID}`, false],
    ['file-', false],
    ['', false],
  ])('%s is free for an account: %p', (name, expected) => expect(isOwnName('me', name)).toBe(expected));

  it('tell the file', () => {
    expect(fileIdOf(`file-${UUID}`)).toBe(UUID);
    expect(fileIdOf(UUID)).toBeUndefined();
  });

  it('have the lengths that clients know', () => {
    expect(textCollectionName('x')).toHaveLength(64);
    expect(pageCollectionName('https://example.com')).toHaveLength(63);
    expect(searchCollectionName(['a'])).toMatch(/^web-search-[0-9a-f]{52}$/);
  });
});
