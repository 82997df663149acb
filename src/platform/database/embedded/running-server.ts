import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DATABASE_NAME } from './cluster';
import { SOCKET_PORT } from './socket-directory';

/** How to connect to the embedded server of a data directory, for a look from outside; null when it is not running. */
export async function runningServer(
  dataDir: string,
): Promise<{ host: string; port: number; user: string; database: string } | null> {
  const clusterDir = join(dataDir, 'postgres');
  const lines = (await readFile(join(clusterDir, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  const isReady = lines[7]?.trim() === 'ready';
  const host = resolve(clusterDir, lines[4] ?? '');
  return isReady ? { host, port: SOCKET_PORT, user: DATABASE_NAME, database: DATABASE_NAME } : null;
}
