const REGEX_SIGNS = /[\^$[\](){}+\\|]/;
const WILDCARDS = /[*?]/;
const WILDCARD_TEXTS: Record<string, string> = { '*': '.*', '?': '.' };

/**
 * Which names a JSON list of patterns matches: a regular expression that is searched for where a pattern has one of the
 * signs `^ $ [ ] ( ) { } + \ |`, a shell wildcard where it has `*` or `?`, else the name itself.
 * @throws for a text that is no list of texts, and for an expression that cannot be compiled.
 */
export function parseBlockedGroups(text: string): (name: string) => boolean {
  const patterns: unknown = JSON.parse(text.trim() || '[]');
  if (!Array.isArray(patterns) || !patterns.every((pattern) => typeof pattern === 'string'))
    throw new TypeError('expected a JSON list of texts');
  const tests = patterns.map(toTest);
  return (name) => tests.some((test) => test(name));
}

function toTest(pattern: string): (name: string) => boolean {
  if (REGEX_SIGNS.test(pattern)) {
    const expression = new RegExp(pattern, 'u');
    return (name) => expression.test(name);
  }
  if (!WILDCARDS.test(pattern)) return (name) => name === pattern;
  const escaped = pattern.replaceAll(/[*?.-]/g, (sign) => WILDCARD_TEXTS[sign] ?? `\\${sign}`);
  const expression = new RegExp(`^${escaped}$`, 's');
  return (name) => expression.test(name);
}
