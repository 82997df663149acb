import { readFileSync } from 'node:fs';

/** The lines that may differ, by domain: `Map<domain, Map<line, reason>>`. @throws for a line without a reason. */
export function readDeviations(path) {
  const domains = new Map();
  let lines;
  for (const text of readFileSync(path, 'utf8').split('\n')) {
    const heading = /^## (\S+)$/.exec(text);
    if (heading) domains.set(heading[1], (lines = new Map()));
    const row = /^\| *`([^`]+)` *\|(.*)\| *$/.exec(text);
    if (!row) continue;
    if (!lines || !row[2].trim()) throw new Error(`${path}: no domain or no reason in: ${text}`);
    lines.set(row[1], row[2].trim());
  }
  return domains;
}

/** What is wrong with the differences of a domain, given those that are allowed; empty when nothing is. */
export function judge(differences, allowed = new Map()) {
  const found = new Set(differences.map(({ id }) => id));
  const unlisted = differences.filter(({ id }) => !allowed.has(id)).map(({ text }) => text);
  const outdated = [...allowed.keys()].filter((id) => !found.has(id));
  return [...unlisted, ...outdated.map((id) => `${id} is listed in deviations.md and does not differ any more`)];
}
