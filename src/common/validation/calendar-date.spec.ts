import { coerceCalendarDate, describeCalendarDate, isCalendarDate } from './calendar-date';

describe('calendar dates', () => {
  it.each(['1990-02-03', '2024-02-29', '1990-02-03T00:00:00', '1990-02-03 00:00', '1990-02-03T00:00:00.000Z'])(
    '%s is one',
    (text) => expect(isCalendarDate(coerceCalendarDate(text))).toBe(true),
  );

  it.each([
    ['soon', 'date_from_datetime_parsing', 'input is too short'],
    ['', 'date_from_datetime_parsing', 'input is too short'],
    ['1990-02-31', 'date_from_datetime_parsing', 'day value is outside expected range'],
    ['2023-02-29', 'date_from_datetime_parsing', 'day value is outside expected range'],
    ['0000-01-01', 'date_from_datetime_parsing', 'year value is outside expected range'],
    ['1990-13-01', 'date_from_datetime_parsing', 'month value is outside expected range'],
    ['1990-02-03T10:00:00', 'date_from_datetime_inexact', undefined],
    [7, 'date_type', undefined],
  ])('%p is none: %s', (value, type, error) => {
    expect(isCalendarDate(coerceCalendarDate(value))).toBe(false);
    expect(describeCalendarDate(value)).toMatchObject({ type, ...(error && { ctx: { error } }) });
  });
});
