import { access, constants, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import { defaultCopyRoots, findPackageDir, prepareBinaries } from './binaries';
import { DATABASE_NAME, ensureCluster, makePrivateDirectory } from './cluster';
import { type DirectoryLock, lockDirectory } from './directory-lock';
import { EmbeddedPostgresError, errorCode } from './errors';
import { startPostmaster } from './postmaster';
import { type RunningServer, findOrphan, stopServer } from './running-server';
import { serverSettings } from './server-settings';
import { resolveServerUser } from './server-user';
import { SOCKET_PORT, prepareSocketDirectory } from './socket-directory';

export interface EmbeddedPostgresOptions {
  /** DATA_DIR; the cluster is in <dataDir>/postgres. Created when missing. */
  dataDir: string;
  /** Additional server settings, such as { fsync: 'off' } in tests. Not applied to a server that is already running. */
  settings?: Record<string, string>;
  log?: (message: string) => void;
  /** Called when the server exits, also after stop(). Not called for a server that was already running. */
  onExit?: () => void;
}

export interface EmbeddedPostgresHandle {
  /** Directory of the Unix socket: `host` for the pg driver. */
  host: string;
  port: number;
  user: string;
  database: string;
  /** Not set: the socket's directory is closed to other users. */
  password?: string;
  /** pid of the postmaster */
  pid: number;
  /** Fast shutdown; waits for the exit and releases the lock. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Opens the database of a data directory. This process owns it until stop() or its exit; a second process gets
 * DataDirectoryLockedError. Creates the database on the first start. A server that a killed process left running is
 * reused, so an exit without stop() needs no cleanup.
 *
 * PostgreSQL refuses to run as root: the server then runs as the owner of the cluster, initially `nobody`. That user
 * may lack access to the parent directories (see directoryArgument()) and to the binaries (see prepareBinaries()).
 * Windows lacks the signals and sockets used here and is not supported.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgresHandle> {
  if (process.platform === 'win32') {
    throw new EmbeddedPostgresError('There is no embedded database on Windows: set DATABASE_URL (or use WSL).');
  }
  const dataDir = await openDataDirectory(options.dataDir);
  const lock = await lockDirectory(dataDir);
  try {
    const server = await openServer(dataDir, options);
    return toHandle(server, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function openDataDirectory(path: string): Promise<string> {
  try {
    await makePrivateDirectory(resolve(path));
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    // Without symbolic links, as the system reports the working directory of a server, which identifies an orphan.
    return await realpath(path);
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `This user cannot read and write the data directory "${resolve(path)}". If the server was once started as ` +
        'another user (or as root), start it as that user again, give the directory to this one, or set DATA_DIR.',
      { cause },
    );
  }
}

async function openServer(dataDir: string, options: EmbeddedPostgresOptions): Promise<RunningServer> {
  const { settings, log = () => {}, onExit = () => {} } = options;
  const clusterDir = join(dataDir, 'postgres');
  const user = await resolveServerUser(clusterDir);
  let server = await findOrphan(clusterDir);
  if (server) {
    log(`Using the database server that is still running (pid ${server.pid}).`);
  } else {
    const copyRoots = defaultCopyRoots(dataDir, user);
    const binaries = await prepareBinaries({ packageDir: findPackageDir(), copyRoots, user, log });
    await ensureCluster(clusterDir, binaries, user);
    const socket = await prepareSocketDirectory(clusterDir, user);
    server = await startPostmaster({
      postgres: binaries.postgres,
      dataDir,
      clusterDir,
      socketDir: socket.path,
      settings: serverSettings(socket.setting, settings),
      user,
      onExit: (description) => {
        log(`Database: ${description}`);
        onExit();
      },
    });
    log(`Database server started (pid ${server.pid}).`);
  }
  await ensureDatabase(server.socketDir);
  return server;
}

/**
 * A process that was killed between the server's first start and this statement leaves a cluster without the database.
 */
async function ensureDatabase(host: string): Promise<void> {
  try {
    await query(host, DATABASE_NAME, 'SELECT 1');
  } catch (error) {
    if (errorCode(error) !== '3D000') {
      throw error;
    }
    await query(host, 'postgres', `CREATE DATABASE ${DATABASE_NAME}`);
  }
}

async function query(host: string, database: string, sql: string): Promise<void> {
  const client = new Client({ host, port: SOCKET_PORT, user: DATABASE_NAME, database, ssl: false });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function toHandle({ pid, socketDir }: RunningServer, lock: DirectoryLock): EmbeddedPostgresHandle {
  let stopping: Promise<void> | undefined;
  return {
    host: socketDir,
    port: SOCKET_PORT,
    user: DATABASE_NAME,
    database: DATABASE_NAME,
    pid,
    stop: () => (stopping ??= stopServer(pid).finally(() => lock.release())),
  };
}
