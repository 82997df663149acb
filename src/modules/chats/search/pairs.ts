/**
 * Distinct numbers for the characters of a text and for its pairs of adjacent characters. A text can contain another one
 * only if it has all of its numbers; different pairs may share a number.
 */
export function pairsOf(text: string): number[] {
  const pairs = new Set<number>();
  let previous = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    pairs.add(code);
    if (previous !== 0) pairs.add((Math.imul(previous, 0x10001) + code) | 0);
    previous = code;
  }
  return [...pairs];
}
