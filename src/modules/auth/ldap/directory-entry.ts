import type { Entry } from 'ldapts' with { 'resolution-mode': 'import' };
import type { LdapSettings } from './ldap.settings';

/** An entry whose password the directory verified. */
export interface DirectoryEntry {
  /** Identifies the entry: its unique id as `entryUUID=<id>` or the like, else its DN as `DN=<dn>`. */
  key: string;
  /** Keys of earlier sign-ins: the DN before the directory had unique ids, and the user names in lower case. */
  formerKeys: string[];
  /** Lower case; empty when the entry has none. */
  email: string;
  name: string;
  /** Distinguished names. */
  groups: string[];
}

/** Ids that never change: OpenLDAP (RFC 4530), 389 Directory Server and FreeIPA; Active Directory. */
export const uniqueIdAttributes = { text: ['entryUUID', 'nsUniqueId', 'ipaUniqueID'], binary: ['objectGUID'] };

export function toDirectoryEntry(
  entry: Entry,
  settings: Pick<LdapSettings, 'attribute_for_username' | 'attribute_for_mail' | 'attribute_for_groups'>,
): DirectoryEntry {
  const email = textsOf(entry, settings.attribute_for_mail)[0]?.trim().toLowerCase() ?? '';
  const uniqueId = uniqueIdOf(entry);
  const usernames = textsOf(entry, settings.attribute_for_username).map((name) => name.toLowerCase());
  return {
    key: uniqueId ?? `DN=${entry.dn}`,
    formerKeys: [...(uniqueId === null ? [] : [`DN=${entry.dn}`]), ...usernames],
    email,
    name: textsOf(entry, 'cn')[0]?.trim() || email,
    groups: textsOf(entry, settings.attribute_for_groups),
  };
}

/** One form for the spellings that directories treat as equal (RFC 4518), for counting attempts. */
export const normalizeUsername = (name: string): string =>
  name
    .normalize('NFKC')
    .replace(/[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .toLowerCase();

/** The name of the attribute has upper-case letters, so that no user name, stored in lower case, is an equal key. */
function uniqueIdOf(entry: Entry): string | null {
  const attribute = [...uniqueIdAttributes.text, ...uniqueIdAttributes.binary].find(
    (name) => valuesOf(entry, name).length > 0,
  );
  const value = attribute === undefined ? undefined : valuesOf(entry, attribute)[0];
  if (value === undefined) return null;
  return `${attribute}=${Buffer.isBuffer(value) ? value.toString('hex') : value.toLowerCase()}`;
}

const textsOf = (entry: Entry, attribute: string): string[] => valuesOf(entry, attribute).map(String);

/** Attribute names are case-insensitive; servers return them as their schema spells them. */
function valuesOf(entry: Entry, attribute: string): (string | Buffer)[] {
  const key = Object.keys(entry).find((name) => name.toLowerCase() === attribute.toLowerCase());
  const value = key === undefined ? [] : entry[key];
  return (Array.isArray(value) ? value : [value ?? '']).filter((item) => item.length > 0);
}

const FIRST_CN = /^(?:(?:\\.|[^\\])*?,)?\s*cn\s*=\s*((?:\\.|[^\\,+])*)/i;
const ESCAPE = /((?:\\[0-9a-f]{2})+)|\\(.)/gi;

/** The first `CN` of each distinguished name, unescaped (RFC 4514). Names without a CN are skipped. */
export function groupNamesOf(distinguishedNames: readonly string[]): string[] {
  const names = distinguishedNames.map((text) => unescape(FIRST_CN.exec(text)?.[1] ?? '').trim());
  return [...new Set(names.filter((name) => name !== ''))];
}

/** `\2C` is a UTF-8 byte; any other escaped character stands for itself. */
const unescape = (text: string): string =>
  text.replace(ESCAPE, (_, bytes: string | undefined, character: string) =>
    bytes === undefined ? character : Buffer.from(bytes.replaceAll('\\', ''), 'hex').toString('utf8'),
  );
