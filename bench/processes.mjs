import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

export async function temporaryDirectory() {
  const path = await mkdtemp(join(tmpdir(), 'confab-bench-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** A Node process that is up when `url` answers: its time to that in milliseconds, its memory, its end. */
export async function startProcess(file, env, url) {
  const begin = performance.now();
  const child = spawn(process.execPath, [join(ROOT, file)], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const closed = once(child, 'close');
  while (
    !(await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null) throw new Error(`${file} ended with code ${child.exitCode}`);
    await sleep(5);
  }
  return {
    readyAfter: performance.now() - begin,
    /** Megabytes, as the system counts them. */
    memory: async () => Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024,
    /** Milliseconds of processor time since the start. */
    cpu: async () => {
      const stat = await readFile(`/proc/${child.pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return (Number(fields[11]) + Number(fields[12])) * 10;
    },
    stop: async () => {
      child.kill('SIGTERM');
      await closed;
    },
  };
}

/** The built server on its embedded database in `dataDir`. */
export async function startServer(dataDir, env = {}) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const variables = { HOST: '127.0.0.1', PORT: String(port), DATA_DIR: dataDir, ...env };
  return { url, ...(await startProcess('dist/src/main.js', variables, `${url}/health`)) };
}
