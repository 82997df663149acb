/**
 * `npm run bench:chats`: what many chats and a large one cost, in relation to few and small ones in the same run, and what
 * memory imports and exports take: of 90 MB, or as many as `BENCH_TRANSFER_MB` says. With an argument only what its name
 * says: `many`, `large`, `transfers`. Needs nothing but Node: the server runs on its own embedded database.
 */
import { randomBytes } from 'node:crypto';
import { chatOf } from './chat-data.mjs';
import { measureExports, measureImports } from './chat-transfers.mjs';
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from './load.mjs';
import { startServer, temporaryDirectory } from './processes.mjs';

const FEW = 100;
const MANY = 10_000;
const MESSAGES = 5000;
const TEXT = 8000;

const WORDS = 'time year people way day man thing woman life child world school state family student group'.split(' ');
const FACTOR = 2;

/** Milliseconds until PostgreSQL has looked at new rows by itself (twice autovacuum_naptime); before, it plans blindly. */
const STATISTICS = 125_000;

let isMet = true;
function report(name, value, target = '', verdict) {
  if (verdict === false) isMet = false;
  const mark = verdict === undefined ? '' : verdict ? 'ok' : 'MISSED';
  process.stdout.write(`${name.padEnd(44)} ${value.padStart(32)}   ${target.padEnd(12)} ${mark}\n`);
}

