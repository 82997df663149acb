import { BadRequestError } from '../../../common/errors/app-error';
import { AuthDetail } from '../auth.errors';

/** bcrypt ignores everything after 72 bytes. */
export const MAX_PASSWORD_BYTES = 72;

/** At least eight characters with a lower-case letter, an upper-case letter, a digit, and a symbol. */
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
 * Checks a new password. `pattern` has to match from the start; null checks the length only.
 * @throws BadRequestError
 */
export function assertPasswordAllowed(password: string, pattern: RegExp | null): void {
  if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) throw new BadRequestError(AuthDetail.passwordTooLong);
  if (pattern && password.search(pattern) !== 0) throw new BadRequestError(AuthDetail.invalidPassword);
}

/** The first 72 bytes without an incomplete trailing character: the part that sign-in compares. */
export function cutPassword(password: string): string {
  if (Buffer.byteLength(password) <= MAX_PASSWORD_BYTES) return password;
  // Every UTF-16 unit takes at least one byte, so the first 72 units hold at least 72 bytes.
  const { read } = new TextEncoder().encodeInto(
    password.slice(0, MAX_PASSWORD_BYTES),
    new Uint8Array(MAX_PASSWORD_BYTES),
  );
  return password.slice(0, read);
}
