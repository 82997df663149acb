const MAX_LENGTH = 64;

/**
 * Names for models: providers take up to 64 letters, digits, `_` and `-`. Other characters become `_`; names that would
 * be equal then are numbered.
 */
export function toToolNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const safe = name.replaceAll(/[^\w-]/g, '_').slice(0, MAX_LENGTH);
    let unique = safe;
    for (let count = 2; taken.has(unique); count++) unique = `${safe.slice(0, MAX_LENGTH - 5)}_${count}`;
    taken.add(unique);
    return unique;
  });
}
