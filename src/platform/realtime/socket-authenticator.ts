import type { IncomingHttpHeaders } from 'node:http';
import type { Principal } from '../../common/auth/principal';

export const SOCKET_AUTHENTICATOR = Symbol('SocketAuthenticator');

/** The request that opened a socket. Its headers may name the user that a proxy authenticated. */
export interface SocketHandshake {
  headers: IncomingHttpHeaders;
  /** Network address of the remote end of the connection. */
  peer: string;
}

/** Authenticates sockets. Declared here, implemented by the `auth` module. */
export interface SocketAuthenticator {
  /**
   * Null for a missing, invalid or revoked token, and for a token of another user than the handshake names. Pending
   * accounts are returned. Never throws for an invalid token.
   */
  authenticate(token: unknown, handshake: SocketHandshake): Promise<Principal | null>;
  /** Updates the time of the user's last activity. */
  touch(userId: string): void;
}
