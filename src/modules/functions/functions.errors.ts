import { errorDetail } from '../../common/errors/details';

/** `detail` texts about functions that clients know and show. */
export const FunctionDetail = {
  /** The contract's form of a refusal inside another one. */
  updateFailed: errorDetail(`400: ${errorDetail('Error updating function')}`),
} as const;
