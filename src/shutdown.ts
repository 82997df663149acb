import { Logger } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { RunningReplies } from './modules/completions/running-replies';
import { Env } from './platform/env/env';
import { OpenRequests } from './platform/observability/open-requests';

/** Milliseconds in which a repeated signal is the same one: `npm start` passes on what the terminal has sent already. */
const SAME_SIGNAL = 500;
/** Milliseconds for the last words of replies that were cut short. */
const ANSWER_TIMEOUT = 1000;
/** Milliseconds that closing may take after the requests are done. */
const CLOSE_TIMEOUT = 30_000;

/** SIGTERM or SIGINT: accept nothing new, finish what runs, close, exit. A second signal does not wait. */
export function shutDownOnSignals(app: NestExpressApplication): void {
  const logger = new Logger('Confab');
  let startedAt: number | undefined;
  const receive = (signal: string): void => {
    if (startedAt === undefined) {
      startedAt = performance.now();
      logger.log(`${signal}: shutting down. Send it again to end at once.`);
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
    logger.error({ err: error }, 'Shutting down failed');
    process.exit(1);
  }
}
