import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Where variables come from: `process.env`, or a plain object in tests. */
export type Source = Readonly<Record<string, string | undefined>>;

/** A variable has an invalid value; start-up fails with this message. */
export class InvalidEnvError extends Error {
  constructor(
    readonly variable: string,
    value: string,
    /** Describes valid values. */
    readonly allowed: string,
  ) {
    super(`Invalid environment variable ${variable}=${JSON.stringify(value)}: ${allowed}.`);
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
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw new InvalidEnvError(name, text, `expected an integer from ${min} to ${max}`);
}

/** A list separated by `separator`; empty parts are dropped. */
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

/**
 * An absolute URL with one of the schemes, such as `http`. The value may contain a password and is not part of the
 * error.
 */
export function readUrl(
  source: Source,
  name: string,
  { schemes, example }: { schemes: readonly string[]; example: string },
): string | undefined {
  const text = readText(source, name);
  if (text === undefined || isUrl(text, schemes)) return text;
  throw new InvalidEnvError(name, text.includes('://') ? text.replace(/:.*/s, ':…') : text, `expected ${example}`);
}

export const isUrl = (text: string, schemes: readonly string[]): boolean =>
  URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1)) && text.includes('://');

/** A host name or address, without scheme, port or path. */
export const isHost = (text: string): boolean => /^[\w.:%-]+$/.test(text) && !/^[.-]/.test(text);

/** The absolute path. @throws InvalidEnvError when the directory, or the required file in it, does not exist. */
export function readDirectory(source: Source, name: string, file = ''): string | undefined {
  const text = readText(source, name);
  if (text === undefined) return undefined;
  const path = resolve(text);
  if (existsSync(join(path, file))) return path;
  throw new InvalidEnvError(name, text, file === '' ? 'expected a directory' : `expected a directory with an ${file}`);
}
