/** Letters with a stroke, which Unicode does not decompose into a letter and a mark. */
const STROKES: Readonly<Record<string, string>> = { ø: 'o', ł: 'l', đ: 'd', ħ: 'h', ŧ: 't' };

const cache = new Map<string, string>();

/**
 * Normalizes text for comparison: case, accents, width and style of letters are removed. Not in the database, whose
 * rules depend on its locale. The result has exactly one character per character of the NFC form, so positions are
 * equal in both.
 */
export function fold(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase();
  let folded = '';
  for (const character of text.normalize('NFC')) folded += foldedCharacter(character);
  return folded;
}

function foldedCharacter(character: string): string {
  let folded = cache.get(character);
  if (folded === undefined) cache.set(character, (folded = foldCharacter(character)));
  return folded;
}

/** Removes marks of European scripts only: in Japanese or Hindi a mark makes a different letter. */
function foldCharacter(character: string): string {
  const letter = single(character.normalize('NFKD').replace(/[\u0300-\u036f]/g, '')) ?? character;
  // Upper case first: a final sigma and a dotless i have other lower-case forms.
  const lower = single((single(letter.toUpperCase()) ?? letter).toLowerCase()) ?? letter;
  return STROKES[lower] ?? lower;
}

/** The text if it is a single character. */
const single = (text: string): string | undefined => ([...text].length === 1 ? text : undefined);
