const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const DATE_TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(?:Z|[+-]\d\d:?\d\d)?$/;
const MIDNIGHT = /^[0:.]+$/;

interface DateFault {
  type: string;
  msg: string;
  ctx?: Record<string, unknown>;
}

/** Reduces a date and time at midnight to `YYYY-MM-DD`; other values are returned unchanged. */
export function coerceCalendarDate(value: unknown): unknown {
  const [, date, time] = DATE_TIME.exec(typeof value === 'string' ? value : '') ?? [];
  return date !== undefined && MIDNIGHT.test(time ?? '') ? date : value;
}

/** True for a calendar day as `YYYY-MM-DD`. */
export function isCalendarDate(value: unknown): boolean {
  return typeof value === 'string' && DATE.test(value) && faultyPart(value) === null;
}

/** Why `value` is not a day, in the words of the contract. */
export function describeCalendarDate(value: unknown): DateFault {
  if (typeof value !== 'string') return { type: 'date_type', msg: 'Input should be a valid date' };
  if (DATE_TIME.test(value))
    return {
      type: 'date_from_datetime_inexact',
      msg: 'Datetimes provided to dates should have zero time - e.g. be exact dates',
    };
  const error = DATE.test(value) ? `${faultyPart(value)} value is outside expected range` : 'input is too short';
  const msg = `Input should be a valid date or datetime, ${error}`;
  return { type: 'date_from_datetime_parsing', msg, ctx: { error } };
}

function faultyPart(text: string): 'year' | 'month' | 'day' | null {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  if (year < 1) return 'year';
  if (month < 1 || month > 12) return 'month';
  return day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate() ? null : 'day';
}
