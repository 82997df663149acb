import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgresError, errorCode } from './errors';
import { type ServerUser, changeOwner } from './server-user';

/** Part of the socket's file name; no TCP port is opened. */
export const SOCKET_PORT = 5432;

/** macOS allows 103 bytes, Linux 107. */
const MAX_SOCKET_PATH = 103;

export function socketPath(directory: string): string {
  return join(directory, `.s.PGSQL.${SOCKET_PORT}`);
}

function fits(directory: string): boolean {
  return Buffer.byteLength(socketPath(directory)) <= MAX_SOCKET_PATH;
}

export interface SocketDirectory {
  path: string;
  /** Value of `unix_socket_directories`. */
  setting: string;
}

/**
 * The cluster directory itself (0700), unless its path is too long for a socket. Then a directory below the temporary
 * directory, named after a hash of the path, 0700 and owned by the server's user, so that no other user can listen or
 * connect there. The server touches its socket every hour, so cleaners of the temporary directory skip it.
 */
export async function prepareSocketDirectory(
  clusterDir: string,
  user: ServerUser | undefined,
): Promise<SocketDirectory> {
  if (fits(clusterDir)) {
    // The working directory of the server is the cluster: a relative path needs no quotes and is short.
    return { path: clusterDir, setting: '.' };
  }
  const name = `confab-${createHash('sha256').update(clusterDir).digest('hex').slice(0, 16)}`;
  const directory = [tmpdir(), '/tmp'].map((root) => join(root, name)).find(fits);
  if (!directory) {
    throw new EmbeddedPostgresError(`No directory with a path short enough for a socket. Set TMPDIR to a shorter one.`);
  }
  await makePrivate(directory, user);
  return { path: directory, setting: `"${directory.replaceAll('"', '""')}"` };
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
    await changeOwner(directory, user);
  }
}
