/** A package that a source or another package needs. */
export interface Requirement {
  /** As PEP 503 normalizes it. */
  name: string;
  /** The version of `==`; undefined for any other condition. */
  version: string | undefined;
  /** It is needed on some platforms or versions only. */
  isConditional: boolean;
}

/** A wheel that Pyodide can load. */
export interface Wheel {
  name: string;
  version: string;
  file: string;
}

const NAME = /^[a-z0-9](?:[a-z0-9._-]{0,100}[a-z0-9])?/i;
const EXACT = /={2,3} ?([\w.+!-]{1,50})/;

/** PEP 503. */
export const normalizedName = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-');

/** Of a line such as `yt-dlp[default]>=2024.1; python_version > "3.8"`; undefined for what is none, as an option of pip. */
export function requirementOf(text: string): Requirement | undefined {
  const [condition = '', marker] = text.split(';', 2);
  const name = NAME.exec(condition.trim())?.[0];
  if (name === undefined) return undefined;
  return { name: normalizedName(name), version: EXACT.exec(condition)?.[1], isConditional: marker !== undefined };
}

/** Name, version, an optional build, and what it is built for: the version of CPython that Pyodide is, or any. */
const WHEEL = /^([^-]+)-([^-]+)-(?:\d[^-]*-)?([^-]+-[^-]+-[^-]+)\.whl$/;
const LOADABLE = /^(?:[^-]*(?:py3|cp3)[^-]*-[^-]+-any|[^-]+-(?:cp314|abi3)-[^-]*wasm32)$/;

/** Of a file name; undefined for what is no wheel, or for another platform. */
export function wheelOf(file: string): Wheel | undefined {
  const [, name, version, target] = WHEEL.exec(file) ?? [];
  if (name === undefined || version === undefined || !LOADABLE.test(target ?? '')) return undefined;
  return { name: normalizedName(name), version, file };
}

/** Numbers by value, other parts as text: enough for choosing the newest of some files. */
export function compareVersions(one: string, other: string): number {
  const [ones, others] = [one.split('.'), other.split('.')];
  for (let index = 0; index < Math.max(ones.length, others.length); index++) {
    const difference = compareParts(ones[index] ?? '0', others[index] ?? '0');
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareParts(one: string, other: string): number {
  const numbers = Number.parseInt(one, 10) - Number.parseInt(other, 10);
  return Number.isNaN(numbers) || numbers === 0 ? one.localeCompare(other) : numbers;
}
