import type * as ldap from 'ldapts' with { 'resolution-mode': 'import' };
import type { LdapSettings } from './ldap.settings';

/** Loaded on first use: most installations have no directory. */
export const loadLdap = () => import('ldapts');

/**
 * Matches the entry with this user name that also matches the configured filters. The name is passed as a value and never
 * as filter text, so none of its characters is special. @throws for invalid filters.
 */
export async function searchFilter(
  {
    attribute_for_username: attribute,
    search_filters: conditions,
  }: Pick<LdapSettings, 'attribute_for_username' | 'search_filters'>,
  user: string,
): Promise<ldap.Filter> {
  const { AndFilter, EqualityFilter, FilterParser } = await loadLdap();
  const isUser = new EqualityFilter({ attribute, value: user });
  const text = conditions.trim();
  if (text === '') return isUser;
  const filter = FilterParser.parseString(conjunction(text.startsWith('(') ? text : `(${text})`));
  return new AndFilter({ filters: [isUser, filter] });
}

/** The parser accepts an unterminated filter. Parentheses in values are escaped, so all others must be balanced. */
function conjunction(conditions: string): string {
  if (conditions.split('(').length !== conditions.split(')').length) throw new Error('Unbalanced parentheses');
  return `(&${conditions})`;
}
