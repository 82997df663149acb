export interface DirectoryPerson {
  dn: string;
  password: string;
  attributes: Record<string, string | string[]>;
}

/** A running directory, whatever serves it. */
export interface LdapDirectory {
  port: number;
  close(): Promise<void>;
}

/** Who may search. */
export const SEARCHER = { dn: 'cn=searcher,dc=example,dc=com', password: 'pw-searcher' };

/** Below it are the people. */
export const BASE = 'ou=people,dc=example,dc=com';

/** An entry of class `inetOrgPerson`, in these groups. */
export function person(uid: string, change: Partial<DirectoryPerson['attributes']> = {}): DirectoryPerson {
  const attributes = { objectclass: 'inetOrgPerson', uid, cn: `Name of ${uid}`, sn: uid, mail: `${uid}@example.com` };
  const all = Object.entries({ ...attributes, ...change }).filter(([, value]) => value !== undefined);
  return {
    dn: `uid=${uid},${BASE}`,
    password: `pw-${uid}`,
    attributes: Object.fromEntries(all),
  };
}

export const groupDn = (name: string): string => `cn=${name},ou=groups,dc=example,dc=com`;
