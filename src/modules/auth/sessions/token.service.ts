import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { UnauthorizedError } from '../../../common/errors/app-error';
import { isJsonObject } from '../../../common/util/json';
import { nowSeconds } from '../../../common/util/time';
import type { User } from '../../users/user.entity';
import { AuthSettings } from '../auth.settings';
import { parseDuration } from './duration';

export interface IssuedToken {
  token: string;
  /** Unix seconds; null = never. */
  expiresAt: number | null;
}

/** The claims of a session token. Everything else about the user is read from the database per request. */
export interface TokenClaims {
  userId: string;
  jti: string;
  /** `User.tokenVersion` at the time of issue. Tokens of an Open WebUI with the same key have none and count as 0. */
  version: number;
  /** Unix seconds; null = never. */
  expiresAt: number | null;
}

/** Session tokens: JWTs signed with HS256. Whether a session was ended is decided by `SessionService`. */
@Injectable()
export class TokenService {
  constructor(
    private readonly jwt: JwtService,
    private readonly settings: AuthSettings,
  ) {}

  issue({ id, tokenVersion }: Pick<User, 'id' | 'tokenVersion'>): IssuedToken {
    const seconds = parseDuration(this.settings.jwt_expires_in);
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

/** Null for a payload without the claims of a session token. Does not check signature and expiry. */
export function claimsOf(payload: unknown): TokenClaims | null {
  if (!isJsonObject(payload)) return null;
  const { id, jti, ver = 0, exp = null } = payload;
  if (!isNonEmptyString(id) || !isNonEmptyString(jti) || !Number.isInteger(ver)) return null;
  if (exp !== null && typeof exp !== 'number') return null;
  return { userId: id, jti, version: ver as number, expiresAt: exp };
}

const isNonEmptyString = (value: unknown): value is string => typeof value === 'string' && value !== '';
