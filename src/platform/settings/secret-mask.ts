import type { Keyring } from '../crypto/keyring';

const MARK = '********';
/** Characters of the fingerprint: enough to tell the secrets of one field apart. */
const MARK_LENGTH = 12;

/** Something in place of a secret by which this server, and nobody else, knows it again; an empty text stays empty. */
function maskText(text: string, keyring: Keyring): string {
  return text === '' ? '' : `${MARK}${keyring.fingerprint(text).slice(0, MARK_LENGTH)}`;
}

/** The value with every text in it masked. */
export function maskSecret(value: unknown, keyring: Keyring): unknown {
  return mapTexts(value, (text) => maskText(text, keyring));
}

/** The value with every text masked that stands below such a key. */
export function maskBelow(value: unknown, isSecret: (key: string) => boolean, keyring: Keyring): unknown {
  if (Array.isArray(value)) return value.map((item) => maskBelow(item, isSecret, keyring));
  if (typeof value !== 'object' || value === null) return value;
  const mask = (key: string, item: unknown) =>
    isSecret(key) ? maskSecret(item, keyring) : maskBelow(item, isSecret, keyring);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mask(key, item)]));
}

/** Keys under which documents of unknown origin keep what nobody else may know. */
const CREDENTIAL = /key|token|secret|password|credential|auth|header/i;

/** The value with every text masked that stands below a key which sounds like a credential. */
export const maskCredentials = (value: unknown, keyring: Keyring): unknown =>
  maskBelow(value, (key) => CREDENTIAL.test(key), keyring);

/** The value with every mask replaced by the text that it stands for in `current`, an unknown one by an empty text. */
export function unmaskSecret(value: unknown, current: unknown, keyring: Keyring): unknown {
  const known = new Map<string, string>();
  mapTexts(current, (text) => (known.set(maskText(text, keyring), text), text));
  return mapTexts(value, (text) => (text.startsWith(MARK) ? (known.get(text) ?? '') : text));
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts(item, change)]));
}
