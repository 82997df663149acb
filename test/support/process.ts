import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { endsWithFile } from './cleanup';

const ROOT = join(__dirname, '../..');
const START_TIMEOUT = 110_000;

export interface ServerProcess {
  url: string;
  /** What it wrote so far. */
  output(): string;
  /** Sends the signal; resolves with the exit code when the process is gone. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

/** Builds `dist` if it is not up to date. */
export function buildServer(): void {
  execFileSync(process.execPath, [join(ROOT, 'scripts/build-if-needed.mjs')], { stdio: 'ignore' });
}

/** Runs a built program, such as `main`, to its end. `env` is all that it knows; it is killed if it does not end. */
export async function runToEnd(
  program: string,
  env: Record<string, string>,
): Promise<{ code: number | null; output: string }> {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [join(ROOT, `dist/src/${program}.js`)], {
    cwd: env.DATA_DIR,
    env: { PATH, HOME, HOST: '127.0.0.1', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: START_TIMEOUT,
    killSignal: 'SIGKILL',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (output += part.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

/** The built server as a process of its own, on a free port, ready to answer. `env` is all that it knows. */
export async function startServerProcess(env: Record<string, string>): Promise<ServerProcess> {
  const { PATH, HOME } = process.env;
  const child = endsWithFile(
    spawn(process.execPath, [join(ROOT, 'dist/src/main.js')], {
      cwd: env.DATA_DIR,
      env: { PATH, HOME, HOST: '127.0.0.1', PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  let output = '';
  const closed = once(child, 'close') as Promise<[number | null]>;
  const ready = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part: Buffer) => {
        output += part.toString();
        const port = /Ready: http:\/\/[^:]+:(\d+)/.exec(output)?.[1];
        if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
      });
  });
  const end: ServerProcess['end'] = async (signal) => {
    child.kill(signal);
    return (await closed)[0];
  };
  const timer = setTimeout(() => child.kill('SIGKILL'), START_TIMEOUT);
  const url = await Promise.race([ready, closed.then(() => undefined)]);
  clearTimeout(timer);
  if (url === undefined) throw new Error(`The server did not start:\n${output}`);
  return { url, output: () => output, end };
}
