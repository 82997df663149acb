const MAX_LENGTH = 320;
const PREFIX = /^[^@]+@[^@]*[^@.][^@]*\.[^@]+/;

/** The form in which addresses are stored and compared. */
export const normalizeEmail = (email: string): string => email.toLowerCase();

/** The contract's generous rule: `…@localhost`, or a text that begins like an address with a dot in its domain. */
export function isEmail(email: string): boolean {
  return email.length <= MAX_LENGTH && (email.endsWith('@localhost') || PREFIX.test(email));
}
