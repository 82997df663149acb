// Must precede anything that an older Node.js cannot load.
import './check-node';
import 'reflect-metadata';
import { mkdir, access, constants } from 'node:fs/promises';
import { Logger } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createApp } from './app.setup';
import { Env } from './platform/env/env';
import { shutDownOnSignals } from './shutdown';
import { describeStartError, ListenError } from './start-error';
import { misspeltVariables } from './variables';

/** Creates, configures and starts the server. A failed start prints the reason and exits with 1. */
async function main(): Promise<void> {
  await prepareDataDirectory(new Env());
  const app = await createApp();
  const logger = new Logger('Confab');
  shutDownOnSignals(app);
  // An unhandled rejection must not end all running replies.
  process.on('unhandledRejection', (err) => logger.error({ err }, 'Unhandled rejection'));
  await listen(app);
  for (const { name, nearest } of misspeltVariables(app.get(Env).source))
    logger.warn(`Unknown environment variable ${name}: did you mean ${nearest}?`);
  const address = (await app.getUrl()).replace(/\[::1?\]|0\.0\.0\.0|127\.0\.0\.1/, 'localhost');
  logger.log(`Ready: ${address} (explorer: ${address}/docs)`);
}

async function prepareDataDirectory({ dataDir }: Env): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new Error(
      `this user cannot read and write the directory DATA_DIR, "${dataDir}" (${(cause as Error).message}). ` +
        'Give it to this user, or set DATA_DIR to another directory.',
      { cause },
    );
  }
}

async function listen(app: NestExpressApplication): Promise<void> {
  const env = app.get(Env);
  try {
    await app.listen(env.port, env.host);
  } catch (cause) {
    await app.close();
    throw new ListenError(env, { cause });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`Confab could not start: ${describeStartError(error)}\n`);
  process.exit(1);
});
