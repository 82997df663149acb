/**
 * `npm run bench:extraction`: time, memory and responsiveness of reading and splitting 100 MB of text and a PDF of 1,500
 * pages, without a database. Memory is that of this process and its workers above the idle one, sampled; the delay of the
 * event loop is what requests would wait. Exits with 1 when a target is missed.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

const require = createRequire(import.meta.url);
const dist = (path) => require(`../dist/src/${path}`);

const MEGABYTE = 1024 * 1024;
const TEXT_BYTES = 100 * MEGABYTE;
const PAGES = 1500;
/** Megabytes above idle, and milliseconds in the 99th of 100 cases. */
const MAX_MEMORY = 300;
const MAX_DELAY = 50;
const SAMPLING = 50;

require('reflect-metadata');
const { WorkersService } = dist('platform/workers/workers.service.js');
const { ExtractionService } = dist('modules/retrieval/extraction/extraction.service.js');
const { SplittingService } = dist('modules/retrieval/splitting/splitting.service.js');
const { SplittingSettings } = dist('modules/retrieval/splitting/splitting.settings.js');

const workers = new WorkersService();
const extraction = new ExtractionService(workers, { find: () => undefined });
const splitting = new SplittingService(new SplittingSettings(), workers);

/** Resident memory of this process and its children, in bytes; of this one alone where there is no /proc. */
function memory() {
  try {
    const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    const own = processes.filter((id) => Number(id) === process.pid || parentOf(id) === process.pid);
    return own.reduce((sum, id) => sum + residentOf(id), 0);
  } catch {
    return process.memoryUsage.rss();
  }
}

function field(id, name) {
  try {
    return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

const parentOf = (id) => field(id, 'PPid');
const residentOf = (id) => field(id, 'VmRSS') * 1024;

function* textChunks() {
  const lines = Array.from(
    { length: 400 },
    (_, index) => `Line ${index} says what the heron ate by the quiet river.\n`,
  );
  const chunk = Buffer.from(`${lines.join('')}\n`);
  for (let length = 0; length < TEXT_BYTES; length += chunk.length) yield chunk;
}

async function pdf() {
  const PDFDocument = require('pdfkit');
  const document = new PDFDocument({ autoFirstPage: false });
  const bytes = buffer(document.pipe(new PassThrough()));
  for (let page = 1; page <= PAGES; page++)
    document.addPage().text(`Page ${page}. ${'The heron waits for frogs in the quiet river. '.repeat(50)}`);
  document.end();
  return bytes;
}

async function measure(title, name, open) {
  workers.onApplicationShutdown();
  await sleep(200);
  const idle = memory();
  let peak = idle;
  const timer = setInterval(() => (peak = Math.max(peak, memory())), SAMPLING);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const start = performance.now();
  let parts = 0;
  let chunks = 0;
  async function* counted() {
    for await (const part of extraction.extract({ name, contentType: null, size: 0, open })) {
      parts += 1;
      yield part;
    }
  }
  for await (const _ of splitting.split(counted())) chunks += 1;
  const seconds = (performance.now() - start) / 1000;
  clearInterval(timer);
  delay.disable();
  const megabytes = (peak - idle) / MEGABYTE;
  const milliseconds = delay.percentile(99) / 1e6;
  const isMet = megabytes <= MAX_MEMORY && milliseconds <= MAX_DELAY;
  console.log(
    `${title.padEnd(24)} ${seconds.toFixed(1)} s, ${parts} parts, ${chunks} chunks, ` +
      `${megabytes.toFixed(0)} MB above idle (target ${MAX_MEMORY}), ` +
      `event loop p99 ${milliseconds.toFixed(1)} ms (target ${MAX_DELAY})  ${isMet ? 'ok' : 'MISSED'}`,
  );
  if (!isMet) process.exitCode = 1;
}

const document = await pdf();
await measure('100 MB of text', 'text.txt', async () => Readable.from(textChunks()));
await measure(`PDF of ${PAGES} pages`, 'pages.pdf', async () => Readable.from([document]));
workers.onApplicationShutdown();
