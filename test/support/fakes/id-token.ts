import { createHmac, createSign, generateKeyPairSync } from 'node:crypto';
import type { JsonObject } from '../../../src/common/util/json';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The published key of every provider of the tests. */
export const PROVIDER_KEY = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' };

/** A token with these claims, for ten minutes unless they say otherwise. `secret`: signs with it instead of the key. */
export function signedToken(claims: JsonObject, header: JsonObject = {}, secret?: string): string {
  const now = Math.floor(Date.now() / 1000);
  const body = `${base64({ alg: 'RS256', kid: 'k1', ...header })}.${base64({ iat: now, exp: now + 600, ...claims })}`;
  const signature =
    secret === undefined
      ? createSign('RSA-SHA256').update(body).sign(privateKey, 'base64url')
      : createHmac('sha256', secret).update(body).digest('base64url');
  return `${body}.${signature}`;
}
