import { RowNotFoundError } from '../errors/app-error';
import type { RefusalOptions } from './access-rules';
import type { Principal } from './principal';

interface OwnershipOptions extends RefusalOptions {
  /** Accepts rows of other users too. */
  isExempt?: boolean;
}

/**
 * The row, if the principal owns it. For rows of one user; shareable rows have `ShareableRepository`.
 * @throws the refusal, by default `RowNotFoundError`: the same for a missing row and for another user's row.
 */
export function ownedBy<T extends { userId: string }>(
  principal: Pick<Principal, 'id'>,
  row: T | null | undefined,
  { refusal = () => new RowNotFoundError(), isExempt = false }: OwnershipOptions = {},
): T {
  if (!row || !(isExempt || row.userId === principal.id)) throw refusal();
  return row;
}
