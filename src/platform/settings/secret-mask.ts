import { ConflictError } from '../../common/errors/app-error';
import type { Keyring } from '../crypto/keyring';

const MARK = '********';
/** Characters of the fingerprint: enough to distinguish the secrets of one field. */
const MARK_LENGTH = 12;

/** Path of keys and indexes to a string inside the value of a field. */
export type TextPath = readonly string[];

/** The server that receives the secret at a path, as a URL or host; undefined when it is fixed. */
export type SecretServer = (path: TextPath) => string | undefined;

/** A field with secrets: its stored value and the context of a request. */
export interface SecretField {
  /** Used in error messages. */
  name: string;
  stored: unknown;
  /** The servers of the stored secrets, and of those in the request. */
  storedServer?: SecretServer;
  server?: SecretServer;
}

/** A mask that only this installation recognises; an empty string is returned unchanged. */
function maskText(text: string, keyring: Keyring): string {
  return text === '' ? '' : `${MARK}${keyring.fingerprint(text).slice(0, MARK_LENGTH)}`;
}

/** Masks every string in the value. */
export function maskSecret(value: unknown, keyring: Keyring): unknown {
  return mapTexts(value, (text) => maskText(text, keyring));
}

/** Masks every string below the given keys. */
export const maskBelow = (value: unknown, isSecret: (key: string) => boolean, keyring: Keyring): unknown =>
  mapTexts(value, (text, path) => (path.some(isSecret) ? maskText(text, keyring) : text));

/** Names of credential keys, for documents that no settings class describes. */
const CREDENTIAL = /key|token|secret|password|credential|auth|header|webhook/i;
const isCredential = (key: string): boolean => CREDENTIAL.test(key);

/** Masks every string below keys that name a credential. */
export const maskCredentials = (value: unknown, keyring: Keyring): unknown => maskBelow(value, isCredential, keyring);

/** As `maskCredentials`, for output that is never sent back: the mask identifies nothing. */
export const hideCredentials = (value: unknown): unknown =>
  mapTexts(value, (text, path) => (text !== '' && path.some(isCredential) ? MARK : text));

/**
 * Replaces every mask by the stored secret. A mask of an outdated secret keeps the current one at its path. A secret is
 * never moved to another server.
 * @throws ConflictError when there is no stored secret for a mask, or only one of another server.
 */
export function unmaskSecret(value: unknown, field: SecretField, keyring: Keyring): unknown {
  const stored: { text: string; mask: string; path: string; server: string | undefined }[] = [];
  mapTexts(field.stored, (text, path) => {
    const server = originOf(field.storedServer?.(path));
    stored.push({ text, mask: maskText(text, keyring), path: path.join('\n'), server });
    return text;
  });
  return mapTexts(value, (text, path) => {
    if (!text.includes(MARK)) return text;
    const server = originOf(field.server?.(path));
    const isMeant = stored.some(({ mask }) => mask === text.trim());
    const found = stored.find((secret) => {
      const isSame = isMeant ? secret.mask === text.trim() : secret.path === path.join('\n') && secret.text !== '';
      return isSame && secret.server === server;
    });
    if (found) return found.text;
    const reason = isMeant ? 'is stored for another server' : 'was changed in the meantime';
    throw new ConflictError(`${field.name}: the masked secret ${reason}. Enter the secret again.`);
  });
}

/** Scheme, host and port of a URL; a bare host is returned unchanged. */
function originOf(server: string | undefined): string | undefined {
  const text = server?.trim();
  return text !== undefined && URL.canParse(text) ? new URL(text).origin : text;
}

function mapTexts(value: unknown, change: (text: string, path: TextPath) => string, path: TextPath = []): unknown {
  if (typeof value === 'string') return change(value, path);
  if (Array.isArray(value)) return value.map((item, index) => mapTexts(item, change, [...path, String(index)]));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, mapTexts(item, change, [...path, key])]);
  return Object.fromEntries(entries) as unknown;
}
