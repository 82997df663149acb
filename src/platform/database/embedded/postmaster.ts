import { spawn } from 'node:child_process';
import { type FileHandle, open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { directoryArgument } from './cluster';
import { EmbeddedPostgresError } from './errors';
import { SERVER_ENVIRONMENT, sleep, waitFor } from './processes';
import { type RunningServer, removeRemains, readPidFile, stopServer } from './running-server';
import type { ServerUser } from './server-user';

export interface StartRequest {
  postgres: string;
  dataDir: string;
  clusterDir: string;
  /** Directory of the socket and of its lock file. */
  socketDir: string;
  settings: Record<string, string>;
  user?: ServerUser;
  /** Called with the reason when a ready server exits. */
  onExit: (description: string) => void;
}

interface Launched {
  pid?: number;
  /** The reason of the exit; undefined while the server runs. */
  failure: () => string | undefined;
  /** Starts to report the exit of the server. */
  becameReady: () => void;
}

const MAX_LOG_BYTES = 8 * 1024 * 1024;
const LOG_TAIL_BYTES = 4000;
/** Crash recovery may take long on a slow disk. */
const START_TIMEOUT_MS = 300_000;
/** Processes of a killed server that this user cannot see or signal exit at their next interrupt check. */
const SURVIVORS_TIMEOUT_MS = 15_000;
const SURVIVORS_MESSAGES = ['pre-existing shared memory block', 'lock file'];

/**
 * Starts the server and waits until it accepts connections.
 * @throws EmbeddedPostgresError with PostgreSQL's own reason.
 */
export async function startPostmaster(request: StartRequest): Promise<RunningServer> {
  const deadline = performance.now() + SURVIVORS_TIMEOUT_MS;
  for (;;) {
    await removeRemains(request.dataDir, request.clusterDir, request.socketDir);
    const attempt = await startOnce(request);
    if (typeof attempt !== 'string') {
      return attempt;
    }
    const isTemporary = SURVIVORS_MESSAGES.some((message) => attempt.includes(message));
    if (!isTemporary || performance.now() > deadline) {
      throw new EmbeddedPostgresError(`The database server in "${request.clusterDir}" did not start:\n${attempt}`);
    }
    await sleep(100);
  }
}

/** The running server, or the reason of the failure. */
async function startOnce(request: StartRequest): Promise<RunningServer | string> {
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
      await stopServer(server.pid);
    }
    const file = await readPidFile(clusterDir);
    const failure = server.failure() ?? (isSettled ? undefined : 'It did not become ready in time.');
    if (failure !== undefined || !file) {
      return `${failure}\n${await readTail(log, size)}`.trim();
    }
    server.becameReady();
    return file;
  } finally {
    await log.close();
  }
}

/**
 * Detached, so that Ctrl-C in the terminal reaches only the application, which still needs its database to finish; and
 * unreferenced, so that it does not keep the application alive.
 */
function launch(request: StartRequest, logFd: number): Launched {
  const { clusterDir, user, settings } = request;
  let failure: string | undefined;
  let isReady = false;
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
    failure = `The server exited (${signal ?? `exit code ${code}`}).`;
    if (isReady) {
      request.onExit(failure);
    }
  });
  child.unref();
  return { pid: child.pid, failure: () => failure, becameReady: () => (isReady = true) };
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
