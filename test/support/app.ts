import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Type } from '@nestjs/common';
import { createApp } from '../../src/app.setup';
import { createTestDatabase } from './database';

/** What runs by itself would mix its statements with those that tests count. */
const QUIET = { ENABLE_OLLAMA_API: 'False', CHAT_SEARCH_INDEX_INTERVAL: '0' };

export interface TestApp {
  app: NestExpressApplication;
  /** `http://127.0.0.1:<port>` */
  url: string;
  get<T>(type: Type<T>): T;
  close(): Promise<void>;
}

/**
 * The whole application on an own database and a free port, without the Ollama of this machine. `env` is laid over the
 * environment of the run.
 */
export async function startTestApp(env: Record<string, string> = {}): Promise<TestApp> {
  const database = await createTestDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'confab-app-'));
  const before = { ...process.env };
  Object.assign(process.env, { NODE_ENV: 'test', DATABASE_URL: database.url, DATA_DIR: dataDir, ...QUIET, ...env });
  const app = await createApp().finally(() => restore(before));
  await app.listen(0, '127.0.0.1');
  return {
    app,
    url: await app.getUrl(),
    get: (type) => app.get(type, { strict: false }),
    close: async () => {
      await app.close();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function restore(before: NodeJS.ProcessEnv): void {
  for (const key of Object.keys(process.env)) if (!(key in before)) delete process.env[key];
  Object.assign(process.env, before);
}
