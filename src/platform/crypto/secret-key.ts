import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Env } from '../env/env';

const MIN_BYTES = 32;
const MIN_DISTINCT = 12;

/** Values that were published somewhere as examples or defaults. */
const PUBLISHED = new Set(['t0p-s3cr3t', 'changeme', 'secret']);

/**
 * The server's secret: `WEBUI_SECRET_KEY`, else what is in its key file, to which the first start writes 256 random
 * bits (mode 0600). Several nodes need the variable, or one shared file.
 * @throws in production, when the key is short, repetitive or published.
 */
export async function loadSecretKey(env: Env): Promise<string> {
  const key = env.secretKey ?? (await readOrCreate(env));
  if (env.isProduction && isWeak(key))
    throw new Error(
      `${env.secretKey === undefined ? (env.secretKeyFile ?? 'secret.key') : 'WEBUI_SECRET_KEY'} is too weak for production: use at least ${MIN_BYTES} random bytes, for example the output of "openssl rand -hex 32".`,
    );
  return key;
}

const isWeak = (key: string): boolean =>
  Buffer.byteLength(key) < MIN_BYTES || new Set(key).size < MIN_DISTINCT || PUBLISHED.has(key);

async function readOrCreate({ dataDir, secretKeyFile }: Env): Promise<string> {
  const path = secretKeyFile ?? join(dataDir, 'secret.key');
  await mkdir(dirname(path), { recursive: true });
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
  // A file of the administrator's may hold any key; a short one of ours was damaged.
  return readWritten(path, secretKeyFile === undefined ? 2 * MIN_BYTES : 1);
}

/** Two first starts may meet here: the loser waits until the winner has written the key. */
async function readWritten(path: string, length: number): Promise<string> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const key = (await readFile(path, 'utf8')).trim();
    if (key.length >= length) return key;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(
    `${path} holds no key. Restore it from a backup; deleting it signs everybody out and loses stored secrets.`,
  );
}
