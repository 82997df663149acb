import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgresError, errorCode } from './errors';
import { type ServerUser, giveTo } from './server-user';

/** Only part of the socket's file name: there is no TCP port. */
export const SOCKET_PORT = 5432;

/** macOS allows 103 bytes, Linux 107. */
const MAX_SOCKET_PATH = 103;

/** The working directory of the server, which is the cluster: spares quoting the path and its length. */
const CLUSTER = '.';

export function socketPath(directory: string): string {
  return join(directory, `.s.PGSQL.${SOCKET_PORT}`);
}

function fits(directory: string): boolean {
  return Buffer.byteLength(socketPath(directory)) <= MAX_SOCKET_PATH;
}

/**
 * Value for `unix_socket_directories`: the cluster itself (0700), unless its path is too long for the clients. Then it
 * is a directory below the temporary directory, named after a hash of the path so that two clusters never share one,
 * 0700 and owned by the server's user, so that nobody else can listen or connect there. The server touches its socket
 * every hour, so cleaners of the temporary directory leave it alone.
 */
export async function prepareSocketDirectory(clusterDir: string, user: ServerUser | undefined): Promise<string> {
  if (fits(clusterDir)) {
    return CLUSTER;
  }
  const name = `confab-${createHash('sha256').update(clusterDir).digest('hex').slice(0, 16)}`;
  const directory = [tmpdir(), '/tmp'].map((root) => join(root, name)).find(fits);
  if (!directory) {
    throw new EmbeddedPostgresError(`No directory with a path short enough for a socket. Set TMPDIR to a shorter one.`);
  }
  await makePrivate(directory, user);
  return `"${directory.replaceAll('"', '""')}"`;
}

async function makePrivate(directory: string, user: ServerUser | undefined): Promise<void> {
  await mkdir(directory, { mode: 0o700 }).catch((error: unknown) => {
    if (errorCode(error) !== 'EEXIST') {
      throw error;
    }
  });
  const stats = await lstat(directory);
  if (!stats.isDirectory() || ![process.getuid?.(), user?.uid].includes(stats.uid)) {
    throw new EmbeddedPostgresError(`"${directory}" belongs to another user: remove it, or set TMPDIR.`);
  }
  await chmod(directory, 0o700);
  if (user) {
    await giveTo(directory, user);
  }
}
