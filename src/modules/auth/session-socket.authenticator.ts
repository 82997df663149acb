import { Injectable } from '@nestjs/common';
import { VERIFIED_ROLES, type Principal } from '../../common/auth/principal';
import { AppError } from '../../common/errors/app-error';
import type { SocketAuthenticator, SocketHandshake } from '../../platform/realtime/socket-authenticator';
import { UsersService } from '../users/users.service';
import { SessionService } from './session.service';
import { TrustedHeaderService } from './trusted-header.service';

/** Sockets belong to sessions: API keys open none. */
@Injectable()
export class SessionSocketAuthenticator implements SocketAuthenticator {
  constructor(
    private readonly sessions: SessionService,
    private readonly users: UsersService,
    private readonly trustedHeader: TrustedHeaderService,
  ) {}

  async authenticate(token: unknown, handshake: SocketHandshake): Promise<Principal | null> {
    if (typeof token !== 'string' || token === '') return null;
    try {
      const principal = await this.sessions.authenticateToken(token);
      this.trustedHeader.assertNobodyElse(handshake, principal);
      return VERIFIED_ROLES.includes(principal.role) ? principal : null;
    } catch (error) {
      if (error instanceof AppError) return null;
      throw error;
    }
  }

  touch(userId: string): void {
    this.users.touch(userId);
  }
}
