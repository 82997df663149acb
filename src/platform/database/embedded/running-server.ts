import { readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { DATABASE_NAME } from './cluster';
import { DataDirectoryLockedError, EmbeddedPostgresError } from './errors';
import { findProcess, findProcessesIn, isExecutableDeleted, sendSignal, waitFor, workingDirectory } from './processes';
import { SOCKET_PORT, socketPath } from './socket-directory';

/** A database server, identified by its postmaster. */
export interface RunningServer {
  /** Pid of the postmaster. */
  pid: number;
  socketDir: string;
}

interface PidFile extends RunningServer {
  isReady: boolean;
}

/** Milliseconds for a server left by a killed process to become ready or to exit. */
const ORPHAN_TIMEOUT_MS = 15_000;
const KILL_TIMEOUT_MS = 10_000;
const FAST_SHUTDOWN_MS = 20_000;
const IMMEDIATE_SHUTDOWN_MS = 10_000;

const pidFilePath = (clusterDir: string): string => join(clusterDir, 'postmaster.pid');

/**
 * Reads postmaster.pid. Lines as documented by PostgreSQL: pid, directory, start time, port, socket directory, address,
 * key, status.
 */
export async function readPidFile(clusterDir: string): Promise<PidFile | undefined> {
  const lines = (await readFile(pidFilePath(clusterDir), 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  return pid > 0
    ? { pid, socketDir: resolve(clusterDir, lines[4] ?? ''), isReady: lines[7]?.trim() === 'ready' }
    : undefined;
}

/** Connection parameters of the running embedded server of a data directory; null when it is not running. */
export async function runningServer(
  dataDir: string,
): Promise<{ host: string; port: number; user: string; database: string } | null> {
  const file = await readPidFile(join(dataDir, 'postgres'));
  const isReady = file?.isReady === true && (await canConnect(file.socketDir));
  return isReady ? { host: file.socketDir, port: SOCKET_PORT, user: DATABASE_NAME, database: DATABASE_NAME } : null;
}

/** A usable server that a killed process left in this directory; an unusable one is stopped. */
export async function findOrphan(clusterDir: string): Promise<RunningServer | undefined> {
  const file = await readPidFile(clusterDir);
  if (!file || !(await isPostmasterOf(clusterDir, file))) {
    return undefined;
  }
  const { pid, socketDir } = file;
  // A postmaster that was stopped by a signal neither responds nor exits.
  sendSignal(pid, 'SIGCONT');
  const hasEnded = async (): Promise<boolean> => (await findProcess(pid)) === undefined;
  const isReady = async (): Promise<boolean> => (await readPidFile(clusterDir))?.isReady === true;
  if (!(await waitFor(async () => (await isReady()) || (await hasEnded()), ORPHAN_TIMEOUT_MS))) {
    await stopServer(pid, ['SIGQUIT']);
  }
  if (await hasEnded()) {
    return undefined;
  }
  // Without its socket, or when a reinstallation removed its libraries, the server has to be replaced.
  if ((await canConnect(socketDir)) && !(await isExecutableDeleted(pid))) {
    return { pid, socketDir };
  }
  await stopServer(pid);
  return undefined;
}

/** Where the system hides the working directory (from root in a container, on macOS), the socket must respond. */
async function isPostmasterOf(clusterDir: string, { pid, socketDir }: RunningServer): Promise<boolean> {
  if ((await findProcess(pid))?.command !== 'postgres') {
    return false;
  }
  const directory = await workingDirectory(pid);
  return directory === undefined ? canConnect(socketDir) : directory === clusterDir;
}

/**
 * Removes remains of a killed server that would prevent a start: backends without a postmaster, and lock files.
 * PostgreSQL replaces stale lock files itself, except empty ones and those whose pid an unrelated process of the same
 * user has.
 * Call it only as the owner of the directory lock, and when no server runs.
 */
export async function removeRemains(dataDir: string, clusterDir: string, socketDir: string): Promise<void> {
  await killBackends(clusterDir);
  const file = await readPidFile(clusterDir);
  if (file && (await canConnect(file.socketDir))) {
    // Sockets work across containers that share the volume, pids do not.
    const detail = `a PostgreSQL server outside this container (pid ${file.pid} there) serves it`;
    throw new DataDirectoryLockedError(dataDir, file.pid, detail);
  }
  await rm(pidFilePath(clusterDir), { force: true });
  await rm(`${socketPath(socketDir)}.lock`, { force: true });
}

/** Safe, because recovery follows, as after an immediate shutdown. */
async function killBackends(clusterDir: string): Promise<void> {
  const allEnded = async (): Promise<boolean> => {
    const pids = await findProcessesIn(clusterDir, 'postgres');
    pids.forEach((pid) => sendSignal(pid, 'SIGKILL'));
    return pids.length === 0;
  };
  await waitFor(allEnded, KILL_TIMEOUT_MS);
}

function canConnect(socketDir: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(socketPath(socketDir));
    socket.on('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.on('error', () => done(false));
  });
}

const SHUTDOWN_TIMEOUTS = { SIGINT: FAST_SHUTDOWN_MS, SIGQUIT: IMMEDIATE_SHUTDOWN_MS };

/** Fast shutdown first, which ends sessions and writes a checkpoint, then immediate shutdown. */
export async function stopServer(
  pid: number,
  signals: readonly (keyof typeof SHUTDOWN_TIMEOUTS)[] = ['SIGINT', 'SIGQUIT'],
): Promise<void> {
  const hasEnded = async (): Promise<boolean> => (await findProcess(pid)) === undefined;
  for (const signal of signals) {
    sendSignal(pid, signal);
    if (await waitFor(hasEnded, SHUTDOWN_TIMEOUTS[signal])) {
      return;
    }
  }
  throw new EmbeddedPostgresError(`The database server with pid ${pid} does not exit. Stop it: kill -9 ${pid}`);
}
