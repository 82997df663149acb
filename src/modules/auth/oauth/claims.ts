import { isJsonObject, type JsonObject } from '../../../common/util/json';

/** What a provider says about somebody: of an ID token, of its user info, or of both. */
export type Claims = JsonObject;

/** The value at a path of names with dots; the literal name as well. */
export function claimAt(claims: Claims, path: string): unknown {
  const found = path
    .split('.')
    .reduce<unknown>(
      (value, name) => (isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined),
      claims,
    );
  return found ?? (Object.hasOwn(claims, path) ? claims[path] : undefined);
}

/** A list, the parts of a text, or a number, as texts; undefined when nothing is there. */
export function listClaim(claims: Claims, path: string, separator: string): string[] | undefined {
  const value = claimAt(claims, path);
  if (value === undefined || value === null) return undefined;
  const items: unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? value.split(separator) : [value];
  const texts = items.filter((item) => typeof item === 'string' || typeof item === 'number');
  return texts.map((item) => String(item).trim()).filter((item) => item !== '');
}

/** A text that is not empty. */
export function textClaim(claims: Claims, name: string): string | undefined {
  const value = claimAt(claims, name);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** Whom the provider means. Numbers are taken as their digits: no other text is equal to them. */
export function subjectOf(claims: Claims, name: string): string | undefined {
  const value = claimAt(claims, name);
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** The provider vouches for the address; Microsoft has its own name for that. Some write the boolean as a text. */
export const isEmailVerified = ({ email_verified: isVerified, xms_edov: isDomainVerified }: Claims): boolean =>
  [isVerified, isDomainVerified].some((value) => value === true || value === 'true');

/** The provider says that nobody checked the address. */
export const isEmailDenied = ({ email_verified: value }: Claims): boolean => value === false || value === 'false';

/** Microsoft leaves the groups out when there are too many for a token: then nothing is known of them. */
export function isClaimElsewhere({ _claim_names: names }: Claims, path: string): boolean {
  return isJsonObject(names) && path in names;
}
