import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import { AppError } from '../../../common/errors/app-error';
import { ApiKeysService } from '../api-keys/api-keys.service';
import { credentialOf, isApiKey, sentToken } from './request-credentials';
import { SessionService } from '../sessions/session.service';

/** Recognises valid credentials of requests that need none. Not used for access decisions. */
@Injectable()
export class CredentialCheckService {
  constructor(
    private readonly sessions: SessionService,
    private readonly keys: ApiKeysService,
  ) {}

  /** True for valid credentials. */
  async hasValidCredentials(headers: IncomingHttpHeaders): Promise<boolean> {
    const credential = credentialOf(headers);
    if (!credential) return false;
    const { kind, token } = credential;
    try {
      await (kind === 'jwt' ? this.sessions.authenticateToken(token) : this.keys.authenticate(token));
      return true;
    } catch (error) {
      if (error instanceof AppError) return false;
      throw error;
    }
  }

  /** The account of the session token in the header, of any scheme, else in the cookie; null without a valid one. */
  async findSession(headers: IncomingHttpHeaders): Promise<Principal | null> {
    const token = sentToken(headers);
    if (token === null || isApiKey(token)) return null;
    try {
      return await this.sessions.authenticateToken(token);
    } catch (error) {
      if (error instanceof AppError) return null;
      throw error;
    }
  }
}
