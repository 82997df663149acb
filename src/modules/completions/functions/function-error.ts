import { BadRequestError } from '../../../common/errors/app-error';
import { SandboxError } from '../../sandbox/sandbox.types';

/** A filter or action failed: its message is shown as it is. */
export class FunctionFailedError extends BadRequestError {
  constructor(
    readonly text: string,
    options?: ErrorOptions,
  ) {
    super(text);
    this.cause = options?.cause;
  }
}

/** The failure of a function for users; errors that are not the function's are returned unchanged. */
export function toFunctionError(error: unknown): unknown {
  return error instanceof SandboxError ? new FunctionFailedError(error.message, { cause: error }) : error;
}
