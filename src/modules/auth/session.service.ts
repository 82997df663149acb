import { Injectable } from '@nestjs/common';
import type { Credential, Principal } from '../../common/auth/principal';
import { UnauthorizedError } from '../../common/errors/app-error';
import { Detail } from '../../common/errors/details';
import { Transaction } from '../../platform/database/transaction';
import { noteActor } from '../../platform/observability/request-id';
import { EventBus } from '../../platform/events/event-bus';
import { UsersService } from '../users/users.service';
import { SessionRevoked } from './auth.events';
import { SessionRepository, type AccountRow } from './session.repository';
import type { TokenClaims } from './token-claims';
import { TokenService } from './token.service';

/** Who a token belongs to, and the end of sessions. Nothing is cached: a revoked token fails on its next use. */
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

  /** The caller behind claims whose signature and expiry were checked. @throws UnauthorizedError */
  async principalOf({ userId, jti, version, expiresAt }: TokenClaims, token: string): Promise<Principal> {
    const row = await this.sessions.findByToken(userId, jti);
    if (row.is_revoked) throw new UnauthorizedError(Detail.revokedToken);
    if (row.id === null || row.token_version !== version) throw new UnauthorizedError(Detail.invalidToken);
    return toPrincipal(row, { kind: 'jwt', token, jti, expiresAt });
  }

  /** Ends the session of this token; anything that is no valid token is ignored. */
  async signOut(token: string): Promise<void> {
    const claims = this.claimsOrNull(token);
    if (!claims) return;
    noteActor({ id: claims.userId });
    await this.transaction.run(async () => {
      await this.sessions.revoke(claims.jti, claims.expiresAt);
      this.events.publish(new SessionRevoked(claims.userId, claims.jti));
    });
  }

  /** Ends all sessions of the user; API keys stay good. */
  async revokeAll(userId: string): Promise<void> {
    await this.transaction.run(async () => {
      await this.users.raiseTokenVersion(userId);
      this.events.publish(new SessionRevoked(userId, null));
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

/** @throws UnauthorizedError for a locked account. */
export function toPrincipal(row: AccountRow, credential: Credential): Principal {
  if (!row.is_active) throw new UnauthorizedError(Detail.invalidToken);
  return { id: row.id, role: row.role, name: row.name, email: row.email, groupIds: row.group_ids, credential };
}
