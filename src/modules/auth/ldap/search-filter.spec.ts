import { searchFilter } from './search-filter';

const settings = (search_filters: string) => ({ attribute_for_username: 'uid', search_filters });

describe('searchFilter', () => {
  it.each([
    ['', '(uid=bob)'],
    ['(objectClass=person)', '(&(uid=bob)(&(objectClass=person)))'],
    ['objectClass=person', '(&(uid=bob)(&(objectClass=person)))'],
    ['(a=1)(|(b=2)(c=3))', '(&(uid=bob)(&(a=1)(|(b=2)(c=3))))'],
  ])('adds the conditions "%s"', async (conditions, expected) => {
    expect((await searchFilter(settings(conditions), 'bob')).toString()).toBe(expected);
  });

  it('gives the characters of a name no meaning', async () => {
    expect((await searchFilter(settings(''), '*)(uid=*))(|(uid=*')).toString()).toBe(
      '(uid=\\2a\\29\\28uid=\\2a\\29\\29\\28|\\28uid=\\2a)',
    );
  });

  it.each(['(a=1', '(a=1))', '()', '(&'])('refuses %s', async (conditions) => {
    await expect(searchFilter(settings(conditions), 'bob')).rejects.toThrow();
  });
});
