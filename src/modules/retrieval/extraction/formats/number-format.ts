const DAY = 86_400_000;
/** Day 0 of the calendar of spreadsheets, with its leap day that never was; and of that of older Macintosh files. */
const EPOCH_1900 = Date.UTC(1899, 11, 30);
const EPOCH_1904 = Date.UTC(1904, 0, 1);
const MAX_SERIAL = 2_958_465;

/** Whether a number is shown as a date or a time. `code` is the number format of its style. */
export const isDateFormat = (code: string): boolean => /[dmyhs]/i.test(withoutLiterals(code));

/** Built-in formats are known by their number. */
export const isBuiltInDate = (id: number): boolean => (id >= 14 && id <= 22) || (id >= 45 && id <= 47);

/** `2024-03-01`, `2024-03-01 13:30:00` or, below one day, `13:30:00`. */
export function formatDate(serial: number, is1904: boolean): string {
  if (!Number.isFinite(serial) || serial < 0 || serial > MAX_SERIAL) return String(serial);
  const date = new Date((is1904 ? EPOCH_1904 : EPOCH_1900) + Math.round(serial * DAY));
  const [day = '', time = ''] = date.toISOString().split(/[T.]/);
  if (serial < 1) return time;
  return Number.isInteger(serial) ? day : `${day} ${time}`;
}

/** Quoted and escaped characters, padding, and conditions and colours in brackets. */
const LITERAL = /"[^"]*"?|\\.|[_*].|\[[^\]]*\]?|general/gi;

/** Elapsed time, such as [h], is a time. */
const withoutLiterals = (code: string): string =>
  code.slice(0, 255).replace(LITERAL, (literal) => (/^\[[hms]+\]$/i.test(literal) ? 'h' : ''));
