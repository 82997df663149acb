/**
 * `npm run bench:tools`: what the sandbox of tools costs, beside the same engines called bare in this process: a warm call,
 * the first call after the start, twenty calls of one second at once, a streamed generator, and memory. The server runs
 * here on its embedded database, and its pool is called directly. Exits with 1 when a target is missed.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from './load.mjs';
import { freePort, startServer, temporaryDirectory } from './processes.mjs';
import { bareJavaScript, barePython } from './tools/bare.mjs';
import { startProvider } from './tools/provider.mjs';

const require = createRequire(import.meta.url);

/** Milliseconds. */
const TARGETS = { python: 25, javascript: 5, first: 1000, concurrent: 3000 };
const WARM_CALLS = 200;
const CONCURRENT_CALLS = 20;
const ITEMS = 2000;
/** Never loaded before the first use. */
const HEAVY = /node_modules\/(pyodide|quickjs-emscripten|@jitl|prettier|@astral-sh|amaro|typescript)\//;

const PYTHON_TOOLS = `
import asyncio, time

class Tools:
    def add(self, a: int, b: int) -> int:
        """Adds."""
        return a + b

    def block(self) -> str:
        """Takes a second."""
        time.sleep(1)
        return "done"

    async def wait(self) -> str:
        """Takes a second."""
        await asyncio.sleep(1)
        return "done"
`;
const JAVASCRIPT_TOOLS = `
class Tools {
  /** Adds. @param {number} a @param {number} b */
  add(a, b) { return a + b; }
  /** Takes a second. */
  async wait() { await new Promise((resolve) => setTimeout(resolve, 1000)); return 'done'; }
}
`;
const PIPE = `
class Pipe:
    def pipe(self, body: dict):
        for index in range(${ITEMS}):
            yield f"word {index} "
`;

const sourceOf = (language, code, expects = 'tools') => ({ language, code, expects });
const PYTHON = sourceOf('python', PYTHON_TOOLS);
const JAVASCRIPT = sourceOf('javascript', JAVASCRIPT_TOOLS);
const never = new AbortController().signal;

const failures = [];
function report(title, text, isMet = true) {
  process.stdout.write(`${title.padEnd(40)} ${text}${isMet ? '' : '  MISSED'}\n`);
  if (!isMet) failures.push(title);
}
const ms = (value) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
const percentile = (values, share) => [...values].sort((a, b) => a - b)[Math.floor(values.length * share)];

async function timed(work) {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

async function times(count, work) {
  const found = [];
  for (let index = 0; index < count; index++) found.push(await timed(() => work(index)));
  return found;
}

/** Children of this process that run no code: the database, and the shell that watches the sandbox. */
const OTHERS = new Set(['postgres', 'sh']);

/** Resident megabytes of each process of the sandbox. */
function runners() {
  const found = [];
  for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const status = readFileSync(`/proc/${id}/status`, 'utf8');
      const field = (name) => new RegExp(`^${name}:\\s+(.+)`, 'm').exec(status)?.[1] ?? '';
      const isRunner = Number(field('PPid')) === process.pid && !OTHERS.has(field('Name'));
      if (isRunner) found.push(parseInt(field('VmRSS'), 10) / 1024);
    } catch {
      // Ended meanwhile.
    }
  }
  return found;
}
const sum = (values) => values.reduce((total, value) => total + value, 0);

async function peakOf(work) {
  const peak = { count: 0, megabytes: 0 };
  const timer = setInterval(() => {
    const now = runners();
    peak.count = Math.max(peak.count, now.length);
    peak.megabytes = Math.max(peak.megabytes, sum(now));
  }, 50);
  await work().finally(() => clearInterval(timer));
  return peak;
}

/** The server in this process. */
async function startHere(dataDir, provider) {
  const port = await freePort();
  const variables = { HOST: '127.0.0.1', PORT: String(port), DATA_DIR: dataDir, GLOBAL_LOG_LEVEL: 'WARNING' };
  Object.assign(process.env, variables, { OPENAI_API_BASE_URL: provider.url, OPENAI_API_KEY: 'sk-bench' });
  require('reflect-metadata');
  const { createApp } = require('../dist/src/app.setup.js');
  const { SandboxService } = require('../dist/src/modules/sandbox/sandbox.service.js');
  const app = await createApp();
  await app.listen(port, '127.0.0.1');
  return { app, url: `http://127.0.0.1:${port}`, sandbox: app.get(SandboxService, { strict: false }) };
}

const valueOf = async (outcome) => {
  const { kind, value } = await outcome;
  if (kind !== 'value') throw new Error(`Expected a value, got ${kind}`);
  return value;
};

async function warm(sandbox, source, bare, target) {
  const { language } = source;
  const call = async (index) => {
    const value = await valueOf(sandbox.call({ source, method: 'add', keyword: { a: index, b: 1 } }, {}, never));
    if (value !== index + 1) throw new Error(`add: ${value}`);
  };
  await times(20, call);
  const ours = await times(WARM_CALLS, call);
  await bare(10, 1);
  const theirs = await times(WARM_CALLS, (index) => bare(index, 1));
  const overhead = median(ours) - median(theirs);
  const figures = `${ms(median(ours))} (p95 ${ms(percentile(ours, 0.95))}), bare ${ms(median(theirs))}`;
  report(`warm call, ${language}`, `${figures}, overhead ${ms(overhead)} (below ${target})`, overhead < target);
}

