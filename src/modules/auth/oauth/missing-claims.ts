import { claimAt, type Claims } from './claims';
import type { OAuthSettings } from './oauth.settings';

/** True when an ID token leaves out what is wanted of it, and the user info may have it. */
export function missingClaims(claims: Claims, settings: OAuthSettings): boolean {
  const wanted = [
    settings.email_claim,
    settings.username_claim,
    ...(settings.enable_role_management ? [settings.roles_claim] : []),
    ...(settings.enable_group_management ? [settings.groups_claim] : []),
  ];
  return wanted.some((name) => claimAt(claims, name) === undefined);
}
