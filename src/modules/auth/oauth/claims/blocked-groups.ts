import { linearPattern } from '../../../../common/util/linear-pattern';
import { MAX_NAME } from '../../../../common/validation/lengths';

const MAX_PATTERNS = 500;
const REGEX_CHARACTERS = /[\^$[\](){}+\\|]/;
const WILDCARDS = /[*?]/;
const WILDCARD_PATTERNS: Record<string, string> = { '*': '[^]*', '?': '[^]' };

/**
 * A predicate for group names from a JSON list of patterns. A pattern with one of the characters `^ $ [ ] ( ) { } + \ |`
 * is a regular expression, one with `*` or `?` a shell wildcard, any other an exact name. Names longer than `MAX_NAME`
 * are always blocked. Linear in the length of the name.
 * @throws for anything but a JSON list of strings, and for an invalid or too large list or pattern.
 */
export function parseBlockedGroups(text: string): (name: string) => boolean {
  const patterns: unknown = JSON.parse(text.trim() || '[]');
  if (!Array.isArray(patterns) || !patterns.every((pattern) => typeof pattern === 'string'))
    throw new TypeError('expected a JSON list of strings');
  if (patterns.length > MAX_PATTERNS) throw new RangeError(`expected at most ${MAX_PATTERNS} patterns`);
  const tests = patterns.map(toTest);
  return (name) => name.length > MAX_NAME || tests.some((test) => test(name));
}

function toTest(pattern: string): (name: string) => boolean {
  if (REGEX_CHARACTERS.test(pattern)) return linearPattern(pattern);
  if (!WILDCARDS.test(pattern)) return (name) => name === pattern;
  const escaped = pattern.replaceAll(/[*?./]/g, (sign) => WILDCARD_PATTERNS[sign] ?? `\\${sign}`);
  return linearPattern(`^${escaped}$`);
}
