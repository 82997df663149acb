/**
 * `npm run bench:ingest`: what files cost from upload to searchable: a text of 100 MB, a PDF of 1500 pages, and 1500 small
 * files at once. While they are processed, `/health` is asked all the time, and memory is measured. With an argument only
 * what its name says: `text`, `pdf`, `many`. Full text alone; the server runs on its own embedded database.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import PDFDocument from 'pdfkit';
import { startServer, temporaryDirectory } from './processes.mjs';

const MEGABYTE = 1024 * 1024;
const TEXT_MB = Number(process.env.BENCH_INGEST_MB ?? 100);
const PAGES = 1500;
const FILES = 1500;
/** Targets: megabytes above idle, and milliseconds. */
const MEMORY = 300;
const LATENCY = 50;

const WORDS =
  'heron river quiet frog meadow willow otter current stone reed evening water season valley bridge path'.split(' ');

let isMet = true;
function report(name, value, target = '', verdict = undefined) {
  if (verdict === false) isMet = false;
  const mark = verdict === undefined ? '' : verdict ? 'ok' : 'MISSED';
  process.stdout.write(`${name.padEnd(40)} ${value.padStart(20)}   ${target.padEnd(10)} ${mark}\n`);
}

/** Prose that repeats no line. */
function prose(length, seed = 0) {
  const lines = [];
  for (let index = seed, size = 0; size < length; index++) {
    const words = Array.from(
      { length: 14 },
      (_, at) => WORDS[(index * 7 + at * 3 + ((index * at) % 11)) % WORDS.length],
    );
    const line = `${words.join(' ')} ${index}.${index % 5 === 4 ? '\n' : ''}`;
    lines.push(line);
    size += line.length + 1;
  }
  return lines.join('\n').slice(0, length);
}

async function pdf(pages) {
  const document = new PDFDocument({ autoFirstPage: false });
  const chunks = [];
  document.on('data', (chunk) => chunks.push(chunk));
  for (let page = 0; page < pages; page++)
    document
      .addPage()
      .fontSize(10)
      .text(prose(2000, page * 40));
  const ended = new Promise((resolve) => document.on('end', resolve));
  document.end();
  await ended;
  return Buffer.concat(chunks);
}

async function signUp(url) {
  const body = JSON.stringify({ name: 'Bench', email: 'bench@example.com', password: 'bench-password-1' });
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/api/v1/auths/signup`, { method: 'POST', headers, body });
  return (await response.json()).token;
}

function client(url, token) {
  const headers = { authorization: `Bearer ${token}` };
  const get = async (path) => (await fetch(`${url}${path}`, { headers })).json();
  const upload = async (name, bytes, type) => {
    const body = new FormData();
    body.set('file', new Blob([bytes], { type }), name);
    const response = await fetch(`${url}/api/v1/files/`, { method: 'POST', headers, body });
    if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`);
    return (await response.json()).id;
  };
  const whenDone = async (id) => {
    for (;;) {
      const { status, error } = await get(`/api/v1/files/${id}/process/status`);
      if (status === 'completed') return;
      if (status === 'failed') throw new Error(`The processing failed: ${error ?? 'see the file'}`);
      await sleep(500);
    }
  };
  return { get, upload, whenDone };
}

/** Asks `/health` every 20 ms and for the memory five times a second until `work` ends. */
async function watch(server, work) {
  const times = [];
  let peak = 0;
  let isOver = false;
  const asking = (async () => {
    while (!isOver) {
      const begin = performance.now();
      await fetch(`${server.url}/health`).then((response) => response.arrayBuffer());
      times.push(performance.now() - begin);
      await sleep(20);
    }
  })();
  const measuring = (async () => {
    for (; !isOver; await sleep(200)) peak = Math.max(peak, await server.memory());
  })();
  const begin = performance.now();
  try {
    await work();
  } finally {
    isOver = true;
    await Promise.all([asking, measuring]);
  }
  times.sort((a, b) => a - b);
  return { seconds: (performance.now() - begin) / 1000, peak, p99: times[Math.floor(times.length * 0.99)] ?? 0 };
}

async function measure(name, prepare, process) {
  const directory = await temporaryDirectory();
  const server = await startServer(directory.path);
  try {
    const http = client(server.url, await signUp(server.url));
    await http.whenDone(await http.upload('warm.txt', 'A first file.', 'text/plain'));
    const input = await prepare(http);
    await sleep(3000);
    const idle = await server.memory();
    const { seconds, peak, p99 } = await watch(server, () => process(http, input));
    const above = peak - idle;
    report(`${name}: time`, `${seconds.toFixed(1)} s`);
    report(
      `${name}: memory above idle (${idle.toFixed(0)} MB)`,
      `${above.toFixed(0)} MB`,
      `<= ${MEMORY}`,
      above <= MEMORY,
    );
    report(`${name}: /health, p99`, `${p99.toFixed(0)} ms`, `<= ${LATENCY}`, p99 <= LATENCY);
  } finally {
    await server.stop();
    await directory.remove();
  }
}

const one = (name, type) => async (http, bytes) => http.whenDone(await http.upload(name, bytes, type));

const SUBJECTS = {
  text: () => measure(`Text of ${TEXT_MB} MB`, () => prose(TEXT_MB * MEGABYTE), one('large.txt', 'text/plain')),
  pdf: () => measure(`PDF of ${PAGES} pages`, () => pdf(PAGES), one('large.pdf', 'application/pdf')),
  many: () =>
    measure(
      `${FILES} files`,
      () => Array.from({ length: FILES }, (_, index) => prose(2000, index * 50)),
      async (http, texts) => {
        let next = 0;
        const ids = [];
        const work = async () => {
          for (let index = next++; index < texts.length; index = next++)
            ids.push(await http.upload(`file-${index}.txt`, texts[index], 'text/plain'));
        };
        await Promise.all(Array.from({ length: 16 }, work));
        for (const id of ids) await http.whenDone(id);
      },
    ),
};

for (const [name, run] of Object.entries(SUBJECTS)) if ([undefined, name].includes(process.argv[2])) await run();
process.exitCode = isMet ? 0 : 1;
