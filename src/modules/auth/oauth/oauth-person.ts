import { BadRequestError } from '../../../common/errors/app-error';
import { Detail } from '../../../common/errors/details';
import { storable } from '../../../common/util/json';
import { isEmail, normalizeEmail } from '../email';
import { isEmailDenied, isEmailVerified, subjectOf, textClaim, type Claims } from './claims';
import type { OAuthProvider } from './oauth-providers';
import type { OAuthSettings } from './oauth.settings';

/** Who somebody is at a provider. */
export interface OAuthPerson {
  subject: string;
  /** Lower case. */
  email: string;
  isEmailVerified: boolean;
  name: string;
}

const refused = (): BadRequestError => new BadRequestError(Detail.invalidCredentials);

/** @throws BadRequestError when subject or address are missing, or the address is in none of the allowed domains. */
export function personOf(claims: Claims, provider: OAuthProvider, settings: OAuthSettings): OAuthPerson {
  const subject = subjectOf(claims, settings.sub_claim ?? provider.subjectClaim);
  if (subject === undefined) throw refused();
  const email =
    textClaim(claims, settings.email_claim) ??
    (settings.enable_email_fallback ? `${provider.key}@${subject}.local` : '');
  if (!isEmail(normalizeEmail(email))) throw refused();
  assertDomain(claims, email, { provider, settings });
  const name = textClaim(claims, settings.username_claim) ?? email;
  const person = { subject, email: normalizeEmail(email), isEmailVerified: isEmailVerified(claims), name };
  return storable(person);
}

/** An address that nobody checked says nothing about where its owner belongs. */
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
