import { scoreOf, type Term } from './question-terms';

/** Characters of a long text that are looked through. */
const MAX_SCANNED = 200_000;
/** Characters around the best place of a long text that are split into sentences. */
const WINDOW = 4000;
const MAX_EXCERPT = 600;

const sentences = new Intl.Segmenter(undefined, { granularity: 'sentence' });

export interface Excerpt {
  /** The sentence with the highest score; undefined if no sentence contains a term. */
  sentence: string | undefined;
  score: number;
  /** Whole sentences around it; `…` where the text goes on. */
  text: string;
}

/** The excerpt with the highest score for the terms. */
export function excerptOf(text: string, terms: readonly Term[]): Excerpt {
  const window = windowOf(text, terms);
  const parts = [...sentences.segment(unwrapped(window.text))].map(({ segment }) => segment);
  const scores = parts.map((part) => scoreOf(part, terms));
  const best = scores.reduce((top, score, index) => (score > (scores[top] ?? 0) ? index : top), 0);
  const score = scores[best] ?? 0;
  const [start, end] = grow(parts, best);
  const isCutBefore = start > 0 || window.isCutBefore;
  const isCutAfter = end < parts.length || window.isCutAfter;
  const body = cut(parts.slice(start, end).join('').trim());
  return {
    sentence: score > 0 ? sentenceAt(parts, best) : undefined,
    score,
    text: `${isCutBefore ? '… ' : ''}${body}${isCutAfter && !body.endsWith('…') ? ' …' : ''}`,
  };
}

/** Without marks of lists and headings; a question with what follows it. */
function sentenceAt(parts: readonly string[], index: number): string {
  const own = parts[index] ?? '';
  const whole = own.trimEnd().endsWith('?') ? `${own}${parts[index + 1] ?? ''}` : own;
  return cut(
    whole
      .replace(/\s+/g, ' ')
      .replace(/^[-*#>|+ ]+/, '')
      .trim(),
  );
}

/** Lines that were broken for their width only, as those of PDF files are, are one: else each would be a sentence. */
const unwrapped = (text: string): string => text.replace(/\r?\n(?=\p{Ll})/gu, ' ');

/** The surroundings of the place of a long text with most terms. */
function windowOf(text: string, terms: readonly Term[]): { text: string; isCutBefore: boolean; isCutAfter: boolean } {
  if (text.length <= WINDOW) return { text, isCutBefore: false, isCutAfter: false };
  const scanned = text.slice(0, MAX_SCANNED);
  let [bestStart, bestScore] = [0, -1];
  for (let start = 0; start < scanned.length; start += WINDOW / 2) {
    const score = scoreOf(scanned.slice(start, start + WINDOW), terms);
    if (score > bestScore) [bestStart, bestScore] = [start, score];
  }
  const end = bestStart + WINDOW;
  return { text: text.slice(bestStart, end), isCutBefore: bestStart > 0, isCutAfter: end < text.length };
}

/** From the best sentence outwards, as long as there is room: what follows first. */
function grow(parts: readonly string[], best: number): [start: number, end: number] {
  let [start, end] = [best, best + 1];
  let length = parts[best]?.length ?? 0;
  const fits = (index: number) => index >= 0 && index < parts.length && length + lengthAt(index) <= MAX_EXCERPT;
  const lengthAt = (index: number) => parts[index]?.length ?? 0;
  while (fits(end) || fits(start - 1)) {
    if (fits(end)) length += lengthAt(end++);
    if (fits(start - 1)) length += lengthAt(--start);
  }
  return [start, end];
}

/** At most as long as an excerpt, not within a surrogate pair. */
function cut(text: string): string {
  if (text.length <= MAX_EXCERPT) return text;
  return `${text.slice(0, MAX_EXCERPT).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
