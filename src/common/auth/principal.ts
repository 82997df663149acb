import type { KeyScope } from './key-scope';

/** The roles of an account, weakest first. */
export const ROLES = ['pending', 'user', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Roles that may use the product: everything but `pending`. */
export const VERIFIED_ROLES: readonly Role[] = ['user', 'admin'];

/** What proved the caller's identity on this request or socket event. */
export type Credential =
  | { kind: 'jwt'; token: string; jti: string; /** Epoch seconds; null = never expires. */ expiresAt: number | null }
  | {
      kind: 'api_key';
      token: string;
      keyId: string;
      /** Null: good for everything its owner may do. */
      scopes: readonly KeyScope[] | null;
      /** Null: only the limit of its owner. */
      requestsPerMinute: number | null;
    };

/**
 * Who is calling: resolved once per request or socket event, by one query.
 * Nothing here is a snapshot older than the request.
 */
export interface Principal {
  id: string;
  role: Role;
  name: string;
  email: string;
  /** Ids of the groups of the caller. */
  groupIds: readonly string[];
  credential: Credential;
}

/** True for administrators: the one place that knows how the role is spelled. */
export function isAdmin(principal: Pick<Principal, 'role'>): boolean {
  return principal.role === 'admin';
}
