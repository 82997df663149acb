import { Logger } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { RunningReplies } from './modules/completions/reply/running-replies';
import { Env } from './platform/env/env';
import { OpenRequests } from './platform/observability/open-requests';

/**
 * Milliseconds in which a repeated signal is ignored: `npm start` forwards signals that the terminal has already sent.
 */
const SAME_SIGNAL = 500;
/** Milliseconds for aborted replies to send their last events. */
const ANSWER_TIMEOUT = 1000;
/** Milliseconds for closing after all requests have ended. */
const CLOSE_TIMEOUT = 30_000;

/**
 * On SIGTERM or SIGINT: refuses new requests, lets running ones finish, closes and exits. A second signal exits at
 * once.
 */
export function shutDownOnSignals(app: NestExpressApplication): void {
  const logger = new Logger('Confab');
  let startedAt: number | undefined;
  const receive = (signal: string): void => {
    if (startedAt === undefined) {
      startedAt = performance.now();
      logger.log(`${signal}: shutting down. Send it again to exit at once.`);
      void shutDown(app, logger);
    } else if (performance.now() - startedAt > SAME_SIGNAL) process.exit(1);
  };
  process.on('SIGTERM', receive);
  process.on('SIGINT', receive);
}

async function shutDown(app: NestExpressApplication, logger: Logger): Promise<void> {
  const { shutdownGrace } = app.get(Env);
  const server = app.getHttpServer();
  const requests = app.get(OpenRequests);
  server.close();
  await Promise.all([app.get(RunningReplies, { strict: false }).drain(), requests.drain(shutdownGrace)]);
  await requests.drain(ANSWER_TIMEOUT);
  server.closeAllConnections();
  setTimeout(() => process.exit(1), shutdownGrace + CLOSE_TIMEOUT).unref();
  try {
    await app.close();
    process.exit();
  } catch (error) {
    logger.error({ err: error }, 'Shutdown failed');
    process.exit(1);
  }
}
