/** One element of a pattern: `*`, `?`, a set of characters, or a literal character. */
type Element = '*' | '?' | { set: string; isNegated: boolean } | { character: string };

/**
 * A glob for file names, without case: `*`, `?`, `[a-z]`, `[!a-z]`; a bracket that is not closed is itself. Matching takes
 * time in proportion to the lengths of name and pattern at most multiplied, whatever the pattern.
 */
export class NamePattern {
  private readonly elements: readonly Element[];

  constructor(pattern: string) {
    this.elements = elementsOf([...pattern.toLowerCase()]);
  }

  /** For SQL `ILIKE`: it finds all names that match, and others. */
  get like(): string {
    const parts = this.elements.map((element) => {
      if (element === '*') return '%';
      if (element === '?' || 'set' in element) return '_';
      // A database folds the case of these by its locale.
      return element.character > '\x7f' ? '%' : element.character.replace(/[\\%_]/, '\\$&');
    });
    return parts.join('').replace(/%+/g, '%');
  }

  matches(name: string): boolean {
    const text = [...name.toLowerCase()];
    let at = 0;
    let element = 0;
    // Where to go on when the text behind the last `*` does not fit.
    let retry: { at: number; element: number } | undefined;
    while (at < text.length) {
      const expected = this.elements[element];
      if (expected === '*') retry = { at, element: ++element };
      else if (expected !== undefined && fits(expected, text[at] ?? '')) {
        at++;
        element++;
      } else if (retry) {
        at = ++retry.at;
        element = retry.element;
      } else return false;
    }
    return this.elements.slice(element).every((rest) => rest === '*');
  }
}

function elementsOf(characters: readonly string[]): Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? '';
    const end = character === '[' ? endOfSet(characters, at) : -1;
    if (end > 0) {
      const isNegated = characters[at + 1] === '!';
      elements.push({ set: characters.slice(at + (isNegated ? 2 : 1), end).join(''), isNegated });
      at = end;
    } else if (character === '*' || character === '?') {
      if (character === '?' || elements.at(-1) !== '*') elements.push(character);
    } else elements.push({ character });
  }
  return elements;
}

/** A bracket that closes at once belongs to the set. */
function endOfSet(characters: readonly string[], start: number): number {
  const first = characters[start + 1] === '!' ? start + 2 : start + 1;
  return characters.indexOf(']', first + 1);
}

function fits(element: Element, character: string): boolean {
  if (element === '*' || element === '?') return true;
  if ('character' in element) return element.character === character;
  return inSet([...element.set], character) !== element.isNegated;
}

function inSet(set: readonly string[], character: string): boolean {
  for (let at = 0; at < set.length; at++) {
    const from = set[at] ?? '';
    const isRange = set[at + 1] === '-' && at + 2 < set.length;
    const to = isRange ? (set[at + 2] ?? '') : from;
    if (from <= character && character <= to) return true;
    if (isRange) at += 2;
  }
  return false;
}
