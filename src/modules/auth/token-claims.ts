import { isJsonObject } from '../../common/util/json';

/** What a session token says; everything else about its user is read from the database. */
export interface TokenClaims {
  userId: string;
  jti: string;
  /** `User.tokenVersion` at the time of issue; tokens of other servers with the same key have none. */
  version: number;
  /** Unix seconds; null = never. */
  expiresAt: number | null;
}

/** Null for a payload that is none of ours. The signature and the expiry are checked elsewhere. */
export function claimsOf(payload: unknown): TokenClaims | null {
  if (!isJsonObject(payload)) return null;
  const { id, jti, ver = 0, exp = null } = payload;
  if (!isText(id) || !isText(jti) || !Number.isInteger(ver)) return null;
  if (exp !== null && typeof exp !== 'number') return null;
  return { userId: id, jti, version: ver as number, expiresAt: exp };
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
