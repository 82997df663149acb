import type { Manifest } from './source.types';

/** Bounds of what is stored in `meta.manifest`, which lists return for every row; `icon_url` may be a data URL. */
const MAX_KEYS = 100;
const MAX_VALUES = 400_000;

const KEY = /^[a-z_]+$/i;
/** The first line of a source with a frontmatter, and what ends it. */
const FORMS = [
  { first: /^"""$/, end: '"""' },
  { first: /^\/\*\*?$/, end: '*/' },
];

/**
 * The lines `key: value` of the frontmatter: a Python docstring or a JavaScript comment that begins with the very first
 * line. Other lines in it are skipped; empty without a frontmatter.
 */
export function readFrontmatter(code: string): Manifest {
  const manifest = new Map<string, string>();
  let size = 0;
  for (const line of frontmatterOf(code)) {
    const [key, value] = entryOf(line) ?? [];
    if (key === undefined || value === undefined) continue;
    size += value.length;
    if (size > MAX_VALUES || manifest.size >= MAX_KEYS) break;
    manifest.set(key, value);
  }
  return Object.fromEntries(manifest);
}

/** The comma-separated items of a value: `requirements`, `allowed_hosts`. */
export const itemsOf = (value = ''): string[] =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

function entryOf(line: string): [key: string, value: string] | undefined {
  const text = line.trim().replace(/^\* /, '');
  const colon = text.indexOf(':');
  const key = text.slice(0, Math.max(0, colon));
  return KEY.test(key) ? [key, text.slice(colon + 1).trim()] : undefined;
}

function* frontmatterOf(code: string): Generator<string, undefined> {
  const lines = linesOf(code);
  const first = lines.next().value?.trim() ?? '';
  const form = FORMS.find((candidate) => candidate.first.test(first));
  if (!form) return;
  for (const line of lines) {
    if (line.includes(form.end)) return;
    yield line;
  }
}

/** Lazily: sources may be long, frontmatters are not. */
function* linesOf(code: string): Generator<string, undefined> {
  for (let start = 0; start < code.length;) {
    const end = code.indexOf('\n', start);
    yield code.slice(start, end < 0 ? code.length : end);
    if (end < 0) return;
    start = end + 1;
  }
}
