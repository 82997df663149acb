import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Type } from '@nestjs/common';
import passport from 'passport';
import { createApp } from '../../src/app.setup';
import { ApiKeyStrategy } from '../../src/modules/auth/api-keys/api-key.strategy';
import { JwtStrategy } from '../../src/modules/auth/sessions/jwt.strategy';
import { heldByFile } from './cleanup';
import { createTestDatabase } from './database';
import { SANDBOX_CACHE } from './sandbox';

/** What runs by itself would mix its statements with those that tests count. */
const QUIET = {
  ENABLE_OLLAMA_API: 'False',
  BUILTIN_SEARCH_MODEL: 'never',
  CHAT_SEARCH_INDEX_INTERVAL: '0',
  SANDBOX_CACHE_DIR: SANDBOX_CACHE,
  // Only a source that hangs should reach them, on a loaded machine too.
  SANDBOX_LOAD_SECONDS: '300',
  SANDBOX_QUEUE_SECONDS: '300',
};

export interface TestApp {
  app: NestExpressApplication;
  /** `http://127.0.0.1:<port>` */
  url: string;
  get<T>(type: Type<T>): T;
  close(): Promise<void>;
}

/**
 * The whole application on its own database and a free port, without the Ollama of this machine. `env` overrides the
 * environment of the run. Resources of a failed start or test file are closed too.
 */
export async function startTestApp(env: Record<string, string> = {}): Promise<TestApp> {
  const database = await createTestDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'confab-app-'));
  let app: NestExpressApplication | undefined;
  const close = heldByFile(async () => {
    await app?.close();
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  });
  const before = { ...process.env };
  Object.assign(process.env, { NODE_ENV: 'test', DATABASE_URL: database.url, DATA_DIR: dataDir, ...QUIET, ...env });
  try {
    app = await createApp().finally(() => restore(before));
    useOwnStrategies(app);
    await app.listen(0, '127.0.0.1');
  } catch (error) {
    await close();
    throw error;
  }
  const running = app;
  return { app, url: await app.getUrl(), get: (type) => running.get(type, { strict: false }), close };
}

function restore(before: NodeJS.ProcessEnv): void {
  for (const key of Object.keys(process.env)) if (!(key in before)) delete process.env[key];
  Object.assign(process.env, before);
}

type Strategies = Record<string, passport.Strategy>;
const registry = passport as unknown as { _strategies: Strategies; _strategy(name: string): passport.Strategy };
const strategies = new AsyncLocalStorage<Strategies>();
registry._strategy = (name) => (strategies.getStore() ?? registry._strategies)[name]!;

/** Passport keeps strategies by name for the whole process, in which tests run several applications. */
function useOwnStrategies(app: NestExpressApplication): void {
  const [jwt, headerapikey] = [JwtStrategy, ApiKeyStrategy].map((type) =>
    app.get<passport.Strategy>(type, { strict: false }),
  );
  const own = { jwt: jwt!, headerapikey: headerapikey! };
  app.use((_request: unknown, _response: unknown, next: () => void) => strategies.run(own, next));
}
