import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { toErrorAnswer } from '../../common/errors/to-error-answer';

/** A failed handler is acknowledged with nothing and tells the client nothing; an unforeseen failure is logged. */
@Catch()
export class SocketErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger(SocketErrorFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    if (!toErrorAnswer(error).isUnexpected) return;
    this.logger.error({ err: error, event: host.switchToWs().getPattern() }, 'Socket handler failed');
  }
}
