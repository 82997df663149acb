import { createDecipheriv, createHash, createHmac, timingSafeEqual } from 'node:crypto';

const VERSION = 0x80;
const KEY_LENGTH = 44;

/**
 * The text of a Fernet token (AES-128-CBC and HMAC-SHA256), as Open WebUI stores secrets; undefined for any other, and
 * for one of another secret. A secret of 44 characters is the key itself, others are hashed.
 */
export function openFernet(token: string, secret: string): string | undefined {
  const encoded = secret.length === KEY_LENGTH ? secret : createHash('sha256').update(secret).digest('base64url');
  const key = Buffer.from(encoded, 'base64url');
  const bytes = Buffer.from(token, 'base64url');
  if (key.length !== 32 || bytes.length < 73 || bytes[0] !== VERSION) return undefined;
  const signed = bytes.subarray(0, -32);
  const mac = createHmac('sha256', key.subarray(0, 16)).update(signed).digest();
  if (!timingSafeEqual(mac, bytes.subarray(-32))) return undefined;
  const decipher = createDecipheriv('aes-128-cbc', key.subarray(16), bytes.subarray(9, 25));
  try {
    return Buffer.concat([decipher.update(signed.subarray(25)), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
