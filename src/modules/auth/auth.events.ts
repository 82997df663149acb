/** One session, or all sessions of a user, ended before expiry. */
export class SessionRevoked {
  constructor(
    readonly userId: string,
    /** Null: all sessions of the user. */
    readonly jti: string | null,
    /** With `jti` null: the `jti` of the session that remains valid; null for none. */
    readonly keptJti: string | null = null,
  ) {}
}

/** An account was created by sign-up, a trusted header or an identity provider; not by LDAP or an administrator (contract). */
export class UserSignedUp {
  constructor(readonly userId: string) {}
}
