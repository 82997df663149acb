import { Injectable } from '@nestjs/common';
import { ForbiddenError } from '../../../common/errors/app-error';
import { Detail } from '../../../common/errors/details';
import { UsersService } from '../../users/users.service';
import type { Account } from '../../users/users.types';
import { AccountsService } from '../accounts/accounts.service';
import { ExternalAccountsService } from '../accounts/external-accounts.service';
import { parseBlockedGroups } from './claims/blocked-groups';
import { isClaimOmitted, listClaim, type Claims, type UserClaims } from './claims/claims';
import { identityOf, roleOf, type OAuthIdentity } from './claims/oauth-identity';
import { PictureService } from './claims/picture.service';
import type { OAuthProvider } from './oauth-providers';
import { OAuthSettings } from './oauth.settings';

/** Maps claims to an account, its role and its groups (docs/adr/0013-identity-providers.md). */
@Injectable()
export class OAuthAccountsService {
  constructor(
    private readonly external: ExternalAccountsService,
    private readonly users: UsersService,
    private readonly accounts: AccountsService,
    private readonly pictures: PictureService,
    private readonly settings: OAuthSettings,
  ) {}

  /** @throws BadRequestError or ForbiddenError whose detail the login page shows. */
  async accountOf(provider: OAuthProvider, { claims, isComplete }: UserClaims, accessToken: string): Promise<Account> {
    const identity = identityOf(claims, provider, this.settings);
    const known = await this.external.find({ provider: provider.key, subject: identity.subject });
    await this.assertAdmitted(known, claims);
    const picture = await this.pictureFor(known, provider, claims, accessToken);
    const account = known ?? (await this.resolve(provider, identity, picture));
    await this.external.assertActive(account);
    if (known && picture !== null) await this.users.update(account.id, { profileImageUrl: picture });
    const user = await this.withRole(account, claims);
    if (this.settings.enable_group_management) await this.syncGroups(user, provider, { claims, isComplete });
    return user;
  }

  private resolve(provider: OAuthProvider, identity: OAuthIdentity, picture: string | null): Promise<Account> {
    const { subject, email, name, isEmailVerified } = identity;
    const rules = {
      mayMerge: this.settings.merge_accounts_by_email && isEmailVerified,
      mayCreate: this.settings.enable_signup,
      isSignUp: true,
    };
    return this.external.resolve({ provider: provider.key, subject }, { email, name, profileImageUrl: picture }, rules);
  }

  /** With role management, a sign-in without a role is refused; the first account is never locked out. */
  private async assertAdmitted(known: Account | null, claims: Claims): Promise<void> {
    if (!this.settings.enable_role_management || roleOf(claims, this.settings) !== null) return;
    const primary = await this.users.findPrimary();
    if (primary && primary.id !== known?.id) throw new ForbiddenError(Detail.accessProhibited);
  }

  /** The first account remains administrator. */
  private async withRole(user: Account, claims: Claims): Promise<Account> {
    const role = this.settings.enable_role_management ? roleOf(claims, this.settings) : null;
    if (role === null || role === user.role) return user;
    const primary = await this.users.findPrimary();
    if (primary?.id === user.id) return user;
    return this.accounts.setRole(user.id, role);
  }

  private async pictureFor(
    known: Account | null,
    provider: OAuthProvider,
    claims: Claims,
    accessToken: string,
  ): Promise<string | null> {
    if (known && !this.settings.update_picture_on_login) return null;
    return this.pictures.load(provider, claims, accessToken);
  }

  /** Unknown groups leave the memberships unchanged. */
  private async syncGroups(user: Account, provider: OAuthProvider, { claims, isComplete }: UserClaims): Promise<void> {
    const { groups_claim: path, groups_separator: separator, blocked_groups: blocked } = this.settings;
    const names = listClaim(claims, path, separator) ?? (isComplete ? [] : null);
    if (names === null || isClaimOmitted(claims, path)) return;
    const primary = this.settings.enable_group_creation ? await this.users.findPrimary() : null;
    await this.external.syncGroups(user, {
      names,
      isUntouched: parseBlockedGroups(blocked),
      creation: primary ? { ownerId: primary.id, description: `Created for a group of ${provider.name}` } : undefined,
    });
  }
}
