import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { BadRequestError, UnauthorizedError } from '../../common/errors/app-error';
import { Detail } from '../../common/errors/details';
import type { SessionUserResponse } from './auth.dto';
import { ExternalAccountsService } from './external-accounts.service';
import { parsePeerList } from './peer-list';
import type { RequestOrigin } from './request-origin';
import type { SessionAnswer } from './session-answers.service';
import { SessionStartService } from './session-start.service';
import { SignInModeSettings } from './sign-in-mode.settings';
import { trustedIdentityOf, type TrustedIdentity } from './trusted-header';

/** What tells whom a proxy authenticated, of a request or of the handshake of a socket. */
type HeaderSource = Pick<RequestOrigin, 'headers' | 'peer'>;

/** Sign-in by a header of a proxy that authenticated the user (docs/adr/0012-trusted-header.md). */
@Injectable()
export class TrustedHeaderService {
  constructor(
    private readonly mode: SignInModeSettings,
    private readonly externalAccounts: ExternalAccountsService,
    private readonly sessions: SessionStartService,
  ) {}

  get isEnabled(): boolean {
    return this.mode.trusted_email_header !== null;
  }

  /** Accounts are made at the first visit; groups that exist are joined and left by name. @throws BadRequestError */
  async signIn(origin: RequestOrigin): Promise<SessionAnswer<SessionUserResponse>> {
    const identity = this.identityOf(origin);
    if (!identity) throw new BadRequestError(Detail.invalidTrustedHeader);
    const { email, name, groups: names } = identity;
    const user = await this.externalAccounts.findOrCreate({ email, name });
    await this.externalAccounts.assertActive(user);
    if (names.length > 0) await this.externalAccounts.syncGroups(user, { names });
    return this.sessions.start(user);
  }

  /** A session of somebody else than the proxy names: left over from another user of the browser, or stolen. */
  assertNobodyElse(origin: HeaderSource, { email }: Pick<Principal, 'email'>): void {
    const { trusted_email_header: name } = this.mode;
    if (name === null || origin.headers[name] === undefined || !this.isTrusted(origin)) return;
    if (this.identityOf(origin)?.email !== email.toLowerCase()) throw new UnauthorizedError(Detail.userMismatch);
  }

  private identityOf(origin: HeaderSource): TrustedIdentity | null {
    return this.isTrusted(origin) ? trustedIdentityOf(origin.headers, this.mode) : null;
  }

  private isTrusted({ peer }: HeaderSource): boolean {
    return parsePeerList(this.mode.trusted_proxies)(peer);
  }
}
