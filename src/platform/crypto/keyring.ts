import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto';

const VERSION = 'v1';

/** Full GCM tag: by default Node accepts one truncated to four bytes, which can be guessed. */
const TAG_BYTES = 16;

/**
 * The keys of this installation, derived from one secret by HKDF-SHA256, one per purpose. The session key is the secret
 * itself, so that tokens signed by another server with the same `WEBUI_SECRET_KEY` remain valid.
 */
export class Keyring {
  /** HS256 key of session tokens. A KeyObject: verifying with a string is 50 times slower. */
  readonly session: KeyObject;
  private readonly sealing: KeyObject;
  private readonly lookup: KeyObject;

  constructor(secret: string) {
    this.session = createSecretKey(Buffer.from(secret));
    this.sealing = derive(secret, 'confab:seal');
    this.lookup = derive(secret, 'confab:lookup');
  }

  /** Encrypts a secret for storage: AES-256-GCM, `v1.<iv>.<tag>.<text>` in base64url. */
  seal(text: string): string {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.sealing, iv, { authTagLength: TAG_BYTES });
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return [VERSION, ...[iv, cipher.getAuthTag(), sealed].map((part) => part.toString('base64url'))].join('.');
  }

  /** @throws when the text was sealed with another secret, or was modified. */
  unseal(sealed: string): string {
    const [version, iv, tag, text] = sealed.split('.');
    if (version !== VERSION || iv === undefined || tag === undefined || text === undefined)
      throw new Error('Invalid sealed value');
    const decipher = createDecipheriv('aes-256-gcm', this.sealing, Buffer.from(iv, 'base64url'), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAuthTag(Buffer.from(tag, 'base64url'));
    return decipher.update(Buffer.from(text, 'base64url'), undefined, 'utf8') + decipher.final('utf8');
  }

  /** A keyed hash to look up a secret with enough entropy (an API key) without storing it. */
  fingerprint(text: string): string {
    return createHmac('sha256', this.lookup).update(text).digest('hex');
  }
}

/** True for a value in the form of `seal`, whatever the key. */
export const isSealed = (value: unknown): boolean =>
  typeof value === 'string' && value.startsWith(`${VERSION}.`) && value.split('.').length === 4;

const derive = (secret: string, purpose: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', purpose, 32)));
