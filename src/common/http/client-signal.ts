import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Response } from 'express';
import { AppError } from '../errors/app-error';

/** The client went away before it had the whole answer: nobody reads this one. */
class ClientGoneError extends AppError {
  constructor() {
    super(499, 'Client closed the connection');
  }
}

/** An `AbortSignal` that is aborted when the client closes the connection before the answer is complete. */
export const ClientSignal = createParamDecorator((_: unknown, context: ExecutionContext): AbortSignal => {
  return clientSignal(context.switchToHttp().getResponse<Response>());
});

/** As `@ClientSignal()`; also for a client that went while the request was still looked at. */
export function clientSignal(response: Response): AbortSignal {
  const controller = new AbortController();
  const onClose = () => {
    if (!response.writableFinished) controller.abort(new ClientGoneError());
  };
  if (response.closed) onClose();
  else response.once('close', onClose);
  return controller.signal;
}
