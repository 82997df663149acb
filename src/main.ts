import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createApp } from './app.setup';
import { Env } from './platform/env/env';
import { shutDownOnSignals } from './shutdown';
import { describeStartError } from './start-error';

/** Boot: create, configure, listen. A failed start says why and exits with 1. */
async function main(): Promise<void> {
  const app = await createApp();
  shutDownOnSignals(app);
  // One forgotten promise must not end everybody's replies.
  process.on('unhandledRejection', (err) => new Logger('Confab').error({ err }, 'Unhandled rejection'));
  await listen(app);
  const address = (await app.getUrl()).replace(/\[::1?\]|0\.0\.0\.0|127\.0\.0\.1/, 'localhost');
  new Logger('Confab').log(`Ready: ${address} (explorer: ${address}/docs)`);
}

async function listen(app: NestExpressApplication): Promise<void> {
  const { host, port } = app.get(Env);
  try {
    await app.listen(port, host);
  } catch (error) {
    await app.close();
    throw error;
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`Confab could not start: ${describeStartError(error)}\n`);
  process.exit(1);
});
