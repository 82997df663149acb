/** Text search configurations that PostgreSQL has from version 15 on, by language. */
const CONFIGURATIONS: Readonly<Record<string, string>> = {
  ar: 'arabic',
  de: 'german',
  el: 'greek',
  en: 'english',
  es: 'spanish',
  fi: 'finnish',
  fr: 'french',
  hi: 'hindi',
  hu: 'hungarian',
  it: 'italian',
  nl: 'dutch',
  no: 'norwegian',
  pt: 'portuguese',
  ro: 'romanian',
  ru: 'russian',
  sv: 'swedish',
  tr: 'turkish',
};

/** Neither stems nor has stop words. */
export const NO_LANGUAGE = 'simple';

/** The text search configuration of a language (ISO 639-1). */
export const configurationOf = (language: string): string => CONFIGURATIONS[language] ?? NO_LANGUAGE;

/** Words are distinct by more than accents seldom, and are searched without them often. Applied after stemming. */
export const ACCENTS = accents();

function accents(): { from: string; to: string } {
  const pairs: [string, string][] = [
    ['ø', 'o'],
    ['ł', 'l'],
    ['đ', 'd'],
    ['ё', 'е'],
  ];
  for (let code = 0xdf; code <= 0x1ef9; code++) {
    const letter = String.fromCharCode(code);
    const [base = '', mark] = letter.normalize('NFD');
    if (mark !== undefined && /[a-z]/.test(base)) pairs.push([letter, base]);
  }
  return { from: pairs.map(([from]) => from).join(''), to: pairs.map(([, to]) => to).join('') };
}

/**
 * SQL of the terms of a text: stemmed by PostgreSQL, without accents. `words`: from `searchableText`, so that the
 * database's own rules of what a letter is, which depend on its locale, do not matter.
 */
export const termsSql = (configuration: string, words: string): string =>
  `translate(to_tsvector(${configuration}::regconfig, ${words})::text, '${ACCENTS.from}', '${ACCENTS.to}')::tsvector`;

/** Configurations of languages that write compounds as one word. */
const COMPOUNDING = ['german', 'dutch', 'swedish', 'norwegian', 'finnish', 'hungarian'];
export const isCompounding = (configuration: string): boolean => COMPOUNDING.includes(configuration);

/** Shorter words are seldom compounds. */
export const MIN_COMPOUND = 8;
/** Begins the reversed form of a word, by whose beginning a compound is found by its end. No word contains it. */
export const REVERSED = '~';

/** SQL of the reversed forms of long terms, for languages with compounds; of others an empty vector. */
export const reversedSql = (configuration: string, terms: string): string => `(
  SELECT coalesce(string_agg(format('%L:%s', '${REVERSED}' || reverse(lexeme), array_to_string(positions, ',')), ' '), '')
  FROM unnest(${terms}) WHERE ${configuration} = ANY ('{${COMPOUNDING.join()}}') AND length(lexeme) >= ${MIN_COMPOUND})::tsvector`;
