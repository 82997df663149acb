import { isJsonObject, storable, type JsonObject } from '../../../../common/util/json';

/** Claims about a user from an ID token, the user-info endpoint, or both. */
export type Claims = JsonObject;

export interface UserClaims {
  claims: Claims;
  /** False when the user-info endpoint was not consulted or failed: an absent claim is unknown then. */
  isComplete: boolean;
}

/** The value at a dotted path, or under the literal name. */
export function claimAt(claims: Claims, path: string): unknown {
  const found = path
    .split('.')
    .reduce<unknown>(
      (value, name) => (isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined),
      claims,
    );
  return found ?? (Object.hasOwn(claims, path) ? claims[path] : undefined);
}

/** A list, a separated string or a number as a list of strings; undefined for an absent claim. */
export function listClaim(claims: Claims, path: string, separator: string): string[] | undefined {
  const value = claimAt(claims, path);
  if (value === undefined || value === null) return undefined;
  const items: unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? value.split(separator) : [value];
  const texts = items.filter((item) => typeof item === 'string' || typeof item === 'number');
  return texts.map((item) => String(item).trim()).filter((item) => item !== '');
}

/** A trimmed, non-empty string. */
export function textClaim(claims: Claims, name: string): string | undefined {
  const value = claimAt(claims, name);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/**
 * The subject as a string, compared exactly. Numbers (GitHub) become their digits. One that PostgreSQL cannot store as it
 * is (U+0000, lone surrogates) is refused: replaced, it could equal another subject.
 */
export function subjectOf(claims: Claims, name: string): string | undefined {
  const value = claimAt(claims, name);
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  return typeof value === 'string' && value.trim() !== '' && storable(value) === value ? value : undefined;
}

/** The provider verified the address (`xms_edov` at Microsoft). Some providers send the boolean as a string. */
export const isEmailVerified = ({ email_verified: isVerified, xms_edov: isDomainVerified }: Claims): boolean =>
  [isVerified, isDomainVerified].some((value) => value === true || value === 'true');

/** The provider states that the address is not verified. */
export const isEmailDenied = ({ email_verified: value }: Claims): boolean => value === false || value === 'false';

/** Microsoft omits the groups when there are too many for a token; they are then unknown, not empty. */
export function isClaimOmitted({ _claim_names: names }: Claims, path: string): boolean {
  return isJsonObject(names) && path in names;
}
