import { spawn } from 'node:child_process';
import { type FileHandle, open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { directoryArgument } from './cluster';
import { DataDirectoryLockedError, EmbeddedPostgresError, errorCode } from './errors';
import { SERVER_ENVIRONMENT, findProcess, isExecutableDeleted, sleep, waitFor, workingDirectory } from './processes';
import type { ServerUser } from './server-user';
import { socketPath } from './socket-directory';

export interface Postmaster {
  pid: number;
  socketDir: string;
}

export interface StartRequest {
  postgres: string;
  clusterDir: string;
  settings: Record<string, string>;
  user?: ServerUser;
  /** Called when the server ends, for whatever reason. */
  onExit: (description: string) => void;
}

interface PidFile extends Postmaster {
  isReady: boolean;
}

const MAX_LOG_BYTES = 8 * 1024 * 1024;
const LOG_TAIL_BYTES = 4000;
/** Replaying the log after a crash may take long on a slow disk. */
const START_TIMEOUT_MS = 300_000;
const ANSWER_TIMEOUT_MS = 30_000;
const FAST_SHUTDOWN_MS = 20_000;
const IMMEDIATE_SHUTDOWN_MS = 10_000;
/** Server processes whose postmaster was killed leave at their next pause; until then a new one cannot start. */
const SURVIVORS_TIMEOUT_MS = 15_000;
const SURVIVORS_MESSAGE = 'pre-existing shared memory block';

/** postmaster.pid as Postgres documents it: pid, directory, start time, port, socket directory, address, key, status. */
async function readPidFile(clusterDir: string): Promise<PidFile | undefined> {
  const text = await readFile(join(clusterDir, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  return pid > 0
    ? { pid, socketDir: resolve(clusterDir, lines[4] ?? ''), isReady: lines[7]?.trim() === 'ready' }
    : undefined;
}

/**
 * The postmaster that a killed application left running in this directory, once it answers. A pid file that nobody
 * stands behind is dealt with.
 */
export async function findOrphan(dataDir: string, clusterDir: string): Promise<Postmaster | undefined> {
  const file = await readPidFile(clusterDir);
  if (!file) {
    return undefined;
  }
  if (!(await isPostmasterOf(clusterDir, file))) {
    await dropStalePidFile(dataDir, clusterDir, file);
    return undefined;
  }
  const isSettled = await waitFor(
    async () => (await readPidFile(clusterDir))?.isReady === true || !(await findProcess(file.pid)),
    ANSWER_TIMEOUT_MS,
  );
  if (!isSettled) {
    throw new EmbeddedPostgresError(
      `The database server with pid ${file.pid} in "${clusterDir}" neither answers nor ends: stop it (kill ${file.pid}).`,
    );
  }
  return (await findProcess(file.pid)) ? stopWhenUnusable(file) : undefined;
}

/** Where the system does not show us its working directory (root in a container, macOS), its socket has to answer. */
async function isPostmasterOf(clusterDir: string, { pid, socketDir }: Postmaster): Promise<boolean> {
  if ((await findProcess(pid))?.command !== 'postgres') {
    return false;
  }
  const directory = await workingDirectory(pid);
  return directory === undefined ? canReach(socketDir) : directory === clusterDir;
}

/** Without its socket, or after a reinstallation removed the libraries that it has yet to load, only a new one helps. */
async function stopWhenUnusable({ pid, socketDir }: Postmaster): Promise<Postmaster | undefined> {
  if ((await canReach(socketDir)) && !(await isExecutableDeleted(pid))) {
    return { pid, socketDir };
  }
  await stopPostmaster(pid);
  return undefined;
}

async function dropStalePidFile(dataDir: string, clusterDir: string, file: PidFile): Promise<void> {
  if (await canReach(file.socketDir)) {
    // Sockets work across containers that share the volume, pids do not.
    throw new DataDirectoryLockedError(
      dataDir,
      file.pid,
      `a PostgreSQL server outside this container (pid ${file.pid} there) serves it`,
    );
  }
  // Postgres itself replaces the file of a dead process, but refuses to start when an unrelated process of the same
  // user has got that pid (after a reboot, say). Without the file it still notices server processes that outlived their
  // postmaster, by the shared memory that belongs to the directory.
  if (isPidTaken(file.pid)) {
    await unlink(join(clusterDir, 'postmaster.pid'));
  }
}

function isPidTaken(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

function canReach(socketDir: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(socketPath(socketDir));
    socket.on('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.on('error', () => done(false));
  });
}

/** Starts the server and waits until it accepts connections. */
export async function startPostmaster(request: StartRequest): Promise<Postmaster> {
  const deadline = performance.now() + SURVIVORS_TIMEOUT_MS;
  for (;;) {
    const attempt = await startOnce(request);
    if (typeof attempt !== 'string') {
      return attempt;
    }
    if (!attempt.includes(SURVIVORS_MESSAGE) || performance.now() > deadline) {
      throw new EmbeddedPostgresError(`The database server in "${request.clusterDir}" did not start:\n${attempt}`);
    }
    await sleep(100);
  }
}

/** The running server, or the reason why there is none. */
async function startOnce(request: StartRequest): Promise<Postmaster | string> {
  const { clusterDir } = request;
  const log = await openLog(clusterDir);
  try {
    const { size } = await log.stat();
    const server = launch(request, log.fd);
    const isSettled = await waitFor(async () => {
      const file = await readPidFile(clusterDir);
      return server.failure() !== undefined || (file?.isReady === true && file.pid === server.pid);
    }, START_TIMEOUT_MS);
    if (!isSettled && server.pid !== undefined) {
      await stopPostmaster(server.pid);
    }
    const failure = server.failure() ?? (isSettled ? undefined : 'It did not become ready in time.');
    const file = await readPidFile(clusterDir);
    return failure === undefined && file ? file : `${failure}\n${await readTail(log, size)}`.trim();
  } finally {
    await log.close();
  }
}

/**
 * Detached, so that a Ctrl-C in the terminal reaches only the application, which then still has its database while it
 * finishes its work; and not referenced, so that it does not keep the application from exiting.
 */
function launch(request: StartRequest, logFd: number): { pid?: number; failure: () => string | undefined } {
  const { clusterDir, user, settings } = request;
  let failure: string | undefined;
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(request.postgres, ['-D', directoryArgument(clusterDir, user), ...options], {
    cwd: clusterDir,
    ...user,
    env: SERVER_ENVIRONMENT,
    detached: true,
    stdio: ['ignore', logFd, logFd],
  });
  child.on('error', (error) => (failure = error.message));
  child.on('exit', (code, signal) => {
    failure = `The server ended (${signal ?? `exit code ${code}`}).`;
    request.onExit(failure);
  });
  child.unref();
  return { pid: child.pid, failure: () => failure };
}

async function openLog(clusterDir: string): Promise<FileHandle> {
  const path = join(clusterDir, 'postgres.log');
  const size = await stat(path).then(
    (stats) => stats.size,
    () => 0,
  );
  if (size > MAX_LOG_BYTES) {
    await rename(path, `${path}.1`);
  }
  return open(path, 'a+', 0o600);
}

async function readTail(log: FileHandle, from: number): Promise<string> {
  const { size } = await log.stat();
  const start = Math.max(from, size - LOG_TAIL_BYTES);
  const { buffer, bytesRead } = await log.read({ buffer: Buffer.alloc(LOG_TAIL_BYTES), position: start });
  return buffer.toString('utf8', 0, bytesRead);
}

/** Fast shutdown: ends sessions, writes everything to the data files. Without an end in time, leaves it to recovery. */
export async function stopPostmaster(pid: number): Promise<void> {
  const hasEnded = async (): Promise<boolean> => (await findProcess(pid)) === undefined;
  for (const [signal, timeoutMs] of [
    ['SIGINT', FAST_SHUTDOWN_MS],
    ['SIGQUIT', IMMEDIATE_SHUTDOWN_MS],
  ] as const) {
    sendSignal(pid, signal);
    if (await waitFor(hasEnded, timeoutMs)) {
      return;
    }
  }
  throw new EmbeddedPostgresError(`The database server with pid ${pid} does not end.`);
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') {
      throw error;
    }
  }
}
