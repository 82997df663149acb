import { execFile, spawn } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';

export interface RunningProcess {
  /** Name of the executable, without its directory. */
  command: string;
  /** Tells this process from any other that had or will have the same pid. */
  identity: string;
}

export interface RunResult {
  /** null when a signal ended it. */
  code: number | null;
  /** stdout and stderr as they came. */
  output: string;
}

export interface RunOptions {
  cwd: string;
  /** Absent: the user of this process. */
  user?: { uid: number; gid: number };
}

const run = promisify(execFile);

/** The process with this pid; undefined when there is none or when it has ended and only waits to be reaped. */
export function findProcess(pid: number): Promise<RunningProcess | undefined> {
  return process.platform === 'linux' ? findInProc(pid) : findWithPs(pid);
}

async function findInProc(pid: number): Promise<RunningProcess | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) {
    return undefined;
  }
  // "pid (command) state ppid ...": the command may itself contain spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTicks] = [fields[0], fields[19]];
  if (state === 'Z' || state === 'X') {
    return undefined;
  }
  // Ticks count from the boot and pids are per namespace, so both belong to the identity: the lock of a container
  // that is gone must not match a process of its successor.
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '');
  const command = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
  return { command, identity: `${boot.trim()} ${namespace} ${startTicks}` };
}

async function findWithPs(pid: number): Promise<RunningProcess | undefined> {
  const result = await run('/bin/ps', ['-p', String(pid), '-o', 'stat=,lstart=,comm='], {
    env: { LC_ALL: 'C', TZ: 'UTC' },
  }).catch(() => undefined);
  const match = /^\s*(\S+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.*?)\s*$/.exec(result?.stdout ?? '');
  if (!match?.[1] || match[1].startsWith('Z')) {
    return undefined;
  }
  return { command: basename(match[3] ?? ''), identity: match[2] ?? '' };
}

/** Working directory of a process; undefined where the system does not show it to us. */
export function workingDirectory(pid: number): Promise<string | undefined> {
  return readlink(`/proc/${pid}/cwd`).catch(() => undefined);
}

/** Whether the program was removed or replaced on disk since the process started; false where that is not shown. */
export async function isExecutableDeleted(pid: number): Promise<boolean> {
  const path = await readlink(`/proc/${pid}/exe`).catch(() => '');
  return path.endsWith(' (deleted)');
}

/**
 * Runs a program to its end. It gets an empty environment (TZ apart), so that PGDATA, PGOPTIONS, LC_ALL or
 * LD_LIBRARY_PATH of the surrounding shell cannot change what it does.
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

/** With TZ set, initdb need not search the whole time zone database for the zone of the machine. */
export const SERVER_ENVIRONMENT = { TZ: 'UTC' } as const;

/** Polls until the condition holds. False when it still does not at the end of the time. */
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
