import { execFile, spawn } from 'node:child_process';
import { readFile, readdir, readlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { errorCode } from './errors';

export interface RunningProcess {
  /** Name of the executable, without its directory. */
  command: string;
  /** Distinguishes this process from others that had or will have the same pid. */
  identity: string;
}

export interface RunResult {
  /** null when a signal terminated it. */
  code: number | null;
  /** stdout and stderr, interleaved. */
  output: string;
}

export interface RunOptions {
  cwd: string;
  /** Default: the user of this process. */
  user?: { uid: number; gid: number };
}

const run = promisify(execFile);

/** The process with this pid; undefined for none, and for a zombie. */
export function findProcess(pid: number): Promise<RunningProcess | undefined> {
  return process.platform === 'linux' ? findInProc(pid) : findWithPs(pid);
}

async function findInProc(pid: number): Promise<RunningProcess | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) {
    return undefined;
  }
  // "pid (command) state ppid ...": the command may contain spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTicks] = [fields[0], fields[19]];
  if (state === 'Z' || state === 'X') {
    return undefined;
  }
  // Ticks count from the boot and pids are per namespace, so both are part of the identity: the lock of a removed
  // container must not match a process of its successor.
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  const namespace = await pidNamespace('self');
  const command = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
  return { command, identity: `${boot.trim()} ${namespace} ${startTicks}` };
}

async function findWithPs(pid: number): Promise<RunningProcess | undefined> {
  const result = await run('/bin/ps', ['-p', String(pid), '-o', 'stat=,lstart=,comm='], {
    env: { LC_ALL: 'C', TZ: 'UTC' },
  }).catch(() => undefined);
  const match = /^(\S+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(\S.*)$/.exec((result?.stdout ?? '').trim());
  if (!match?.[1] || match[1].startsWith('Z')) {
    return undefined;
  }
  return { command: basename(match[3] ?? ''), identity: match[2] ?? '' };
}

function pidNamespace(pid: number | 'self'): Promise<string> {
  return readlink(`/proc/${pid}/ns/pid`).catch(() => '');
}

/** Working directory of a process; undefined where the system hides it from this user. */
export function workingDirectory(pid: number): Promise<string | undefined> {
  return readlink(`/proc/${pid}/cwd`).catch(() => undefined);
}

/** Pids of the processes with this command and working directory; empty where the system hides them. */
export async function findProcessesIn(directory: string, command: string): Promise<number[]> {
  const pids = (await readdir('/proc').catch(() => [])).map(Number).filter((pid) => pid > 0);
  const namespace = await pidNamespace('self');
  const matches = async (pid: number): Promise<boolean> =>
    (await workingDirectory(pid)) === directory &&
    (await pidNamespace(pid)) === namespace &&
    (await findProcess(pid))?.command === command;
  const found = await Promise.all(pids.map(matches));
  return pids.filter((_, index) => found[index]);
}

/** A no-op when the process has exited. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') {
      throw error;
    }
  }
}

/**
 * True when the program was removed or replaced on disk since the process started; false where the system hides that.
 */
export async function isExecutableDeleted(pid: number): Promise<boolean> {
  const path = await readlink(`/proc/${pid}/exe`).catch(() => '');
  return path.endsWith(' (deleted)');
}

/**
 * Runs a program until it exits. The environment is empty (apart from TZ), so that PGDATA, PGOPTIONS, LC_ALL or
 * LD_LIBRARY_PATH of the shell have no effect.
 */
export function runProgram(file: string, args: string[], { cwd, user }: RunOptions): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, ...user, env: SERVER_ENVIRONMENT, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** With TZ set, initdb need not search the time zone database for the zone of the machine. */
export const SERVER_ENVIRONMENT = { TZ: 'UTC' } as const;

/** Polls until the condition holds; false after the timeout. */
export async function waitFor(condition: () => Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) {
      return false;
    }
    await sleep(10);
  }
  return true;
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
