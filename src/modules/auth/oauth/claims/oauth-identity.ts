import type { Role } from '../../../../common/auth/principal';
import { BadRequestError } from '../../../../common/errors/app-error';
import { storable } from '../../../../common/util/json';
import { isEmail, normalizeEmail } from '../../accounts/email';
import type { OAuthProvider } from '../oauth-providers';
import type { OAuthSettings } from '../oauth.settings';
import { claimAt, isEmailDenied, isEmailVerified, listClaim, subjectOf, textClaim, type Claims } from './claims';
import { AuthDetail } from '../../auth.errors';

/** The identity in a provider's claims. */
export interface OAuthIdentity {
  subject: string;
  /** Lower case. */
  email: string;
  isEmailVerified: boolean;
  name: string;
}

const refused = (): BadRequestError => new BadRequestError(AuthDetail.invalidCredentials);

/** @throws BadRequestError when subject or address are missing, or the address is in none of the allowed domains. */
export function identityOf(claims: Claims, provider: OAuthProvider, settings: OAuthSettings): OAuthIdentity {
  const subject = subjectOf(claims, settings.sub_claim ?? provider.subjectClaim);
  if (subject === undefined) throw refused();
  const email =
    textClaim(claims, settings.email_claim) ??
    (settings.enable_email_fallback ? `${provider.key}@${subject}.local` : '');
  if (!isEmail(normalizeEmail(email))) throw refused();
  assertDomain(claims, email, { provider, settings });
  const name = textClaim(claims, settings.username_claim) ?? email;
  return storable({ subject, email: normalizeEmail(email), isEmailVerified: isEmailVerified(claims), name });
}

/** An unverified address does not prove that its owner belongs to the domain. */
function assertDomain(
  claims: Claims,
  email: string,
  { provider, settings }: { provider: OAuthProvider; settings: OAuthSettings },
): void {
  const domains = settings.allowed_domains.map((domain) => domain.trim().toLowerCase());
  if (domains.includes('*')) return;
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
  const isDoubtful = provider.isForAllTenants ? !isEmailVerified(claims) : isEmailDenied(claims);
  if (!domains.includes(domain) || isDoubtful) throw refused();
}

/** The role that the claims grant; null when they grant none. */
export function roleOf(claims: Claims, settings: OAuthSettings): Role | null {
  const { roles_claim: path, roles_separator: separator } = settings;
  const roles = new Set(listClaim(claims, path, separator) ?? []);
  const isAny = (names: readonly string[]): boolean => names.some((name) => roles.has(name.trim()));
  if (isAny(settings.admin_roles)) return 'admin';
  return isAny(settings.allowed_roles) ? 'user' : null;
}

/** Whether the ID token lacks a claim that the user-info endpoint may have. Sign-in fails without the required ones. */
export function userInfoNeed(
  claims: Claims,
  provider: OAuthProvider,
  settings: OAuthSettings,
): 'none' | 'optional' | 'required' {
  const lacks = (names: string[]): boolean => names.some((name) => claimAt(claims, name) === undefined);
  const subjectClaim = settings.sub_claim ?? provider.subjectClaim;
  if (lacks([subjectClaim, settings.email_claim, ...(settings.enable_role_management ? [settings.roles_claim] : [])]))
    return 'required';
  const optional = [settings.username_claim, ...(settings.enable_group_management ? [settings.groups_claim] : [])];
  return lacks(optional) ? 'optional' : 'none';
}
