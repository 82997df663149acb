const UNIT_SECONDS = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;
const PART = /(?<!\d)([+-]?\d+(?:\.\d+)?)(ms|[smhdw])/g;
const PARTS = /^(?:\s*[+-]?\d+(?:\.\d+)?(?:ms|[smhdw]))+$/;

/** A century: `Date` cannot represent much later times. */
const MAX_SECONDS = 100 * 366 * UNIT_SECONDS.d;

/**
 * Seconds of a duration such as `4w` or `1h30m`; null for an unlimited one (`-1`, `0`, or parts that sum to zero).
 * @throws RangeError for any other text, a negative sum, and more than a century.
 */
export function parseDuration(text: string): number | null {
  const trimmed = text.trim();
  if (trimmed === '-1' || trimmed === '0') return null;
  const parts = PARTS.test(trimmed) ? [...trimmed.matchAll(PART)] : [];
  if (parts.length === 0)
    throw new RangeError(`"${text}" is not a duration: expected -1, 0, or parts such as 4w or 1h30m`);
  const seconds = parts.reduce((sum, [, number, unit]) => sum + Number(number) * UNIT_SECONDS[unit as 's'], 0);
  if (seconds < 0 || seconds > MAX_SECONDS) throw new RangeError(`"${text}" is out of range for a duration`);
  return seconds === 0 ? null : seconds;
}
