/** What of a text is indexed. */
export interface SearchableText {
  /** Lower-case words, separated by spaces; see `termsSql`. */
  words: string;
  /** N-grams of scripts that do not separate words, in order. */
  grams: string[];
}

/** Characters of a chunk that are indexed; a `tsvector` has a limit of 1 MB. */
const MAX_LENGTH = 100_000;
/** Longer words are data, such as Base64. */
const MAX_WORD = 100;
/** PostgreSQL stores no more positions of a term. */
const MAX_POSITIONS = 200;

const WORD = /[\p{L}\p{N}\p{M}]+/gu;
/** A character of a script that does not separate words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]/u;

/**
 * The words of a text in the form in which they are compared, and n-grams where words are not separated: each character
 * and each pair of adjacent characters.
 */
export function searchableText(text: string): SearchableText {
  return split(text, gramsOf);
}

/** As `searchableText`, of a query: pairs alone, because characters of their own would find nearly everything. */
export function searchableQuery(text: string): SearchableText {
  return split(text, (run) => (run.length === 1 ? run : pairsOf(run)));
}

function split(text: string, toGrams: (run: string[]) => string[]): SearchableText {
  const words: string[] = [];
  const grams: string[] = [];
  for (const [found] of text.slice(0, MAX_LENGTH).normalize('NFKC').toLowerCase().matchAll(WORD)) {
    if (!UNSPACED.test(found)) words.push(found.slice(0, MAX_WORD));
    else
      for (const run of runsOf(found)) {
        if (UNSPACED.test(run[0] ?? '')) grams.push(...toGrams(run));
        else words.push(run.join('').slice(0, MAX_WORD));
      }
  }
  return { words: words.join(' '), grams };
}

/** The characters of a word in runs of scripts that separate words, and of those that do not. */
function runsOf(word: string): string[][] {
  const runs: string[][] = [];
  let isUnspaced: boolean | undefined;
  for (const character of word) {
    // Marks belong to the letter before them.
    const isNext = /\p{M}/u.test(character) ? (isUnspaced ?? false) : UNSPACED.test(character);
    if (isNext === isUnspaced) runs.at(-1)?.push(character);
    else runs.push([character]);
    isUnspaced = isNext;
  }
  return runs;
}

const gramsOf = (run: string[]): string[] => [...run, ...pairsOf(run)];

const pairsOf = (run: string[]): string[] => run.slice(1).map((character, index) => `${run[index]}${character}`);

/** The n-grams as the text form of a `tsvector`. They are letters and marks, so nothing has to be escaped. */
export function toVectorText(grams: readonly string[]): string {
  const positions = new Map<string, number[]>();
  for (const [index, gram] of grams.entries()) {
    const found = positions.get(gram);
    if (!found) positions.set(gram, [index + 1]);
    else if (found.length < MAX_POSITIONS) found.push(index + 1);
  }
  return [...positions].map(([gram, places]) => `'${gram}':${places.join(',')}`).join(' ');
}
