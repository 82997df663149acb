import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Env } from '../env/env';

const MIN_BYTES = 32;
const MIN_DISTINCT = 12;

/** Values that were published somewhere as examples or defaults. */
const PUBLISHED = new Set(['t0p-s3cr3t', 'changeme', 'secret']);

/**
 * The server's secret: `WEBUI_SECRET_KEY`, else 256 random bits that the first start writes to `<dataDir>/secret.key`
 * (mode 0600). Several nodes need the variable, or one shared data directory.
 * @throws in production, when the given key is short, repetitive or published.
 */
export async function loadSecretKey(env: Env): Promise<string> {
  if (env.secretKey === undefined) return readOrCreate(env.dataDir);
  if (env.isProduction && isWeak(env.secretKey))
    throw new Error(
      `WEBUI_SECRET_KEY is too weak for production: use at least ${MIN_BYTES} random bytes, for example the output of "openssl rand -hex 32".`,
    );
  return env.secretKey;
}

const isWeak = (key: string): boolean =>
  Buffer.byteLength(key) < MIN_BYTES || new Set(key).size < MIN_DISTINCT || PUBLISHED.has(key);

async function readOrCreate(dataDir: string): Promise<string> {
  const path = join(dataDir, 'secret.key');
  await mkdir(dataDir, { recursive: true });
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(randomBytes(32).toString('hex'));
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readWritten(path);
}

/** Two first starts may meet here: the loser waits until the winner has written the key. */
async function readWritten(path: string): Promise<string> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const key = (await readFile(path, 'utf8')).trim();
    if (key.length >= 2 * MIN_BYTES) return key;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(
    `${path} holds no key. Restore it from a backup; deleting it signs everybody out and loses stored secrets.`,
  );
}
