import { BadRequestError } from '../../common/errors/app-error';
import { Detail } from '../../common/errors/details';

/** What bcrypt takes into account. */
export const MAX_PASSWORD_BYTES = 72;

/** Eight characters with a lower-case and an upper-case letter, a digit, and one that is neither word nor white space. */
export const DEFAULT_PASSWORD_PATTERN = '^(?=.*[a-z])(?=.*[A-Z])(?=.*\\d)(?=.*[^\\p{L}\\p{M}\\p{N}_\\s]).{8,}$';

/** Patterns from the environment need not be valid in Unicode mode. @throws SyntaxError */
export function compilePattern(text: string): RegExp {
  try {
    return new RegExp(text, 'u');
  } catch {
    return new RegExp(text);
  }
}

/**
 * @param pattern has to match from the start; null applies no rule but the length.
 * @throws BadRequestError with the contract's text.
 */
export function assertPasswordAllowed(password: string, pattern: RegExp | null): void {
  if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) throw new BadRequestError(Detail.passwordTooLong);
  if (pattern && password.search(pattern) !== 0) throw new BadRequestError(Detail.invalidPassword);
}

/** The first 72 bytes, without an incomplete character at their end: what sign-in compares. */
export function cutPassword(password: string): string {
  if (Buffer.byteLength(password) <= MAX_PASSWORD_BYTES) return password;
  // A character has at most 4 bytes in 2 UTF-16 units, so 72 units are enough to look at.
  const { read } = new TextEncoder().encodeInto(
    password.slice(0, MAX_PASSWORD_BYTES),
    new Uint8Array(MAX_PASSWORD_BYTES),
  );
  return password.slice(0, read);
}