async function together(sandbox, source, method) {
  const calls = () =>
    Promise.all(
      Array.from({ length: CONCURRENT_CALLS }, () => valueOf(sandbox.call({ source, method, keyword: {} }, {}, never))),
    );
  let time = 0;
  const peak = await peakOf(async () => (time = await timed(calls)));
  const isMet = time < TARGETS.concurrent && peak.megabytes < sandbox.usage.limitMegabytes;
  report(
    `${CONCURRENT_CALLS} calls of 1 s, ${source.language} ${method}`,
    `${ms(time)} (below ${TARGETS.concurrent}), ${peak.count} processes, ${peak.megabytes.toFixed(0)} MB`,
    isMet,
  );
}

async function streamed(sandbox) {
  const call = { source: sourceOf('python', PIPE, 'function'), method: 'pipe', positional: [{}] };
  const begin = performance.now();
  const outcome = await sandbox.call(call, {}, never);
  let first;
  let count = 0;
  for await (const _ of outcome.items) {
    first ??= performance.now() - begin;
    count += 1;
  }
  const seconds = (performance.now() - begin) / 1000;
  report('generator', `${count} items, first ${ms(first)}, ${Math.round(count / seconds)} items/s`, count === ITEMS);
}

const firstCall = (sandbox, source) =>
  timed(() => valueOf(sandbox.call({ source, method: 'add', keyword: { a: 1, b: 2 } }, {}, never)));

/** A reply over the API whose model calls a tool, beside one that does not. */
async function overApi(url, provider) {
  const session = {};
  const post = async (path, body) => {
    const headers = { 'content-type': 'application/json', ...session };
    const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const account = { name: 'A', email: 'a@example.com', password: 'secret-pw-1' };
  session.authorization = `Bearer ${(await post('/api/v1/auths/signup', account)).token}`;
  const messages = [{ role: 'user', content: 'Add.' }];
  const reply = (model, tool_ids) =>
    post('/api/chat/completions', { model, messages, tool_ids, params: { function_calling: 'native' }, stream: false });
  await times(5, () => reply('plain'));
  const plain = median(await times(50, () => reply('plain')));
  for (const { language, code } of [PYTHON, JAVASCRIPT]) {
    await post('/api/v1/tools/create', { id: language, name: language, content: code, meta: { description: '' } });
    await times(5, () => reply('calling', [language]));
    const calling = median(await times(50, () => reply('calling', [language])));
    if (provider.results.at(-1) !== '3') throw new Error(`The tool returned ${provider.results.at(-1)}`);
    report(`reply with a ${language} tool, API`, `${ms(calling)}, with two model turns; a plain reply ${ms(plain)}`);
  }
}

/** The first call of all makes the snapshot that later starts use. */
async function prepare(dataDir, provider) {
  const { app, sandbox } = await startHere(dataDir, provider);
  report('first call of an installation, python', ms(await firstCall(sandbox, PYTHON)));
  await app.close();
  while (runners().length > 0) await sleep(50);
}

async function measure(dataDir, provider) {
  const { app, url, sandbox } = await startHere(dataDir, provider);
  const heavy = Object.keys(require.cache).filter((file) => HEAVY.test(file));
  report('modules of engines loaded at start', String(heavy.length), heavy.length === 0);
  report('processes of the sandbox when unused', String(runners().length), runners().length === 0);
  try {
    for (const source of [PYTHON, JAVASCRIPT]) {
      const time = await firstCall(sandbox, source);
      report(
        `first call after the start, ${source.language}`,
        `${ms(time)} (below ${TARGETS.first})`,
        time < TARGETS.first,
      );
    }
    await warm(sandbox, PYTHON, await barePython(PYTHON_TOOLS), TARGETS.python);
    await warm(sandbox, JAVASCRIPT, await bareJavaScript(JAVASCRIPT_TOOLS), TARGETS.javascript);
    for (const method of ['wait', 'block']) await together(sandbox, PYTHON, method);
    await together(sandbox, JAVASCRIPT, 'wait');
    await streamed(sandbox);
    await overApi(url, provider);
    report('pool', poolText(sandbox.usage));
  } finally {
    await app.close();
  }
}

const poolText = ({ processes, megabytes, limitMegabytes }) =>
  `${processes} processes, ${megabytes} MB (limit ${limitMegabytes} MB)`;

const directory = await temporaryDirectory();
const provider = await startProvider();
try {
  const server = await startServer(join(directory.path, 'unused'));
  report('start and idle memory, unused', `${ms(server.readyAfter)}, ${(await server.memory()).toFixed(0)} MB`);
  await server.stop();
  await prepare(join(directory.path, 'data'), provider);
  await measure(join(directory.path, 'data'), provider);
} finally {
  provider.close();
  await directory.remove();
}
report('load of this machine', loadavg()[0].toFixed(1));
process.stdout.write(failures.length === 0 ? 'All targets met.\n' : `Missed: ${failures.join('; ')}\n`);
process.exitCode = failures.length === 0 ? 0 : 1;
