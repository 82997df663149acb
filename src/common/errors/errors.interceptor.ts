import { Injectable, Logger, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Request } from 'express';
import { catchError, map, throwError, type Observable } from 'rxjs';
import { StreamAnswer } from '../http/answers/stream-answer';
import { ClientGoneError, InternalError } from './app-error';
import { toErrorResponse } from './to-error-response';

/**
 * Maps errors of handlers and of started streams for clients, once. Unexpected ones are logged here, with the request
 * id. The filter sends the result, and itself maps errors of guards and middleware.
 */
@Injectable()
export class ErrorsInterceptor implements NestInterceptor {
  private readonly logger = new Logger(ErrorsInterceptor.name);

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const request = context.switchToHttp().getRequest<Request>();
    const mapped = (error: unknown): unknown => this.toExpected(error, request);
    return next.handle().pipe(
      map((result: unknown) => (result instanceof StreamAnswer ? result.mapErrors(mapped) : result)),
      catchError((error: unknown) => throwError(() => mapped(error))),
    );
  }

  private toExpected(error: unknown, request: Request): unknown {
    if (!toErrorResponse(error).isUnexpected) return error;
    if (isAborted(request)) return new ClientGoneError();
    this.logger.error({ err: error }, 'Unexpected error');
    return new InternalError();
  }
}

/** The connection was closed before the body was complete; the error depends on the reader of the body. */
const isAborted = ({ destroyed, complete }: Request): boolean => destroyed && !complete;
