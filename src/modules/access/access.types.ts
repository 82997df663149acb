import type { Principal } from '../../common/auth/principal';

/** The part of a principal that determines access to rows. */
export type AccessPrincipal = Pick<Principal, 'id' | 'role' | 'groupIds'>;

/** The rows of one kind that a user may own. */
export interface OwnedRows {
  /** Transfers shared rows of the owner to the heir; deletes the others. */
  handOver(ownerId: string, heirId: string): Promise<void>;
}
