import type { Role } from '../../../common/auth/principal';
import { listClaim, type Claims } from './claims';
import type { OAuthSettings } from './oauth.settings';

/** The role that the claims give; null when they give none. */
export function roleOf(claims: Claims, settings: OAuthSettings): Role | null {
  const { roles_claim: path, roles_separator: separator } = settings;
  const roles = new Set(listClaim(claims, path, separator) ?? []);
  const isAny = (names: readonly string[]): boolean => names.some((name) => roles.has(name.trim()));
  if (isAny(settings.admin_roles)) return 'admin';
  return isAny(settings.allowed_roles) ? 'user' : null;
}
