import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { Strategy } from 'passport-jwt';
import type { Principal } from '../../../common/auth/principal';
import { UnauthorizedError } from '../../../common/errors/app-error';
import { Keyring } from '../../../platform/crypto/keyring';
import { SignInModeSettings } from '../auth.settings';
import { credentialOf } from '../guards/request-credentials';
import { peerOf } from '../guards/request-origin';
import { assertSameIdentity } from '../trusted-header/trusted-header';
import { SessionService } from './session.service';
import { claimsOf } from './token.service';

const tokenOf = (request: Request): string | null => credentialOf(request.headers)?.token ?? null;

/** Session tokens, from the Authorization header or the cookie. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) {
  constructor(
    keyring: Keyring,
    private readonly sessions: SessionService,
    private readonly mode: SignInModeSettings,
  ) {
    super({
      jwtFromRequest: tokenOf,
      // The package's types allow only strings, but verification with a KeyObject is 50 times faster.
      secretOrKey: keyring.session as unknown as Buffer,
      algorithms: ['HS256'],
      passReqToCallback: true,
    });
  }

  async validate(request: Request, payload: unknown): Promise<Principal> {
    const claims = claimsOf(payload);
    if (!claims) throw new UnauthorizedError();
    const principal = await this.sessions.principalOf(claims, tokenOf(request) ?? '');
    assertSameIdentity(principal, { headers: request.headers, peer: peerOf(request) }, this.mode);
    return principal;
  }
}
