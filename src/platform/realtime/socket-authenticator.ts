import type { IncomingHttpHeaders } from 'node:http';
import type { Principal } from '../../common/auth/principal';

export const SOCKET_AUTHENTICATOR = Symbol('SocketAuthenticator');

/** The request that opened a socket: proxies write into its headers who somebody is. */
export interface SocketHandshake {
  headers: IncomingHttpHeaders;
  /** Network address of the other end of the connection. */
  peer: string;
}

/** How sockets learn who they belong to. Declared here, implemented by the `auth` module. */
export interface SocketAuthenticator {
  /**
   * Null for a missing, invalid or revoked token, for one of somebody else than the handshake names, and for pending
   * accounts. Never throws for a bad token.
   */
  authenticate(token: unknown, handshake: SocketHandshake): Promise<Principal | null>;
  /** The user is there: moves the time of the last activity. */
  touch(userId: string): void;
}
