import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Response } from 'express';
import { ClientGoneError } from '../errors/app-error';

/** Metadata of handlers that wait for another server: their requests may take minutes. */
export const LONG_RUNNING = 'confab:long-running';

const Signal = createParamDecorator((_: unknown, context: ExecutionContext): AbortSignal => {
  return clientSignal(context.switchToHttp().getResponse<Response>());
});

/**
 * An `AbortSignal` that is aborted when the client closes the connection before the response is complete. A handler
 * with this parameter is long-running.
 */
export const ClientSignal = (): ParameterDecorator => (target, key, index) => {
  Signal()(target, key, index);
  const handler: unknown = key === undefined ? undefined : Reflect.get(target, key);
  if (typeof handler === 'function') Reflect.defineMetadata(LONG_RUNNING, true, handler);
};

/** As `@ClientSignal()`; also for a client that closed the connection before this call. */
export function clientSignal(response: Response): AbortSignal {
  const controller = new AbortController();
  const onClose = () => {
    if (!response.writableFinished) controller.abort(new ClientGoneError());
  };
  if (response.closed) onClose();
  else response.once('close', onClose);
  return controller.signal;
}
