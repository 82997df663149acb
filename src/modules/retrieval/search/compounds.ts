import { MIN_COMPOUND, REVERSED } from '../index/text/languages';
import type { QueryTerm } from './full-text.repository';

/** Letters of a part of a compound; shorter parts are in too many words. */
const MIN_PART = 4;
/** Letters that a part leaves to the other one. */
const MIN_REST = 3;
/** A part says less than the whole word. */
const SHARE = 0.4;
/** Longer words have no further parts. */
const MAX_LENGTH = 30;

/**
 * Terms that find a word as a part of compounds, and the parts of a compound on their own, without a dictionary: `mühle`
 * finds `windmühle`, and `fahrradkette` finds `kette`. What is no part of a compound is hardly ever a word of its own.
 */
export function compoundTerms(lexeme: string): Omit<QueryTerm, 'query' | 'word'>[] {
  const letters = [...lexeme];
  if (letters.length < MIN_PART || letters.length > MAX_LENGTH || !/^\p{L}+$/u.test(lexeme)) return [];
  const reversed = `${REVERSED}${[...letters].reverse().join('')}`;
  const terms = [reversed, lexeme].map((text) => ({ lexeme: text, isPrefix: true, share: SHARE }));
  return letters.length < MIN_COMPOUND ? terms : [...terms, ...partsOf(letters)];
}

function partsOf(letters: readonly string[]): Omit<QueryTerm, 'query' | 'word'>[] {
  const parts: string[] = [];
  for (let end = MIN_PART; end <= letters.length - MIN_REST; end++) parts.push(letters.slice(0, end).join(''));
  for (let start = MIN_REST; start <= letters.length - MIN_PART; start++) parts.push(letters.slice(start).join(''));
  return parts.map((lexeme) => ({ lexeme, share: SHARE }));
}
