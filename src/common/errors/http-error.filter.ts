import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import { sendJson } from '../http/answers/json-answer';
import { inFormOf } from './error-form';
import { toErrorResponse } from './to-error-response';

/**
 * Sends every error of an HTTP request as `{"detail": …}`, with `error` for clients of a provider's API; unexpected
 * ones are logged with the request id.
 */
@Catch()
export class HttpErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger(HttpErrorFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const response = http.getResponse<Response>();
    const { status, body, headers, isUnexpected, relayed } = toErrorResponse(error);
    if (isUnexpected) this.logger.error({ err: error }, 'Unexpected error');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response.status(status).set(headers);
    if (typeof relayed === 'string') response.type('text/plain').send(relayed);
    else sendJson(response, inFormOf(response, status, relayed ?? body));
  }
}
