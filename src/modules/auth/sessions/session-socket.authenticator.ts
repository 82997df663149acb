import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import { AppError } from '../../../common/errors/app-error';
import type { SocketAuthenticator, SocketHandshake } from '../../../platform/realtime/socket-authenticator';
import { UsersService } from '../../users/users.service';
import { SignInModeSettings } from '../auth.settings';
import { assertSameIdentity } from '../trusted-header/trusted-header';
import { SessionService } from './session.service';

/** Authenticates sockets by session token. API keys are not accepted. */
@Injectable()
export class SessionSocketAuthenticator implements SocketAuthenticator {
  constructor(
    private readonly sessions: SessionService,
    private readonly users: UsersService,
    private readonly mode: SignInModeSettings,
  ) {}

  async authenticate(token: unknown, handshake: SocketHandshake): Promise<Principal | null> {
    if (typeof token !== 'string' || token === '') return null;
    try {
      const principal = await this.sessions.authenticateToken(token);
      assertSameIdentity(principal, handshake, this.mode);
      return principal;
    } catch (error) {
      if (error instanceof AppError) return null;
      throw error;
    }
  }

  touch(userId: string): void {
    this.users.touch(userId);
  }
}
