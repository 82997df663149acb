/**
 * `npm run bench:streams`: replies over Socket.IO. Many paced ones at once, complete and in order; bytes and processor
 * time of long ones compared with short ones; the time that the server adds to the first token.
 * `STREAMS` sets the number of concurrent replies.
 */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { io } from 'socket.io-client';
import { timeToFirstToken } from './load.mjs';
import { freePort, startProcess, startServer, temporaryDirectory } from './processes.mjs';

const STREAMS = Number(process.env.STREAMS ?? 1000);
const USERS = Math.min(100, STREAMS);
const AT_50 = 250;

const results = [];
function report(name, value, target = '', isMet = true) {
  results.push(isMet);
  process.stdout.write(`${name.padEnd(50)} ${value.padStart(34)}   ${target.padEnd(18)} ${isMet ? '' : 'MISSED'}\n`);
}

const whole = (count) =>
  Array.from({ length: count }, (_, index) => `word${index} `)
    .join('')
    .trim();

class User {
  /** By message: what the client shows, and what it got. */
  replies = new Map();

  /** The first user signs up and is the administrator, who adds the others. */
  static async create(url, index, admin) {
    const user = new User();
    user.url = url;
    const account = { name: `Bench ${index}`, email: `bench${index}@example.com`, password: 'correct horse' };
    user.token = admin
      ? (await admin.post('/api/v1/auths/add', { ...account, role: 'user' })).token
      : (await user.post('/api/v1/auths/signup', account)).token;
    user.socket = io(url, { path: '/ws/socket.io', transports: ['websocket'], auth: { token: user.token } });
    await new Promise((done) => user.socket.once('connect', done));
    await user.socket.emitWithAck('user-join', { auth: { token: user.token } });
    user.socket.on('events', (event) => user.onEvent(event));
    user.socket.on('chat:stream', (event) => user.onStream(event));
    return user;
  }

  get headers() {
    const token = this.token && { authorization: `Bearer ${this.token}` };
    return { 'content-type': 'application/json', ...token };
  }

