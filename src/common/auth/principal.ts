import type { KeyScope } from './key-scope';

/** The roles of an account, weakest first. */
export const ROLES = ['pending', 'user', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Roles that may use the product: all except `pending`. */
export const VERIFIED_ROLES: readonly Role[] = ['user', 'admin'];

/** The credential that authenticated this request or socket event. */
export type Credential =
  | { kind: 'jwt'; token: string; jti: string; /** Unix seconds; null: never expires. */ expiresAt: number | null }
  | {
      kind: 'api_key';
      token: string;
      keyId: string;
      /** Null: all permissions of its owner. */
      scopes: readonly KeyScope[] | null;
      /** Null: only the limit of its owner. */
      requestsPerMinute: number | null;
    };

/** Who makes a request: resolved once per request or socket event, by one query, never cached across requests. */
export interface Principal {
  id: string;
  role: Role;
  name: string;
  email: string;
  /** Ids of the principal's groups. */
  groupIds: readonly string[];
  credential: Credential;
}

/** True when `after` grants less than `before`. */
export const isDemotion = (before: Role, after: Role): boolean => ROLES.indexOf(after) < ROLES.indexOf(before);

/** True for administrators. Do not compare the role elsewhere. */
export function isAdmin(principal: Pick<Principal, 'role'>): boolean {
  return principal.role === 'admin';
}
