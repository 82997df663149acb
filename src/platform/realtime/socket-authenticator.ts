import type { Principal } from '../../common/auth/principal';

export const SOCKET_AUTHENTICATOR = Symbol('SocketAuthenticator');

/** How sockets learn who they belong to. Declared here, implemented by the `auth` module. */
export interface SocketAuthenticator {
  /** Null for a missing, invalid or revoked token, and for pending accounts. Never throws for a bad token. */
  authenticate(token: unknown): Promise<Principal | null>;
  /** The user is there: moves the time of the last activity. */
  touch(userId: string): void;
}
