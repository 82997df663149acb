import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { UnauthorizedError } from '../../common/errors/app-error';
import { nowSeconds } from '../../common/util/time';
import type { User } from '../users/user.entity';
import { AuthSettings } from './auth.settings';
import { parseDuration } from './duration';
import { claimsOf, type TokenClaims } from './token-claims';

export interface IssuedToken {
  token: string;
  /** Unix seconds; null = never. */
  expiresAt: number | null;
}

/** Session tokens: JWTs, HS256, with the claims of the contract and the version of the account's sessions. */
@Injectable()
export class TokenService {
  constructor(
    private readonly jwt: JwtService,
    private readonly settings: AuthSettings,
  ) {}

  issue({ id, tokenVersion }: Pick<User, 'id' | 'tokenVersion'>): IssuedToken {
    const seconds = parseDuration(this.settings.JWT_EXPIRES_IN);
    const expiresAt = seconds === null ? null : nowSeconds() + Math.floor(seconds);
    const claims = { id, jti: randomUUID(), ver: tokenVersion, ...(expiresAt !== null && { exp: expiresAt }) };
    return { token: this.jwt.sign(claims), expiresAt };
  }

  /** @throws UnauthorizedError when the token is malformed, expired, or not signed by this installation. */
  verify(token: string): TokenClaims {
    const claims = claimsOf(this.decode(token));
    if (!claims) throw new UnauthorizedError();
    return claims;
  }

  private decode(token: string): unknown {
    try {
      return this.jwt.verify<object>(token);
    } catch {
      return null;
    }
  }
}
