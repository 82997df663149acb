import type { LoggerService } from '@nestjs/common';
import { destination, pino, type Logger as Pino } from 'pino';
import { asString } from '../../common/util/json';
import type { Env } from '../env/env';
import { consoleLines } from './console-lines';
import { currentRequestId } from './request-id';

/** Bytes of log lines per system call. */
const BUFFER_BYTES = 8 * 1024;
/** Milliseconds until buffered lines are written. The buffer is also flushed on exit. */
const FLUSH_INTERVAL = 100;

/** Contexts of the framework's start-up messages, logged on level debug; `main.ts` reports a failed start. */
const FRAMEWORK = new Set([
  'ExceptionHandler',
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'RouterExplorer',
  'RoutesResolver',
  'WebSocketsController',
]);

type Level = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/**
 * Nest's logger, on top of pino. Lines written within a request have its id. Created before the modules, so that their
 * start-up messages are not buffered.
 */
export class AppLogger implements LoggerService {
  readonly pino: Pino;

  constructor(env: Env) {
    this.pino = createPino(env);
  }

  log(message: unknown, ...parameters: unknown[]): void {
    this.write(FRAMEWORK.has(String(parameters.at(-1))) ? 'debug' : 'info', message, parameters);
  }

  fatal(message: unknown, ...parameters: unknown[]): void {
    this.write('fatal', message, parameters);
  }

  error(message: unknown, ...parameters: unknown[]): void {
    this.write(FRAMEWORK.has(String(parameters.at(-1))) ? 'debug' : 'error', message, parameters);
  }

  warn(message: unknown, ...parameters: unknown[]): void {
    this.write('warn', message, parameters);
  }

  debug(message: unknown, ...parameters: unknown[]): void {
    this.write('debug', message, parameters);
  }

  verbose(message: unknown, ...parameters: unknown[]): void {
    this.write('trace', message, parameters);
  }

  /** Nest passes the context last, preceded by the stack of an error or a string for fields. */
  private write(level: Level, message: unknown, parameters: unknown[]): void {
    const context = parameters.at(-1);
    const [detail] = parameters.slice(0, -1);
    if (message instanceof Error) this.pino[level]({ context, err: message }, message.message);
    else if (typeof message !== 'string') this.pino[level]({ context, ...Object(message) }, asString(detail));
    else if (isStack(detail)) this.pino[level]({ context, err: { stack: detail } }, message);
    else this.pino[level]({ context }, message);
  }
}

const isStack = (detail: unknown): boolean => typeof detail === 'string' && detail.includes('\n    at ');

function createPino({ logLevel, isLogReadable }: Env): Pino {
  const options = { level: logLevel, mixin: requestFields };
  if (isLogReadable) return pino(options, consoleLines(process.stdout));
  return pino(options, destination({ sync: false, minLength: BUFFER_BYTES, periodicFlush: FLUSH_INTERVAL }));
}

function requestFields(): { reqId?: string } {
  const reqId = currentRequestId();
  return reqId === undefined ? {} : { reqId };
}
