/** Shorter names are similar to too many others. */
const MIN_LENGTH = 7;
const MAX_EDITS = 2;

/**
 * The known name that was probably meant: different case, or at most two letters inserted, removed, replaced or
 * swapped. undefined for a known name, and when none is that close.
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  if (name.length < MIN_LENGTH || known.includes(name)) return undefined;
  const upper = name.toUpperCase();
  const letters = lettersIn(upper);
  let nearest: string | undefined;
  let fewest = MAX_EDITS + 1;
  for (const candidate of known) {
    if (candidate.length < MIN_LENGTH || Math.abs(candidate.length - name.length) >= fewest) continue;
    const other = candidate.toUpperCase();
    if (differences(letters, lettersIn(other)) > 2 * MAX_EDITS) continue;
    const edits = distance(upper, other, fewest);
    if (edits < fewest) [nearest, fewest] = [candidate, edits];
  }
  return nearest;
}

/** A bit for each letter that occurs: an edit changes two at most, so that most names are told apart without counting. */
function lettersIn(name: string): number {
  let letters = 0;
  for (let index = 0; index < name.length; index++) letters |= 1 << (name.charCodeAt(index) & 31);
  return letters;
}

function differences(a: number, b: number): number {
  let count = 0;
  for (let rest = a ^ b; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** Damerau-Levenshtein distance (optimal string alignment), computed row by row; Infinity from `limit` on. */
function distance(a: string, b: string, limit: number): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Infinity;
  let last = 0;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows[i] = row;
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? at(i - 2, j - 2) + 1 : Infinity;
      row[j] = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, replaced, swapped);
    }
    // Values of later rows are no less than these, but for a swap, which looks back by two.
    const least = Math.min(...row);
    if (least >= limit && last >= limit) return Infinity;
    last = least;
  }
  return at(a.length, b.length);
}
