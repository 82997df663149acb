const MAX_LENGTH = 320;
const FORBIDDEN = /[\s,;<>"\p{Cc}\p{Cf}\p{Cs}]/u;

/** The form in which addresses are stored and compared. */
export const normalizeEmail = (email: string): string => email.toLowerCase();

/**
 * One `@` with text before it and, after it, `localhost` or a name with dots. Blanks, invisible characters and the
 * separators of address lists are refused.
 */
export function isEmail(email: string): boolean {
  if (email.length > MAX_LENGTH || FORBIDDEN.test(email)) return false;
  const [local, domain, ...rest] = email.split('@');
  if (!local || !domain || rest.length > 0) return false;
  const labels = domain.split('.');
  return labels.every((label) => label !== '') && (labels.length > 1 || domain === 'localhost');
}
