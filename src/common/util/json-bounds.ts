/** Deeper values overflow the stack of whatever walks them: `JSON.stringify`, Socket.IO, PostgreSQL. */
const MAX_DEPTH = 512;
/** Each value costs up to a hundred bytes of memory, however short its text: `{},` is three. */
const MAX_VALUES = 2_000_000;

const BACKSLASH = 0x5c;
const OPENS = 1;
const CLOSES = 2;
const SEPARATES = 3;
const QUOTES = 4;

/** What a code unit does in JSON, outside of strings; 0 for everything that is no structure. */
const ROLES = new Uint8Array(0x10000);
for (const [characters, role] of [
  ['[{', OPENS],
  [']}', CLOSES],
  [',', SEPARATES],
  ['"', QUOTES],
] as const)
  for (const character of characters) ROLES[character.charCodeAt(0)] = role;

/**
 * Why a JSON text must not be parsed although its size is allowed; undefined when it may be. Takes less time than the
 * parsing: strings are skipped.
 */
export function jsonExcess(text: string): string | undefined {
  // Shorter texts can be neither.
  if (text.length <= 2 * MAX_DEPTH) return undefined;
  let depth = 0;
  let values = 0;
  for (let at = 0; at < text.length; at++) {
    const role = ROLES[text.charCodeAt(at)];
    if (role === QUOTES) at = endOfString(text, at);
    else if (role === OPENS) depth++;
    else if (role === CLOSES) depth--;
    if (role === OPENS || role === SEPARATES) values++;
    if (depth > MAX_DEPTH) return 'Nested too deeply';
  }
  return values > MAX_VALUES ? 'Too many values' : undefined;
}

/** The closing quote of the string that begins at `start`, or the end of the text. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text.charCodeAt(first - 1) === BACKSLASH) first--;
  return (at - first) % 2 === 1;
}
