import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { AppError } from '../../common/errors/app-error';
import { ApiKeysService } from './api-keys.service';
import { credentialOf, isApiKey, sentToken } from './request-credentials';
import { SessionService } from './session.service';

/** Tells accounts from strangers where a request needs no credentials. Decides no access. */
@Injectable()
export class KnownCallerService {
  constructor(
    private readonly sessions: SessionService,
    private readonly keys: ApiKeysService,
  ) {}

  /** True for credentials that are good now. */
  async isKnown(headers: IncomingHttpHeaders): Promise<boolean> {
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

  /** The account of the session token in the header, of whatever scheme, else in the cookie; null for no good one. */
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