function client(url) {
  const request = async (method, path, body, token) => {
    const headers = {
      'content-type': 'application/json',
      'accept-encoding': 'identity',
      ...(token && { authorization: `Bearer ${token}` }),
    };
    const answer = await fetch(`${url}${path}`, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 300)}`);
    return JSON.parse(text);
  };
  return {
    get: (path, token) => request('GET', path, undefined, token),
    post: (path, body, token) => request('POST', path, body, token),
  };
}

/** Four messages of some forty words; every chat has `everywhere`, three of them `needleword` and its Chinese. */
function smallChat(index) {
  const words = (from) =>
    Array.from({ length: 40 }, (_, at) => WORDS[(index * 7 + from * 3 + at * at) % WORDS.length]).join(' ');
  const rare = index % Math.floor(FEW / 3) === 0 && index < FEW ? ' needleword 检索引擎' : '';
  const texts = Array.from(
    { length: 4 },
    (_, at) => `${words(at)} everywhere number${index}x${at}${at === 1 ? rare : ''}`,
  );
  return chatOf(`Chat about ${WORDS[index % WORDS.length]} ${index}`, texts);
}

async function fill(http, token, count) {
  let next = 0;
  const work = async () => {
    while (next < count) await http.post('/api/v1/chats/new', { chat: smallChat(next++) }, token);
  };
  await Promise.all(Array.from({ length: 8 }, work));
}

/** Milliseconds of each request, by turns: the median of the rounds. */
async function timesOf(requests, rounds = 25) {
  const times = requests.map(() => []);
  for (const request of requests) await request();
  for (let round = 0; round < rounds; round++)
    for (const [index, request] of requests.entries()) {
      const begin = performance.now();
      await request();
      times[index].push(performance.now() - begin);
    }
  return times.map(median);
}

async function measureMany(http, few, many) {
  const paths = [
    ['list, page 1', '/api/v1/chats/?page=1'],
    ['list, page 50 against page 1', '/api/v1/chats/?page=50', '/api/v1/chats/?page=1'],
    ['pinned', '/api/v1/chats/pinned'],
    ['search: nothing to find', '/api/v1/chats/search?text=zzznothing'],
    ['search: in three chats', '/api/v1/chats/search?text=NeedleWord'],
    ['search: in three chats, Chinese', `/api/v1/chats/search?text=${encodeURIComponent('检索引')}`],
    ['search: in one title', '/api/v1/chats/search?text=state%2092'],
    ['search: in every chat', '/api/v1/chats/search?text=everywhere'],
    ['search: in every chat, two letters', '/api/v1/chats/search?text=er'],
    ['search: empty', '/api/v1/chats/search?text='],
  ];
  for (const [name, path, base = path] of paths) {
    const [small, large] = await timesOf([() => http.get(base, few), () => http.get(path, many)]);
    const value = `${large.toFixed(1)} of ${small.toFixed(1)} ms: ${(large / small).toFixed(2)}`;
    report(`${name} (${MANY} / ${FEW} chats)`, value, `<= ${FACTOR}`, large <= FACTOR * small);
  }
  const [two] = await timesOf([() => http.get(`/api/v1/chats/search?text=${encodeURIComponent('零散')}`, many)], 5);
  report('search: nothing to find, two characters', `${two.toFixed(0)} ms`);
}

async function measureLarge(http, token) {
  const text = () => randomBytes(TEXT).toString('base64url').slice(0, TEXT);
  const texts = Array.from({ length: MESSAGES }, text);
  const { id } = await http.post('/api/v1/chats/new', { chat: chatOf('Large', texts) }, token);
  const path = `/api/v1/chats/${id}`;
  const event = (content) =>
    http.post(`${path}/messages/m${MESSAGES - 1}/event`, { type: 'message', data: { content } }, token);
  const [open, save, append] = await timesOf(
    [
      () => http.get(path, token),
      () => {
        texts[MESSAGES / 2] = text();
        return http.post(path, { chat: chatOf('Large', texts) }, token);
      },
      () => event(' word'),
    ],
    5,
  );
  report(`chat of ${MESSAGES} messages and 40 MB: open`, `${open.toFixed(0)} ms`);
  report('... save with one changed message', `${save.toFixed(0)} ms: ${(save / open).toFixed(2)} of open`);
  report('... append to a message', `${append.toFixed(1)} ms`, '<= 50 ms', append <= 50);
}

async function measureTransfers(directory, accounts) {
  // A server of its own each: what others left in the memory of one is not counted.
  for (const measure of [
    (server) => measureImports(server, accounts.transfer, Number(process.env.BENCH_TRANSFER_MB ?? 90), report),
    (server) => measureExports(server, accounts.transfer, accounts.admin, report),
  ])
    await withServer(directory, measure);
}

async function withServer(directory, work) {
  const server = await startServer(directory.path, { MAX_BODY_MB: '128' });
  await work(server).finally(() => server.stop());
}

async function addAccounts({ url }) {
  const http = client(url);
  const account = (name) => ({ name, email: `${name}@example.com`, password: 'correct horse' });
  const { token: admin } = await http.post('/api/v1/auths/signup', account('admin'));
  const add = async (name) => (await http.post('/api/v1/auths/add', { ...account(name), role: 'user' }, admin)).token;
  return {
    admin,
    few: await add('few'),
    many: await add('many'),
    large: await add('large'),
    transfer: await add('transfer'),
  };
}

async function measureCounts({ url }, { few, many }) {
  const http = client(url);
  await fill(http, few, FEW);
  const begin = performance.now();
  await fill(http, many, MANY);
  report(`${MANY} chats stored`, `${Math.round(MANY / ((performance.now() - begin) / 1000))} chats/s`);
  const indexed = performance.now();
  await http.get('/api/v1/chats/search?text=x', many);
  report('... and read for the first search', `${((performance.now() - indexed) / 1000).toFixed(1)} s`);
  await sleep(STATISTICS);
  await measureMany(http, few, many);
}

const wanted = process.argv[2];
const isWanted = (part) => wanted === undefined || wanted === part;
const directory = await temporaryDirectory();
try {
  let accounts;
  await withServer(directory, async (server) => {
    accounts = await addAccounts(server);
    if (isWanted('many')) await measureCounts(server, accounts);
    if (isWanted('large')) await measureLarge(client(server.url), accounts.large);
    report('memory after it', `${Math.round(await server.memory())} MB`);
  });
  if (isWanted('transfers')) await measureTransfers(directory, accounts);
} finally {
  await directory.remove();
}
process.stdout.write(isMet ? 'All targets met.\n' : 'Some targets were missed.\n');
