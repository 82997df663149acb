const FIRST_CN = /^(?:(?:\\.|[^\\])*?,)?\s*cn\s*=\s*((?:\\.|[^\\,+])*)/i;
const ESCAPE = /((?:\\[0-9a-f]{2})+)|\\(.)/gi;

/** The first `CN` of each distinguished name, unescaped (RFC 4514); names without one are left out. */
export function groupNamesOf(distinguishedNames: readonly string[]): string[] {
  const names = distinguishedNames.map((text) => unescape(FIRST_CN.exec(text)?.[1] ?? '').trim());
  return [...new Set(names.filter((name) => name !== ''))];
}

/** `\2C` is a byte of UTF-8, any other escaped character itself. */
const unescape = (text: string): string =>
  text.replace(ESCAPE, (_, bytes: string | undefined, character: string) =>
    bytes === undefined ? character : Buffer.from(bytes.replaceAll('\\', ''), 'hex').toString('utf8'),
  );
