/** A session ended before its time: signed out, or all sessions of a user whose password or role changed, or who is gone. */
export class SessionRevoked {
  constructor(
    readonly userId: string,
    /** Null: all sessions of the user. */
    readonly jti: string | null,
  ) {}
}
