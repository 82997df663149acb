/**
 * `npm run bench`: the built server against floors in the same run, so that the ratios say something on any machine.
 * Needs nothing but Node: the server runs on its own embedded database.
 */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { median, pacedStreams, ratio, timeToFirstToken } from './load.mjs';
import { signInTimes } from './sign-in-times.mjs';
import { freePort, startProcess, startServer, temporaryDirectory } from './processes.mjs';

const CHATS = 100;
const MESSAGES = 40;
const STREAMS = 1000;

const results = [];
function report(name, value, target, isMet) {
  const verdict = isMet === undefined ? '' : isMet ? 'ok' : 'MISSED';
  results.push(isMet ?? true);
  process.stdout.write(`${name.padEnd(44)} ${value.padStart(36)}   ${target.padEnd(18)} ${verdict}\n`);
}

async function measureStarts() {
  const fresh = [];
  const existing = [];
  for (let round = 0; round < 3; round++) {
    const directory = await temporaryDirectory();
    for (const times of [fresh, existing]) {
      const server = await startServer(directory.path);
      times.push(server.readyAfter);
      await server.stop();
    }
    await directory.remove();
  }
  const ms = (times) => `${Math.round(median(times))} ms`;
  report('start, fresh directory', ms(fresh), '< 3000 ms', median(fresh) < 3000);
  report('start, existing directory', ms(existing), '< 1500 ms', median(existing) < 1500);
}

/** V8 gives the young generation of the start back after some twenty seconds without load. */
async function measureIdle(server) {
  await sleep(5000);
  report('memory, 5 s after the start', `${Math.round(await server.memory())} MB`, '');
  await sleep(30_000);
  const memory = await server.memory();
  report('memory, idle', `${Math.round(memory)} MB`, '<= 150 MB', memory <= 150);
}

/** An account with chats, and what its requests look like. */
async function prepare(url) {
  const post = async (path, body, token) => {
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
    const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const user = await post('/api/v1/auths/signup', {
    name: 'Bench',
    email: 'bench@example.com',
    password: 'correct horse',
  });
  let chat;
  for (let index = 0; index < CHATS; index++) chat = await post('/api/v1/chats/new', { chat: tree(index) }, user.token);
  const headers = { authorization: `Bearer ${user.token}`, 'content-type': 'application/json' };
  return { user, chat, headers };
}

function tree(index) {
  const messages = {};
  for (let at = 0; at < MESSAGES; at++)
    messages[`m${at}`] = {
      id: `m${at}`,
      parentId: at === 0 ? null : `m${at - 1}`,
      childrenIds: at === MESSAGES - 1 ? [] : [`m${at + 1}`],
      role: at % 2 === 0 ? 'user' : 'assistant',
      content: 'The quick brown fox jumps over the lazy dog. '.repeat(5),
      timestamp: 1_700_000_000 + at,
    };
  const list = Object.values(messages);
  return {
    title: `Chat ${index}`,
    models: ['fast'],
    history: { messages, currentId: `m${MESSAGES - 1}` },
    messages: list,
  };
}

const completion = (model, stream) =>
  JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'Say something.' }] });

async function measureThroughput(ours, floor, provider, { user, chat, headers }) {
  const get = (origin, path) => ({ origin, request: { method: 'GET', path, headers } });
  const post = (origin, path, stream) => ({
    origin,
    request: { method: 'POST', path, headers, body: completion('fast', stream) },
  });
  const pairs = [
    ['GET session user', get(ours, '/api/v1/auths/'), get(floor, `/user/${user.id}`), 0.3],
    ['GET chat list (60 of 100)', get(ours, '/api/v1/chats/?page=1'), get(floor, `/list/${user.id}`), 0.3],
    [`GET chat (${MESSAGES} messages)`, get(ours, `/api/v1/chats/${chat.id}`), get(floor, `/chat/${chat.id}`), 0.3],
    ['completion, JSON', post(ours, '/api/chat/completions', false), post(floor, '/', false)],
    ['completion, stream', post(ours, '/api/chat/completions', true), post(floor, '/', true)],
  ];
  for (const [name, target, base, wanted] of pairs) {
    const result = await ratio(target, base);
    const rates = `${Math.round(result.ours)} of ${Math.round(result.floor)} requests/s: ${result.ratio.toFixed(2)}`;
    if (wanted === undefined) report(name, rates, '');
    else report(name, rates, `>= ${wanted} of floor`, result.ratio >= wanted);
  }
  const direct = await timeToFirstToken(post(provider, '/v1/chat/completions', true), 200);
  const through = await timeToFirstToken(post(ours, '/api/chat/completions', true), 200);
  report('added time to first token', `${(through - direct).toFixed(2)} ms`, '<= 3 ms', through - direct <= 3);
}

async function measureStreams(ours, server, { headers }) {
  const body = completion('paced', true);
  const target = { origin: ours, request: { method: 'POST', path: '/api/chat/completions', headers, body } };
  const { whole, longest } = await pacedStreams(target, STREAMS, 40);
  report(`${STREAMS} paced streams, complete`, `${whole}`, `= ${STREAMS}`, whole === STREAMS);
  report('... longest wait for an event (pace 250 ms)', `${Math.round(longest)} ms`, '');
  report('... memory after it', `${Math.round(await server.memory())} MB`, '');
}

/** A refusal must not reveal whether the account exists. */
async function measureSignIns(url, email) {
  const { known, unknown, chance, isSameBody } = await signInTimes(url, email);
  const times = `${median(known).toFixed(0)} and ${median(unknown).toFixed(0)} ms`;
  report('refused sign-in, account and stranger', times, 'equal bodies', isSameBody);
  report(
    '... the account took longer',
    `${Math.round(chance * 100)} % of pairs`,
    '35 to 65 %',
    Math.abs(chance - 0.5) <= 0.15,
  );
}

/** The socket of the embedded server of the data directory, from its pid file. */
async function socketDirectory(dataDir) {
  const cluster = join(dataDir, 'postgres');
  const lines = (await readFile(join(cluster, 'postmaster.pid'), 'utf8')).split('\n');
  return resolve(cluster, lines[4]);
}

async function main() {
  await measureStarts();
  const directory = await temporaryDirectory();
  const running = [];
  const start = async (file, env, url) => running.push(await startProcess(file, env, url));
  try {
    const [provider, floor] = await Promise.all([freeUrl(), freeUrl()]);
    await start('bench/provider.mjs', { PORT: provider.port }, `${provider.url}/v1/models`);
    const connection = { OPENAI_API_BASE_URL: `${provider.url}/v1`, OPENAI_API_KEY: 'sk-bench' };
    const limits = { SIGNIN_LIMIT: '1000', SIGNIN_ADDRESS_LIMIT: '0' };
    const server = await startServer(directory.path, { ...connection, ...limits });
    running.push(server);
    await measureIdle(server);
    const session = await prepare(server.url);
    await measureSignIns(server.url, session.user.email);
    const database = { DATABASE_HOST: await socketDirectory(directory.path), PROVIDER: `${provider.url}/v1` };
    await start('bench/floor.mjs', { ...database, PORT: floor.port }, `${floor.url}/health`);
    await measureThroughput(server.url, floor.url, provider.url, session);
    await measureStreams(server.url, server, session);
  } finally {
    for (const child of running.reverse()) await child.stop();
    await directory.remove();
  }
  process.stdout.write(results.every(Boolean) ? 'All targets met.\n' : 'Some targets were missed.\n');
}

async function freeUrl() {
  const port = await freePort();
  return { port: String(port), url: `http://127.0.0.1:${port}` };
}

await main();
