import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { Strategy } from 'passport-jwt';
import type { Principal } from '../../common/auth/principal';
import { UnauthorizedError } from '../../common/errors/app-error';
import { Keyring } from '../../platform/crypto/keyring';
import { credentialOf } from './request-credentials';
import { peerOf } from './request-origin';
import { SessionService } from './session.service';
import { claimsOf } from './token-claims';
import { TrustedHeaderService } from './trusted-header.service';

const tokenOf = (request: Request): string | null => credentialOf(request.headers)?.token ?? null;

/** Session tokens, from the Authorization header or the cookie. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) {
  constructor(
    keyring: Keyring,
    private readonly sessions: SessionService,
    private readonly trustedHeader: TrustedHeaderService,
  ) {
    super({
      jwtFromRequest: tokenOf,
      // The package's types know strings only; a KeyObject is verified 50 times as fast.
      secretOrKey: keyring.session as unknown as Buffer,
      algorithms: ['HS256'],
      passReqToCallback: true,
    });
  }

  async validate(request: Request, payload: unknown): Promise<Principal> {
    const claims = claimsOf(payload);
    if (!claims) throw new UnauthorizedError();
    const principal = await this.sessions.principalOf(claims, tokenOf(request) ?? '');
    this.trustedHeader.assertNobodyElse({ headers: request.headers, peer: peerOf(request) }, principal);
    return principal;
  }
}
