/** Where a structured part or an image may begin. */
const BEGINNING = /<details\b|!\[/gi;
/** What has to follow a beginning, in this order. */
const DETAILS = [/>/g, /<\/details>/gi];
const IMAGE = [/\]\(/g, /\)/g];

/**
 * A text without structured parts (`<details>`) and images: they say nothing to a model that is to name or continue the
 * chat. In time proportional to the text, whatever it is: a mark that is not found once is not looked for again.
 */
export function withoutNoise(text: string): string {
  const pieces: string[] = [];
  const missing = new Set<RegExp[]>();
  let kept = 0;
  for (const { 0: beginning, index } of text.matchAll(BEGINNING)) {
    const marks = beginning === '![' ? IMAGE : DETAILS;
    if (index < kept || missing.has(marks)) continue;
    const end = endOf(text, index + beginning.length, marks);
    if (end === -1) missing.add(marks);
    else {
      pieces.push(text.slice(kept, index));
      kept = end;
    }
  }
  return [...pieces, text.slice(kept)].join('');
}

/** Behind the last mark; -1 when one of them does not follow. */
function endOf(text: string, from: number, marks: readonly RegExp[]): number {
  let at = from;
  for (const mark of marks) {
    mark.lastIndex = at;
    if (!mark.test(text)) return -1;
    at = mark.lastIndex;
  }
  return at;
}
