/** A word of the question, as texts are searched for it. */
export interface Term {
  /** Lower case; of long words without their ending, so that other forms of the word are found. */
  stem: string;
  weight: number;
}

const MAX_TERMS = 40;
/** Words of letters that are written without spaces have no endings to leave out. */
const LATIN = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]+$/u;
const words = new Intl.Segmenter(undefined, { granularity: 'word' });

/** The words of a question. Long ones weigh more: they are seldom what every text holds. */
export function termsOf(question: string): Term[] {
  const terms = new Map<string, Term>();
  for (const { segment, isWordLike } of words.segment(question.slice(0, 2000))) {
    if (!isWordLike || terms.size >= MAX_TERMS) continue;
    const word = segment.toLowerCase();
    const stem = stemOf(word);
    terms.set(stem, { stem, weight: LATIN.test(word) ? Math.min(word.length, 8) ** 2 / 16 : 2 });
  }
  return [...terms.values()];
}

const stemOf = (word: string): string =>
  LATIN.test(word) && word.length > 4 ? word.slice(0, Math.max(4, word.length - 2)) : word;

/** How much of the question a text answers: the weight of the terms that it has. */
export function scoreOf(text: string, terms: readonly Term[]): number {
  const lower = text.toLowerCase();
  return terms.reduce((sum, { stem, weight }) => (lower.includes(stem) ? sum + weight : sum), 0);
}
