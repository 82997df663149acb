/** Deeper values overflow the stack of recursive code: `JSON.stringify`, Socket.IO, PostgreSQL. */
export const MAX_DEPTH = 512;
/** Each value costs up to a hundred bytes of memory and a microsecond, however short its text (`{},`). */
export const MAX_VALUES = 500_000;

const BACKSLASH = 0x5c;

/** Structural role of a code unit of JSON outside of strings. */
export enum Role {
  NONE,
  OPENS,
  CLOSES,
  SEPARATES,
  QUOTES,
}

/** Values that start after a code unit of each role. */
const VALUES = [0, 1, 0, 1, 0] as const;

/** The `Role` of each code unit. */
export const ROLES = new Uint8Array(0x10000);
for (const [characters, role] of [
  ['[{', Role.OPENS],
  [']}', Role.CLOSES],
  [',', Role.SEPARATES],
  ['"', Role.QUOTES],
] as const)
  for (const character of characters) ROLES[character.charCodeAt(0)] = role;

/**
 * The reason why a JSON text of allowed size must not be parsed; undefined when it may be. Faster than parsing: strings
 * are skipped.
 */
export function jsonExcess(text: string, maxValues = MAX_VALUES): string | undefined {
  // Shorter texts cannot exceed either bound.
  if (text.length <= 2 * MAX_DEPTH) return undefined;
  let depth = 0;
  let values = 0;
  for (let at = 0; at < text.length; at++) {
    const role = ROLES[text.charCodeAt(at)] as Role;
    if (role === Role.NONE) continue;
    if (role === Role.QUOTES) at = endOfString(text, at);
    if (role === Role.OPENS) depth++;
    else if (role === Role.CLOSES) depth--;
    values += VALUES[role];
    if (depth > MAX_DEPTH) return 'Nested too deeply';
    if (values > maxValues) return 'Too many values';
  }
  return undefined;
}

/** The closing quote of the string that begins at `start`, or the end of the text. */
export function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text.charCodeAt(first - 1) === BACKSLASH) first--;
  return (at - first) % 2 === 1;
}
