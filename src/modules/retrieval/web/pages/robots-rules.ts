/** One rule of a `robots.txt`; `parts` are what stands between the stars of its pattern. */
interface RobotsRule {
  isAllowed: boolean;
  length: number;
  parts: readonly string[];
  /** The pattern ends with `$`: it has to match the path to its end. */
  isWhole: boolean;
}

export type RobotsRules = readonly RobotsRule[];

/** More rules and longer ones are left out, so that no file makes a look-up slow. */
const MAX_RULES = 5000;
const MAX_LENGTH = 1024;

/**
 * The rules of a `robots.txt` (RFC 9309) for an agent: those of the groups that name it, or else of the groups for all.
 * Safe on hostile files: rules are stored once per group, not per agent.
 */
export function readRobots(text: string, agent: string): RobotsRules {
  const reader = new RobotsReader(agent);
  for (const [key, value] of robotsLines(text)) reader.read(key, value);
  return reader.own ?? reader.general;
}

class RobotsReader {
  /** Of the groups that name the agent; undefined while none does. */
  own: RobotsRule[] | undefined;
  readonly general: RobotsRule[] = [];
  /** What the rules of the current group are added to. */
  private targets = new Set<RobotsRule[]>();
  private isHeader = false;

  constructor(private readonly agent: string) {}

  read(key: string, value: string): void {
    if (key === 'user-agent') this.beginGroup(value.toLowerCase().split('/', 1)[0]?.trim());
    else if (key === 'allow' || key === 'disallow') this.add(value, key);
  }

  private beginGroup(name: string | undefined): void {
    if (!this.isHeader) this.targets = new Set();
    this.isHeader = true;
    if (name === '*') this.targets.add(this.general);
    if (name === this.agent) this.targets.add((this.own ??= []));
  }

  private add(pattern: string, key: 'allow' | 'disallow'): void {
    this.isHeader = false;
    if (pattern === '' || pattern.length > MAX_LENGTH) return;
    for (const rules of this.targets) if (rules.length < MAX_RULES) rules.push(toRule(pattern, key));
  }
}

function* robotsLines(text: string): Generator<[key: string, value: string]> {
  for (const line of text.split(/\r\n|\r|\n/)) {
    const content = line.split('#', 1)[0] ?? '';
    const colon = content.indexOf(':');
    if (colon !== -1) yield [content.slice(0, colon).trim().toLowerCase(), content.slice(colon + 1).trim()];
  }
}

function toRule(pattern: string, key: 'allow' | 'disallow'): RobotsRule {
  const isWhole = pattern.endsWith('$');
  const parts = (isWhole ? pattern.slice(0, -1) : pattern).split('*').map(encoded);
  return { isAllowed: key === 'allow', length: pattern.length, parts, isWhole };
}

/** As paths of URLs are: other characters than ASCII percent-encoded. */
const encoded = (part: string): string =>
  part.replace(/[^\x21-\x7e]/gu, (character) => {
    try {
      return encodeURIComponent(character);
    } catch {
      return character;
    }
  });

/** Of the rules that match the path, the longest decides, and allowing wins. Without one the path is allowed. */
export function isPathAllowed(rules: RobotsRules, { pathname, search }: URL): boolean {
  const path = (pathname + search).slice(0, MAX_LENGTH);
  let best: RobotsRule | undefined;
  for (const rule of rules) if (isStronger(rule, best) && matches(rule, path)) best = rule;
  return best?.isAllowed ?? true;
}

const isStronger = (rule: RobotsRule, best: RobotsRule | undefined): boolean =>
  !best || rule.length > best.length || (rule.length === best.length && rule.isAllowed);

function matches({ parts, isWhole }: RobotsRule, path: string): boolean {
  const [first = '', ...others] = parts;
  if (!path.startsWith(first)) return false;
  let at = first.length;
  for (const [index, part] of others.entries()) {
    if (isWhole && index === others.length - 1) return path.length - part.length >= at && path.endsWith(part);
    const found = path.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return !isWhole || at === path.length;
}
