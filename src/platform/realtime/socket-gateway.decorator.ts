import { applyDecorators, Catch, Logger, UseFilters, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import { toErrorResponse } from '../../common/errors/to-error-response';

/** A failed handler gets an empty acknowledgement without details; unexpected failures are logged. */
@Catch()
class SocketErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger(SocketErrorFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    if (!toErrorResponse(error).isUnexpected) return;
    this.logger.error({ err: error, event: host.switchToWs().getPattern() }, 'Socket handler failed');
  }
}

/** A gateway whose failures get an empty acknowledgement. The global guards check its `@SubscribeMessage()` methods. */
export const SocketGateway = (): ClassDecorator => applyDecorators(WebSocketGateway(), UseFilters(SocketErrorFilter));
