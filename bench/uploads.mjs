/**
 * `npm run bench:uploads`: throughput and memory of an upload of 1 GB (or `BENCH_UPLOAD_MB`) into this server, next to bare
 * multer that writes to the same disk, in turns. Needs nothing but Node: the server runs on its own embedded database.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from './load.mjs';
import { freePort, startProcess, startServer, temporaryDirectory } from './processes.mjs';

const MEGABYTES = Number(process.env.BENCH_UPLOAD_MB ?? 1024);
const ROUNDS = 3;
const TARGET = 0.7;
/** Megabytes above idle. */
const MEMORY = 200;
const CHUNK = 1024 * 1024;

/** Seconds of one upload; its content has no repetitions, and is another one each time. */
async function upload(url, token) {
  const content = randomBytes(CHUNK);
  const head = `--x\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\nContent-Type: application/octet-stream\r\n\r\n`;
  const tail = '\r\n--x--\r\n';
  const headers = {
    'content-type': 'multipart/form-data; boundary=x',
    'content-length': head.length + MEGABYTES * CHUNK + tail.length,
    ...(token && { authorization: `Bearer ${token}` }),
  };
  const begin = performance.now();
  const sent = request(url, { method: 'POST', headers, agent: false });
  const answered = once(sent, 'response');
  sent.write(head);
  for (let index = 0; index < MEGABYTES; index++) {
    content.writeUInt32LE(index, 0);
    if (!sent.write(content)) await once(sent, 'drain');
  }
  sent.end(tail);
  const [response] = await answered;
  response.resume();
  await once(response, 'end');
  if (response.statusCode !== 200) throw new Error(`${url}: ${response.statusCode}`);
  return (performance.now() - begin) / 1000;
}

async function signUp(url) {
  const body = JSON.stringify({ name: 'Admin', email: 'admin@example.com', password: 'secret-pw-1' });
  const headers = { 'content-type': 'application/json' };
  return (await (await fetch(`${url}/api/v1/auths/signup`, { method: 'POST', headers, body })).json()).token;
}

/** The most that a process has in memory while `work` runs. */
async function peakOf(server, work) {
  const running = work();
  let isRunning = true;
  running.then(
    () => (isRunning = false),
    () => (isRunning = false),
  );
  let peak = 0;
  for (; isRunning; await sleep(50)) peak = Math.max(peak, await server.memory());
  return [await running, peak];
}

async function main() {
  const directory = await temporaryDirectory();
  const server = await startServer(join(directory.path, 'data'));
  const port = await freePort();
  const bare = `http://127.0.0.1:${port}`;
  const multer = await startProcess(
    'bench/multer.mjs',
    { PORT: String(port), DIRECTORY: join(directory.path, 'multer') },
    `${bare}/health`,
  );
  try {
    const token = await signUp(server.url);
    const path = `${server.url}/api/v1/files/?process=false`;
    const idle = await server.memory();
    const ours = [];
    const theirs = [];
    let memory = 0;
    for (let round = 0; round < ROUNDS; round++) {
      theirs.push(await upload(bare));
      const [seconds, peak] = await peakOf(server, () => upload(path, token));
      ours.push(seconds);
      memory = Math.max(memory, peak - idle);
    }
    const ratio = median(theirs) / median(ours);
    const rate = (seconds) => `${Math.round(MEGABYTES / median(seconds))} MB/s`;
    const isMet = ratio >= TARGET && memory <= MEMORY;
    process.stdout.write(`bare multer   ${rate(theirs)}\nConfab        ${rate(ours)}\n`);
    process.stdout.write(`ratio         ${ratio.toFixed(2)} (at least ${TARGET})\n`);
    process.stdout.write(`memory        ${Math.round(memory)} MB above idle (at most ${MEMORY})\n`);
    process.exitCode = isMet ? 0 : 1;
  } finally {
    await Promise.all([server.stop(), multer.stop()]);
    await directory.remove();
  }
}

await main();
