import type { Role } from '../../common/auth/principal';

/** An account was deleted, with all rows that belonged only to it. */
export class UserDeleted {
  constructor(readonly userId: string) {}
}

/** The role of an account changed. */
export class UserRoleChanged {
  constructor(
    readonly userId: string,
    readonly role: Role,
  ) {}
}
