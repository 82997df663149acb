import type { Principal } from '../../common/auth/principal';

/** What the access rules need of a caller. */
export type Caller = Pick<Principal, 'id' | 'role' | 'groupIds'>;

/** The rows of one kind, when their owner goes. */
export interface OwnedRows {
  handOver(ownerId: string, heirId: string): Promise<void>;
}
