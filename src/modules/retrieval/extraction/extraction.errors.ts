import { BadRequestError } from '../../../common/errors/app-error';

/** The text of a file cannot be extracted; the message is shown to the user. */
export class ExtractionError extends BadRequestError {
  constructor(
    message: string,
    /** Worth a retry: an external engine could not be reached. The file itself is not the reason. */
    readonly isTransient = false,
  ) {
    super(message);
  }
}
