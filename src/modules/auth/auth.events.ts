/** A session ended before its time: signed out, or all sessions of a user whose password or role changed, or who is gone. */
export class SessionRevoked {
  constructor(
    readonly userId: string,
    /** Null: all sessions of the user. */
    readonly jti: string | null,
  ) {}
}

/** Somebody made an account: by the form, by a trusted header or at an identity provider. Not told for a directory. */
export class UserSignedUp {
  constructor(readonly userId: string) {}
}
