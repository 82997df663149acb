import { Injectable } from '@nestjs/common';
import { ForbiddenError } from '../../../common/errors/app-error';
import { Detail } from '../../../common/errors/details';
import { Transaction } from '../../../platform/database/transaction';
import type { Account } from '../../users/users.types';
import { UsersService } from '../../users/users.service';
import { ExternalAccountsService } from '../external-accounts.service';
import { SessionService } from '../session.service';
import { parseBlockedGroups } from './blocked-groups';
import { isClaimElsewhere, listClaim, type Claims } from './claims';
import { personOf, type OAuthPerson } from './oauth-person';
import type { OAuthProvider } from './oauth-providers';
import { roleOf } from './oauth-role';
import { OAuthSettings } from './oauth.settings';
import { PictureService } from './picture.service';

/** From what a provider says of somebody to an account, with the role and groups that it says (docs/adr/0015-identity-providers.md). */
@Injectable()
export class OAuthAccountsService {
  constructor(
    private readonly external: ExternalAccountsService,
    private readonly users: UsersService,
    private readonly sessions: SessionService,
    private readonly pictures: PictureService,
    private readonly settings: OAuthSettings,
    private readonly transaction: Transaction,
  ) {}

  /** @throws BadRequestError or ForbiddenError with a text for the login page. */
  async accountOf(provider: OAuthProvider, claims: Claims, accessToken: string): Promise<Account> {
    const person = personOf(claims, provider, this.settings);
    const known = await this.external.find({ provider: provider.key, subject: person.subject });
    await this.assertAdmitted(known, claims);
    const picture = await this.pictureFor(known, provider, claims, accessToken);
    const account = known ?? (await this.resolve(provider, person, picture));
    await this.external.assertActive(account);
    if (known && picture !== null) await this.users.update(account.id, { profileImageUrl: picture });
    const user = await this.withRole(account, claims);
    if (this.settings.enable_group_management) await this.syncGroups(user, provider, claims);
    return user;
  }

  private resolve(provider: OAuthProvider, person: OAuthPerson, picture: string | null): Promise<Account> {
    const { subject, email, name, isEmailVerified } = person;
    const rules = {
      mayMerge: this.settings.merge_accounts_by_email && isEmailVerified,
      mayCreate: this.settings.enable_signup,
      isSignUp: true,
    };
    return this.external.resolve({ provider: provider.key, subject }, { email, name, profileImageUrl: picture }, rules);
  }

  /** Where roles come from the provider, nobody gets in without one; but the first account is never locked out. */
  private async assertAdmitted(known: Account | null, claims: Claims): Promise<void> {
    if (!this.settings.enable_role_management || roleOf(claims, this.settings) !== null) return;
    const primary = await this.users.findPrimary();
    if (primary && primary.id !== known?.id) throw new ForbiddenError(Detail.accessProhibited);
  }

  /** A new role ends the sessions that were started with the old one. The first account stays administrator. */
  private async withRole(user: Account, claims: Claims): Promise<Account> {
    const role = this.settings.enable_role_management ? roleOf(claims, this.settings) : null;
    if (role === null || role === user.role) return user;
    const primary = await this.users.findPrimary();
    if (primary?.id === user.id) return user;
    return this.transaction.run(async () => {
      await this.sessions.revokeAll(user.id);
      return this.users.update(user.id, { role });
    });
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

  private async syncGroups(user: Account, provider: OAuthProvider, claims: Claims): Promise<void> {
    const { groups_claim: path, groups_separator: separator, blocked_groups: blocked } = this.settings;
    if (isClaimElsewhere(claims, path)) return;
    const primary = this.settings.enable_group_creation ? await this.users.findPrimary() : null;
    await this.external.syncGroups(user, {
      names: listClaim(claims, path, separator) ?? [],
      isUntouched: parseBlockedGroups(blocked),
      creation: primary ? { ownerId: primary.id, description: `Made for a group of ${provider.name}` } : undefined,
    });
  }
}
