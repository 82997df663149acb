import { BadRequestError } from '../../../common/errors/app-error';

/** Texts could not be embedded or ranked; the message is shown to users and names no credential. */
export class ModelServerError extends BadRequestError {
  constructor(
    message: string,
    /** Worth a retry: the server could not be reached, or asked for it. */
    readonly isTransient = false,
  ) {
    super(message);
  }
}
