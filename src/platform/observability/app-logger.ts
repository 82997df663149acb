import { Logger, PinoLogger } from 'nestjs-pino';
import { destination, pino, type Logger as Pino } from 'pino';
import type { Env } from '../env/env';
import { consoleLines } from './console-lines';
import { currentRequestId } from './request-id';

/** Lines for programs are written together: a system call for each would be a tenth of what most requests cost. */
const BUFFER_BYTES = 8 * 1024;
/** Milliseconds that a line waits at most. The end of the process waits for all of them. */
const FLUSH_INTERVAL = 100;

/** The framework's own account of its start: hundreds of lines that help nobody who runs the server. */
const FRAMEWORK = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'RouterExplorer',
  'RoutesResolver',
  'WebSocketsController',
]);

/**
 * Nest's logger, over pino. Lines that belong to a request carry its id; what the framework tells of itself is on level
 * debug. Made before the modules, so that what they log while they start is seen at once.
 */
export class AppLogger extends Logger {
  readonly pino: Pino;

  constructor(env: Env) {
    const lines = createPino(env);
    const params = { pinoHttp: { logger: lines } };
    super(new PinoLogger(params), params);
    this.pino = lines;
  }

  override log(message: unknown, ...parameters: unknown[]): void {
    if (FRAMEWORK.has(String(parameters.at(-1)))) this.debug(message, ...parameters);
    else super.log(message, ...parameters);
  }
}

function createPino({ logLevel, isLogReadable }: Env): Pino {
  const options = { level: logLevel, mixin: requestFields };
  if (isLogReadable) return pino(options, consoleLines(process.stdout));
  return pino(options, destination({ sync: false, minLength: BUFFER_BYTES, periodicFlush: FLUSH_INTERVAL }));
}

function requestFields(): { reqId?: string } {
  const reqId = currentRequestId();
  return reqId === undefined ? {} : { reqId };
}
