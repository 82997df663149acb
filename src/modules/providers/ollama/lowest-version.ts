/** The lowest of versions such as `0.9.1` or `0.12.3-rc1`, by their numbers; undefined for none. */
export function lowestVersion(versions: readonly string[]): string | undefined {
  return versions.toSorted((a, b) => compare(numbersOf(a), numbersOf(b)))[0];
}

const numbersOf = (version: string): number[] =>
  version
    .replace(/^v|-.*$/g, '')
    .split('.')
    .map((part) => Number.parseInt(part) || 0);

function compare(a: number[], b: number[]): number {
  const at = a.findIndex((number, index) => number !== (b[index] ?? 0));
  return at === -1 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? 0);
}
