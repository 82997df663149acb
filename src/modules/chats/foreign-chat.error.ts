import { UnauthorizedError } from '../../common/errors/app-error';
import { Detail } from '../../common/errors/details';

/** The contract's answer of many routes for a chat that does not exist or is not the caller's: 401, without a reason. */
export class ForeignChatError extends UnauthorizedError {
  constructor() {
    super(Detail.generic);
  }
}
