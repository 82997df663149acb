import { InvalidEnvError, isUrl } from '../env/env-readers';
import type { EnvParser } from './decorators';

/**
 * Parsers for `@EnvAs`. An empty variable counts as not set; an invalid one stops the start with an `InvalidEnvError`.
 */
const parser = (isValid: (text: string) => boolean, allowed: string): EnvParser => {
  return (text, name) => {
    const value = text.trim();
    if (value === '') return undefined;
    if (isValid(value)) return value;
    throw new InvalidEnvError(name, value, `expected ${allowed}`);
  };
};

const isHttpUrl = (text: string): boolean => isUrl(text, ['http', 'https']);
const URL_FORM = 'a URL with http:// or https://';

export const httpUrl = parser(isHttpUrl, URL_FORM);

export const emailAddress = parser((text) => /^[^\s@,]+@[^\s@,]+$/.test(text), 'an e-mail address');

export const locale = parser((text) => {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}, 'a language such as en or de-AT');

/** An integer; empty and 0 mean no limit. */
export const limit: EnvParser = (text, name) => {
  if (text.trim() === '') return 0;
  if (/^\d+$/.test(text.trim())) return Number(text);
  throw new InvalidEnvError(name, text, 'expected a whole number, or 0 for no limit');
};

/** Items separated by commas; empty ones are dropped. */
export const commaSeparated = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** As `commaSeparated`, but no items count as not set. */
export const someCommaSeparated = (text: string): string[] | undefined => {
  const items = commaSeparated(text);
  return items.length > 0 ? items : undefined;
};

/** URLs separated by `;`, each normalized by `normalize`; an empty part becomes `fallback`. */
export const httpUrls = (fallback: string, normalize: (url: string) => string): EnvParser => {
  return (text, name) =>
    text.split(';').map((part) => {
      const url = normalize(part.trim()) || fallback;
      if (isHttpUrl(url)) return url;
      throw new InvalidEnvError(name, part.trim(), `expected URLs with http:// or https://, separated by ;`);
    });
};
