/**
 * Numbers for the characters of a text and for each two that stand side by side, each number once. A text contains
 * another only if it has all numbers of it; different pairs may have the same number.
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
