const UNIT_SECONDS = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;
const PART = /([+-]?\d+(?:\.\d+)?)(ms|[smhdw])/g;
const PARTS = /^(?:\s*[+-]?\d+(?:\.\d+)?(?:ms|[smhdw]))+$/;
const SINGLE_PART = /^-?\d+(?:\.\d+)?(?:ms|[smhdw])$/;

/** No session lives longer than a Date can say. */
const MAX_SECONDS = 100 * 366 * UNIT_SECONDS.d;

/**
 * Seconds of a duration such as `4w` or `1h30m`; null for one without end (`-1`, `0`, or parts that sum up to zero).
 * @throws RangeError for a text that holds anything else, for negative sums, and beyond a century.
 */
export function parseDuration(text: string): number | null {
  const trimmed = text.trim();
  if (trimmed === '-1' || trimmed === '0') return null;
  const parts = PARTS.test(trimmed) ? [...trimmed.matchAll(PART)] : [];
  if (parts.length === 0)
    throw new RangeError(`"${text}" is no duration: expected -1, 0, or parts such as 4w or 1h30m`);
  const seconds = parts.reduce((sum, [, number, unit]) => sum + Number(number) * UNIT_SECONDS[unit as 's'], 0);
  if (seconds < 0 || seconds > MAX_SECONDS) throw new RangeError(`"${text}" is out of range for a duration`);
  return seconds === 0 ? null : seconds;
}

export function isDuration(text: unknown): boolean {
  try {
    return typeof text === 'string' && parseDuration(text) !== undefined;
  } catch {
    return false;
  }
}

/** What the admin form takes: `-1`, `0` or a single part. Other texts leave the setting as it is (contract). */
export const isFormDuration = (text: string): boolean => text === '-1' || text === '0' || SINGLE_PART.test(text);
