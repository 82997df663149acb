import { AndFilter, EqualityFilter, FilterParser, type Filter } from 'ldapts';
import type { LdapSettings } from './ldap.settings';

/**
 * The entry of this name that meets the configured conditions too. The name is a value of the request and never part of
 * a filter's text, so no character of it has a meaning. @throws for conditions that are no filters.
 */
export function searchFilter(
  {
    attribute_for_username: attribute,
    search_filters: conditions,
  }: Pick<LdapSettings, 'attribute_for_username' | 'search_filters'>,
  user: string,
): Filter {
  const isUser = new EqualityFilter({ attribute, value: user });
  const text = conditions.trim();
  if (text === '') return isUser;
  return new AndFilter({ filters: [isUser, parse(text.startsWith('(') ? text : `(${text})`)] });
}

/** The parser takes a filter that does not end. Parentheses within values are escaped, so all others come in pairs. */
function parse(conditions: string): Filter {
  if (conditions.split('(').length !== conditions.split(')').length) throw new Error('Unbalanced parentheses');
  return FilterParser.parseString(`(&${conditions})`);
}
