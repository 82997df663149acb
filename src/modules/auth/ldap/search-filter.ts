import type * as ldap from 'ldapts' with { 'resolution-mode': 'import' };
import type { LdapSettings } from './ldap.settings';

/** Loaded when a directory is asked for the first time: most installations have none. */
export const loadLdap = () => import('ldapts');

/**
 * The entry of this name that meets the configured conditions too. The name is a value of the request and never part of
 * a filter's text, so no character of it has a meaning. @throws for conditions that are no filters.
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

/** The parser takes a filter that does not end. Parentheses within values are escaped, so all others come in pairs. */
function conjunction(conditions: string): string {
  if (conditions.split('(').length !== conditions.split(')').length) throw new Error('Unbalanced parentheses');
  return `(&${conditions})`;
}