  async post(path, body) {
    const answer = await fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: this.headers,
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** Resolves with the reply when it has ended. `follows`: numbered events in place of whole texts. */
  async reply(model, follows = false) {
    const [user, assistant] = [randomUUID(), randomUUID()];
    const messages = {
      [user]: { id: user, parentId: null, childrenIds: [assistant], role: 'user', content: 'Say something.' },
      [assistant]: { id: assistant, parentId: user, childrenIds: [], role: 'assistant', content: '' },
    };
    const chat = { title: 'Bench', models: [model], history: { messages, currentId: assistant } };
    const { id } = await this.post('/api/v1/chats/new', { chat });
    const reply = { text: '', bytes: 0, events: 0, faults: 0, seq: undefined, first: undefined };
    const ended = new Promise((end) => (reply.end = end));
    this.replies.set(assistant, reply);
    reply.begin = performance.now();
    await this.post('/api/chat/completions', {
      ...{ model, stream: true, session_id: this.socket.id, chat_id: id, id: assistant, parent_id: user },
      messages: [{ role: 'user', content: 'Say something.' }],
    });
    if (follows) await this.socket.emitWithAck('chat:resume', { chat_id: id, message_id: assistant });
    await ended;
    this.replies.delete(assistant);
    return reply;
  }

  onEvent({ message_id: id, data: { type, data } }) {
    const reply = this.replies.get(id);
    if (!reply || type !== 'chat:completion') return;
    this.count(reply, data);
    if (data.content === undefined) return;
    if (!data.content.startsWith(reply.text)) reply.faults++;
    this.show(reply, data.content);
    if (data.done) reply.end();
  }

  onStream(event) {
    const reply = this.replies.get(event.message_id);
    if (!reply) return;
    this.count(reply, event);
    const { type, data = {} } = event.data;
    if (reply.seq !== undefined && event.seq !== reply.seq + 1) reply.faults++;
    reply.seq = event.seq;
    if (type === 'chat:snapshot') this.show(reply, data.message.content);
    if (type === 'chat:delta') this.show(reply, reply.text.slice(0, data.from) + data.text);
    if (data.done) reply.end();
  }

  count(reply, data) {
    reply.events++;
    reply.bytes += JSON.stringify(data).length;
  }

  show(reply, text) {
    if (text !== '') reply.first ??= performance.now() - reply.begin;
    reply.text = text;
  }
}

async function measureConcurrent(users, server) {
  const begin = performance.now();
  const expected = whole(AT_50);
  const cpu = await server.cpu();
  const replies = await Promise.all(
    Array.from({ length: STREAMS }, (_, index) => users[index % users.length].reply('at-50', index % 2 === 1)),
  );
  const seconds = (performance.now() - begin) / 1000;
  const good = replies.filter(({ text, faults }) => text === expected && faults === 0).length;
  const rate = Math.max(...replies.map(({ events }) => events)) / (AT_50 / 50);
  const perToken = (((await server.cpu()) - cpu) * 1000) / (STREAMS * AT_50);
  report(`${STREAMS} replies of 50 tokens/s, whole and in order`, `${good}`, `= ${STREAMS}`, good === STREAMS);
  report('... time for 5 s of stream', `${seconds.toFixed(1)} s`);
  report('... events of one reply', `${rate.toFixed(0)} a second`, '<= 60', rate <= 60);
  report('... processor time', `${perToken.toFixed(1)} µs per token`);
  report('... memory', `${Math.round(await server.memory())} MB`);
}

async function measureBytes([user]) {
  for (const follows of [false, true]) {
    const perToken = [];
    for (const [model, count] of [
      ['at-1000-short', 1000],
      ['at-1000-long', 20_000],
    ]) {
      const { bytes, text } = await user.reply(model, follows);
      if (text !== whole(count)) throw new Error(`The text of ${model} is not whole`);
      perToken.push(bytes / count);
    }
    const [short, long] = perToken;
    const name = `bytes per token, 1,000 and 20,000: ${follows ? 'followed' : 'whole texts'}`;
    report(name, `${short.toFixed(1)} and ${long.toFixed(1)}`, '<= 2x', long <= 2 * short);
  }
}

async function measureCpu([user], server) {
  const perToken = async (model, count, tokens) => {
    const before = await server.cpu();
    for (let index = 0; index < count; index++) await user.reply(model);
    return (((await server.cpu()) - before) * 1000) / (count * tokens);
  };
  await perToken('short', 20, 200);
  const [short, long] = [await perToken('short', 50, 200), await perToken('long', 2, 20_000)];
  const value = `${short.toFixed(1)} and ${long.toFixed(1)} µs`;
  report('processor time per token, 200 and 20,000', value, '<= 2x', long <= 2 * short);
}

async function measureFirstToken(users, server, floor) {
  const { headers } = users[0];
  const nothing = { params: {}, variables: {}, files: [], tool_ids: [], filter_ids: [] };
  const features = { web_search: false, image_generation: false, code_interpreter: false, memory: false };
  const messages = [{ role: 'user', content: 'Say something.' }];
  const body = JSON.stringify({ model: 'fast', stream: true, messages, ...nothing, features });
  const post = (origin, path) => ({ origin, request: { method: 'POST', path, headers, body } });
  const times = { ours: [], floor: [] };
  for (let round = 0; round < 3; round++) {
    times.floor.push(await timeToFirstToken(post(floor, '/'), 100));
    times.ours.push(await timeToFirstToken(post(server.url, '/api/chat/completions'), 100));
  }
  const added = Math.min(...times.ours) - Math.min(...times.floor);
  report('added time to first token, against a bare proxy', `${added.toFixed(2)} ms`, '<= 3 ms', added <= 3);
}

/** The socket of the embedded server of the data directory, from its pid file. */
async function socketDirectory(dataDir) {
  const cluster = join(dataDir, 'postgres');
  const lines = (await readFile(join(cluster, 'postmaster.pid'), 'utf8')).split('\n');
  return resolve(cluster, lines[4]);
}

async function main() {
  const directory = await temporaryDirectory();
  const running = [];
  const users = [];
  const start = async (file, env, url) => running.push(await startProcess(file, env, url));
  try {
    const [provider, floor] = [String(await freePort()), String(await freePort())];
    const providerUrl = `http://127.0.0.1:${provider}/v1`;
    await start('bench/provider.mjs', { PORT: provider }, `${providerUrl}/models`);
    const server = await startServer(directory.path, {
      ...{ OPENAI_API_BASE_URL: providerUrl, OPENAI_API_KEY: 'sk-bench', BYPASS_MODEL_ACCESS_CONTROL: 'True' },
      ...{ ENABLE_OLLAMA_API: 'False', BUILTIN_SEARCH_MODEL: 'never' },
      ...{ SIGNIN_LIMIT: '100000', SIGNIN_ADDRESS_LIMIT: '0', CONCURRENT_COMPLETION_LIMIT: '100000' },
    });
    running.push(server);
    users.push(await User.create(server.url, 0));
    while (users.length < USERS) users.push(await User.create(server.url, users.length, users[0]));
    const database = { DATABASE_HOST: await socketDirectory(directory.path), PROVIDER: providerUrl };
    await start('bench/floor.mjs', { ...database, PORT: floor }, `http://127.0.0.1:${floor}/health`);
    process.stdout.write(`Load of the machine: ${loadavg()[0].toFixed(1)}\n`);
    await measureFirstToken(users, server, `http://127.0.0.1:${floor}`);
    await measureCpu(users, server);
    await measureBytes(users);
    await measureConcurrent(users, server);
  } finally {
    for (const { socket } of users) socket.disconnect();
    for (const child of running.reverse()) await child.stop();
    await directory.remove();
  }
  process.stdout.write(results.every(Boolean) ? 'All targets met.\n' : 'Some targets were missed.\n');
}

await main();
