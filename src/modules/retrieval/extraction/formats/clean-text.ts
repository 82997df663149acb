/**
 * Repairs of extracted text. Each takes linear time, and is applied piece by piece where pieces end at line breaks.
 */

/** Characters that bytes of UTF-8 become when they are read as Windows-1252, by their byte. */
const HIGH =
  '\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178';
const BYTE_OF = new Map([...HIGH].map((character, index) => [character, 0x80 + index]));
const CONTINUATION = `[\\u0080-\\u00bf${HIGH.replace(/[\x80-\x9f]/g, '')}]`;
const SEQUENCE = new RegExp(
  `[\\u00c2-\\u00df]${CONTINUATION}|[\\u00e0-\\u00ef]${CONTINUATION}{2}|[\\u00f0-\\u00f4]${CONTINUATION}{3}`,
  'g',
);
/** Sequences that no language writes: three and more characters, or a letter of Latin text followed by a sign. */
const CERTAIN = new RegExp(
  `\\u00c3[\\u00a0-\\u00aa\\u00ac-\\u00ba\\u00bc-\\u00bf\\u20ac\\u0192]|\\u00e2\\u20ac${CONTINUATION}|[\\u00f0-\\u00f4]${CONTINUATION}{3}`,
);
/** Control characters that are neither white space nor line breaks, and marks of interlinear text. */
const CONTROLS = /[\0-\x08\x0b\x0e-\x1f\x7f\ufeff\ufff9-\ufffb]/g;
const LINE_BREAKS = /\r\n?|[\x85\u2028\u2029]/g;
const ANY_CHANGE = /[^\t\n\x20-\x7e]/;

/** Line breaks are `\n`, letters composed, control characters removed, and UTF-8 that was read as Windows-1252 repaired. */
export function cleanText(text: string): string {
  if (!ANY_CHANGE.test(text)) return text;
  return repairMojibake(text).replace(LINE_BREAKS, '\n').replace(CONTROLS, '').normalize('NFC');
}

/** Repairs text only when it holds a sequence that cannot be meant. */
export function repairMojibake(text: string): string {
  if (!CERTAIN.test(text)) return text;
  return text.replace(SEQUENCE, (sequence) => decoded(sequence) ?? sequence);
}

function decoded(sequence: string): string | undefined {
  const bytes = Buffer.from([...sequence].map((character) => BYTE_OF.get(character) ?? character.charCodeAt(0)));
  const text = bytes.toString('utf8');
  return text.includes('\ufffd') ? undefined : text;
}
