/** Where variables come from: `process.env`, or a plain object in tests. */
export type Source = Readonly<Record<string, string | undefined>>;

/** A variable has a value that its meaning does not allow; the start is refused with this message. */
export class InvalidEnvError extends Error {
  constructor(name: string, value: string, allowed: string) {
    super(`Invalid environment variable ${name}=${JSON.stringify(value)}: ${allowed}.`);
    this.name = 'InvalidEnvError';
  }
}

/** The trimmed value; an empty one counts as absent. */
export function readText(source: Source, name: string): string | undefined {
  return source[name]?.trim() || undefined;
}

export function readBoolean(source: Source, name: string, fallback: boolean): boolean {
  const text = readText(source, name);
  if (text === undefined) return fallback;
  if (/^(true|1|yes|on)$/i.test(text)) return true;
  if (/^(false|0|no|off)$/i.test(text)) return false;
  throw new InvalidEnvError(name, text, 'expected true or false');
}

export function readInteger(
  source: Source,
  name: string,
  {
    fallback,
    min = Number.MIN_SAFE_INTEGER,
    max = Number.MAX_SAFE_INTEGER,
  }: { fallback: number; min?: number; max?: number },
): number {
  const text = readText(source, name);
  if (text === undefined) return fallback;
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new InvalidEnvError(name, text, `expected an integer from ${min} to ${max}`);
}

/** A list whose parts are separated by `separator`; empty parts are dropped. */
export function readList(source: Source, name: string, separator: string): string[] {
  const parts = (source[name] ?? '').split(separator).map((part) => part.trim());
  return parts.filter((part) => part !== '');
}

export function readOneOf<T extends string>(source: Source, name: string, allowed: readonly T[], fallback: T): T {
  const text = readText(source, name)?.toLowerCase();
  if (text === undefined) return fallback;
  const value = allowed.find((candidate) => candidate === text);
  if (value === undefined) throw new InvalidEnvError(name, text, `expected one of ${allowed.join(', ')}`);
  return value;
}
