/** Letters with a stroke, which Unicode does not take apart into a letter and a mark. */
const STROKES: Readonly<Record<string, string>> = { ø: 'o', ł: 'l', đ: 'd', ħ: 'h', ŧ: 't' };

const known = new Map<string, string>();

/**
 * A text as search compares it: without case and accents, width and style of letters made the same. Folding is done here
 * and not by the database, whose idea of a letter depends on how it was set up. The result has as many characters as the
 * text in Unicode's form NFC: a place in one is a place in the other.
 */
export function fold(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase();
  let folded = '';
  for (const character of text.normalize('NFC')) folded += foldedCharacter(character);
  return folded;
}

/** Remembered: the characters of a language are few. */
function foldedCharacter(character: string): string {
  let folded = known.get(character);
  if (folded === undefined) known.set(character, (folded = foldCharacter(character)));
  return folded;
}

/** Only marks of European scripts go: a mark of Japanese or Hindi makes another letter. */
function foldCharacter(character: string): string {
  const letter = only(character.normalize('NFKD').replace(/[\u0300-\u036f]/g, '')) ?? character;
  // By way of the capital: a final sigma and a dotless i have another small letter.
  const small = only((only(letter.toUpperCase()) ?? letter).toLowerCase()) ?? letter;
  return STROKES[small] ?? small;
}

/** The text when it is one character. */
const only = (text: string): string | undefined => ([...text].length === 1 ? text : undefined);
