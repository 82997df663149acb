import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Env } from '../env/env';

const MIN_BYTES = 32;
const MIN_DISTINCT = 12;

/** Published examples and defaults. */
const PUBLISHED = new Set(['t0p-s3cr3t', 'changeme', 'secret']);

/**
 * The server's secret: `WEBUI_SECRET_KEY`, or the content of its key file, which the first start generates with 256
 * random bits (mode 0600). Several nodes need the variable, or a shared file.
 * @throws in production, when the key is short, repetitive or published.
 */
export async function loadSecretKey(env: Env): Promise<string> {
  const key = env.secretKey ?? (await readOrCreate(env));
  refuseWeakKey(env, key);
  return key;
}

/** @throws in production, when the key is short, repetitive or published. */
export function refuseWeakKey({ isProduction, secretKey, secretKeyFile }: Env, key: string): void {
  if (!isProduction || !isWeak(key)) return;
  const origin = secretKey === undefined ? (secretKeyFile ?? 'secret.key') : 'WEBUI_SECRET_KEY';
  throw new Error(
    `${origin} is too weak for production: use at least ${MIN_BYTES} random bytes, for example the output of "openssl rand -hex 32".`,
  );
}

const isWeak = (key: string): boolean =>
  Buffer.byteLength(key) < MIN_BYTES || new Set(key).size < MIN_DISTINCT || PUBLISHED.has(key);

async function readOrCreate({ dataDir, secretKeyFile }: Env): Promise<string> {
  const path = secretKeyFile ?? join(dataDir, 'secret.key');
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(randomBytes(32).toString('hex'));
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unusableFile(secretKeyFile, error);
  }
  // An administrator's file may hold any key; a short generated one is corrupt.
  return readWritten(path, secretKeyFile === undefined ? 2 * MIN_BYTES : 1).catch((error: unknown) => {
    throw (error as NodeJS.ErrnoException).code === undefined ? error : unusableFile(secretKeyFile, error);
  });
}

const unusableFile = (secretKeyFile: string | undefined, cause: unknown): Error =>
  new Error(
    `this user cannot read or create the secret key (${(cause as Error).message}). ` +
      `Correct ${secretKeyFile === undefined ? 'DATA_DIR' : 'WEBUI_SECRET_KEY_FILE'}, or set WEBUI_SECRET_KEY.`,
    { cause },
  );

/** On concurrent first starts the loser waits until the winner has written the key. */
async function readWritten(path: string, length: number): Promise<string> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const key = (await readFile(path, 'utf8')).trim();
    if (key.length >= length) return key;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(
    `${path} holds no key. Restore it from a backup; deleting it ends all sessions and loses stored secrets.`,
  );
}
