import type { Role } from '../../common/auth/principal';

/** An account is gone, and with it every row that belonged to it alone. */
export class UserDeleted {
  constructor(readonly userId: string) {}
}

/** An account has another role; its sessions ended. */
export class UserRoleChanged {
  constructor(
    readonly userId: string,
    readonly role: Role,
  ) {}
}
