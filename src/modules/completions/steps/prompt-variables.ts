import { BadRequestError } from '../../../common/errors/app-error';
import type { JsonObject } from '../../../common/util/json';

/** What the placeholders of a prompt say of the user; null is written as `None` (contract). */
export interface PromptUser {
  name: string;
  bio: string | null;
  gender: string | null;
  /** `YYYY-MM-DD`. */
  dateOfBirth: string | null;
  info: JsonObject | null;
}

const pad = (value: number): string => String(value).padStart(2, '0');

/** Characters that a prompt may have when its variables are filled in: values may hold names, and so grow by powers. */
const MAX_LENGTH = 10_000_000;
const MAX_VARIABLES = 1000;
const MAX_REPLACEMENTS = 100_000;

/**
 * The client's own variables, replaced literally, each name as it was sent.
 * @throws BadRequestError when that is more than any prompt needs.
 */
export function replaceVariables(text: string, variables: Readonly<Record<string, string>>): string {
  const entries = Object.entries(variables);
  if (entries.length > MAX_VARIABLES) throw new BadRequestError('There are too many variables');
  let result = text;
  let replacements = 0;
  for (const [name, value] of entries) {
    let length = result.length;
    result = result.replaceAll(name, () => {
      length += value.length - name.length;
      if (++replacements > MAX_REPLACEMENTS || length > Math.max(MAX_LENGTH, text.length))
        throw new BadRequestError('The variables make the prompt too long');
      return value;
    });
  }
  return result;
}

/** The server's variables, in the server's time zone; names that it does not know stay as they are. */
export function replacePromptVariables(text: string, user: PromptUser | null, now = new Date()): string {
  if (!text.includes('{{')) return text;
  const values: Record<string, string> = { ...timeValues(now), ...userValues(user, now) };
  return text.replace(/\{\{([A-Z_]+)\}\}/g, (whole, name: string) => values[name] ?? whole);
}

/** `YYYY-MM-DD` in the time zone of the server. */
export const dateOf = (time: Date): string =>
  `${time.getFullYear()}-${pad(time.getMonth() + 1)}-${pad(time.getDate())}`;

function timeValues(now: Date): Record<string, string> {
  const date = dateOf(now);
  const hour = now.getHours();
  const time = `${pad(hour % 12 || 12)}:${pad(now.getMinutes())}:${pad(now.getSeconds())} ${hour < 12 ? 'AM' : 'PM'}`;
  return {
    CURRENT_DATE: date,
    CURRENT_TIME: time,
    CURRENT_DATETIME: `${date} ${time}`,
    CURRENT_WEEKDAY: now.toLocaleDateString('en-US', { weekday: 'long' }),
  };
}

function userValues(user: PromptUser | null, now: Date): Record<string, string> {
  const value = (read: (known: PromptUser) => unknown): string => (user ? asWritten(read(user)) : 'Unknown');
  return {
    USER_NAME: value(({ name }) => name),
    USER_BIO: value(({ bio }) => bio),
    USER_GENDER: value(({ gender }) => gender),
    USER_BIRTH_DATE: value(({ dateOfBirth }) => dateOfBirth),
    USER_AGE: value(({ dateOfBirth }) => ageOf(dateOfBirth, now)),
    USER_LOCATION: value(({ info }) => info?.location),
  };
}

function asWritten(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  return 'None';
}

/** Full years. */
function ageOf(dateOfBirth: string | null, now: Date): number | null {
  const [year = NaN, month = NaN, day = NaN] = (dateOfBirth ?? '').split('-').map(Number);
  if (Number.isNaN(day)) return null;
  const hadBirthday = now.getMonth() + 1 > month || (now.getMonth() + 1 === month && now.getDate() >= day);
  return now.getFullYear() - year - (hadBirthday ? 0 : 1);
}
