import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { Credential, Principal } from '../../../common/auth/principal';
import { UnauthorizedError } from '../../../common/errors/app-error';
import { cookiesOf } from '../../../common/http/cookies';
import { Transaction } from '../../../platform/database/transaction';
import { EventBus } from '../../../platform/events/event-bus';
import { setRequestActor } from '../../../platform/observability/request-id';
import { UsersService } from '../../users/users.service';
import type { Account } from '../../users/users.types';
import { SessionRevoked } from '../auth.events';
import { TOKEN_COOKIE } from '../guards/request-credentials';
import { SessionRepository, type AccountRow } from './session.repository';
import { TokenService, type IssuedToken, type TokenClaims } from './token.service';
import { AuthDetail } from '../auth.errors';

/** Resolves and ends sessions. Nothing is cached, so a revoked token fails on its next use. */
@Injectable()
export class SessionService {
  constructor(
    private readonly tokens: TokenService,
    private readonly sessions: SessionRepository,
    private readonly users: UsersService,
    private readonly transaction: Transaction,
    private readonly events: EventBus,
  ) {}

  /** @throws UnauthorizedError for a token that is invalid, expired or revoked. */
  async authenticateToken(token: string): Promise<Principal> {
    return this.principalOf(this.tokens.verify(token), token);
  }

  /** The principal of claims whose signature and expiry were verified. @throws UnauthorizedError */
  async principalOf({ userId, jti, version, expiresAt }: TokenClaims, token: string): Promise<Principal> {
    const row = await this.sessions.findByToken(userId, jti);
    if (row.is_revoked) throw new UnauthorizedError(AuthDetail.revokedToken);
    if (row.id === null || !isCurrent(row, version, jti)) throw new UnauthorizedError(AuthDetail.invalidToken);
    return toPrincipal(row, { kind: 'jwt', token, jti, expiresAt });
  }

  /** Issues a token, and ends the session that the browser had before. `headers`: of the sign-in request. */
  async start(user: Pick<Account, 'id' | 'tokenVersion'>, headers: IncomingHttpHeaders): Promise<IssuedToken> {
    const previous = cookiesOf(headers.cookie)[TOKEN_COOKIE];
    if (previous) await this.signOut(previous);
    setRequestActor(user);
    return this.tokens.issue(user);
  }

  /** Ends the session of this token. Invalid tokens are ignored. */
  async signOut(token: string): Promise<void> {
    const claims = this.claimsOrNull(token);
    if (!claims) return;
    setRequestActor({ id: claims.userId });
    await this.transaction.run(async () => {
      await this.sessions.revoke(claims.jti, claims.expiresAt);
      this.events.publish(new SessionRevoked(claims.userId, claims.jti));
    });
  }

  /** Ends all sessions of the user, except that of `kept` if it is a session of this user. API keys remain valid. */
  async revokeAll(userId: string, kept?: Principal): Promise<void> {
    const keptJti = kept?.id === userId && kept.credential.kind === 'jwt' ? kept.credential.jti : null;
    await this.transaction.run(async () => {
      await this.users.raiseTokenVersion(userId, keptJti);
      this.events.publish(new SessionRevoked(userId, null, keptJti));
    });
  }

  private claimsOrNull(token: string): TokenClaims | null {
    try {
      return this.tokens.verify(token);
    } catch {
      return null;
    }
  }
}

const isCurrent = (row: AccountRow, version: number, jti: string): boolean =>
  row.token_version === version || row.kept_session === jti;

/** @throws UnauthorizedError for a deactivated account. */
export function toPrincipal(row: AccountRow, credential: Credential): Principal {
  if (!row.is_active) throw new UnauthorizedError(AuthDetail.invalidToken);
  return { id: row.id, role: row.role, name: row.name, email: row.email, groupIds: row.group_ids, credential };
}
