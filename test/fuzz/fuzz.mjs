#!/usr/bin/env node
/**
 * Sends bad input to every operation of `openapi.json`, as administrator and as user: `npm run test:fuzz [seed]`. The
 * same seed sends the same requests. Exit code 1 for an unexpected 5xx, an error that is no JSON, a request without an
 * answer, and a server that exits.
 */
import { readFileSync, realpathSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, startProcess, startServer } from '../contract/server.mjs';
import { bodyTextOf, oddString, pathPartOf, randomOf, seedOf, valueOf } from './values.mjs';

const document = JSON.parse(readFileSync(new URL('../../openapi.json', import.meta.url), 'utf8'));
const PEERS = realpathSync(fileURLToPath(new URL('../contract/recordings/servers', import.meta.url)));

const SEED = Number(process.argv[2] ?? 20260101);
/** Milliseconds for all requests. */
const TIME = Number(process.env.FUZZ_TIME ?? 90_000);
const ROUNDS = 40;
const AT_ONCE = 6;
/** Milliseconds until a request counts as one without an answer. */
const HANGS = 20_000;
const SHOWN_FAULTS = 40;

/** Errors of a server about an unusable provider response, or about a source that cannot be loaded. */
const PROVIDER_FAILURES = /Server Connection Error|provider|Ollama|upstream|ECONNREFUSED|Error importing/i;

/** What the server answers to a token that is no longer valid. */
const SESSION_ENDED = /session has expired|Invalid token|User mismatch/;

/** Sources with valves. */
const VALVES = '    class Valves:\n        a: int = 1\n    class UserValves(Valves):\n        pass\n';
const sourceOf = (name) => `from pydantic import BaseModel\nclass ${name}:\n${VALVES.replace(':', '(BaseModel):')}`;

const PASSWORD = 'fuzz-Password-1';
const ACCOUNTS = { admin: 'admin@example.com', user: 'user@example.com' };

const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })),
);

/** One exchange over a connection of its own pool; the path is sent as it is. */
function send(url, { method, path, headers = {}, body }) {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
    const request = httpRequest({ hostname, port, method, path, headers: { ...headers, ...length } }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('close', () => {
        clearTimeout(timer);
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode, headers: response.headers, text });
      });
    });
    const timer = setTimeout(() => resolve({ fault: 'no answer' }) || request.destroy(), HANGS);
    request.on('error', (error) => {
      clearTimeout(timer);
      resolve({ fault: error.message });
    });
    request.end(body);
  });
}

async function sendJson(url, method, path, body, token) {
  const headers = { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) };
  const answer = await send(url, { method, path, headers, body: body && JSON.stringify(body) });
  return { ...answer, body: answer.text ? JSON.parse(answer.text) : undefined };
}

/** Tokens of both accounts and ids of rows to aim at; again whenever a request ended a session. */
class Stage {
  tokens = {};
  ids = [];

  constructor(url) {
    this.url = url;
  }

  async setUp() {
    for (const [role, email] of Object.entries(ACCOUNTS)) {
      const body = { name: role, email, password: PASSWORD };
      const path = role === 'admin' ? '/api/v1/auths/signup' : '/api/v1/auths/add';
      await sendJson(this.url, 'POST', path, { ...body, role }, this.tokens.admin);
      await this.signIn(role);
    }
    for (const token of Object.values(this.tokens)) await this.addRows(token);
  }

  async addRows(token) {
    const create = (path, body) => sendJson(this.url, 'POST', path, body, token);
    const messages = { m1: { id: 'm1', parentId: null, childrenIds: [], role: 'user', content: 'Hi' } };
    const made = [
      await create('/api/v1/chats/new', { chat: { title: 'T', history: { messages, currentId: 'm1' } } }),
      await create('/api/v1/folders/', { name: 'Folder' }),
      await create('/api/v1/groups/create', { name: 'Group', description: 'D' }),
      await create('/api/v1/models/create', { id: 'preset', name: 'P', meta: {}, params: {}, base_model_id: null }),
      await create('/api/v1/prompts/create', { command: '/fuzz', title: 'T', content: 'C' }),
      await create('/api/v1/tools/create', { id: 'fuzz_tool', name: 'T', meta: {}, content: sourceOf('Tools') }),
      await create('/api/v1/functions/create', { id: 'fuzz_filter', name: 'F', meta: {}, content: sourceOf('Filter') }),
      await create('/api/v1/auths/api_keys', { name: 'key' }),
      await sendJson(this.url, 'GET', '/api/v1/auths/', undefined, token),
    ];
    const ids = made.map(({ body }) => body?.id).filter((id) => typeof id === 'string');
    this.ids = [...new Set([...this.ids, ...ids, 'm1', 'fuzz', '0'])];
  }

  async signIn(role) {
    const { body } = await sendJson(this.url, 'POST', '/api/v1/auths/signin', {
      email: ACCOUNTS[role],
      password: PASSWORD,
    });
    if (typeof body?.token === 'string') this.tokens[role] = body.token;
  }
}

/** The request of a round: the same for the same seed and rows. */
function requestFor(operation, role, round, { ids, tokens }) {
  const random = randomOf(SEED ^ seedOf(`${operation.method} ${operation.path} ${role} ${round}`));
  const context = { random, document, ids };
  const path = operation.path.replace(/\{[^}]+\}/g, () => pathPartOf(context)) + queryOf(operation, context);
  const headers = { Authorization: `Bearer ${tokens[role]}` };
  const content = operation.requestBody?.content;
  if (!content && ['GET', 'HEAD'].includes(operation.method)) return { method: operation.method, path, headers };
  const [type = 'application/json', media] = Object.entries(content ?? {})[0] ?? [];
  headers['Content-Type'] = type.startsWith('multipart/') ? `${type}; boundary=x` : type;
  return { method: operation.method, path, headers, body: bodyTextOf(media?.schema, context) };
}

function queryOf({ parameters = [] }, context) {
  const { random } = context;
  const pairs = parameters
    .filter((parameter) => parameter.in === 'query' && random.chance(0.7))
    .map(({ name, schema }) => [name, random.chance(0.5) ? oddString(random) : valueOf(schema, context)])
    .map((pair) => pair.map((part) => encodeURIComponent(String(part).toWellFormed())).join('='));
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

/** Why an answer is a fault; undefined for a good one. */
function faultOf({ fault, status, headers, text }, method) {
  if (fault) return fault;
  if (status < 400 || method === 'HEAD') return undefined;
  if (!headers['content-type']?.startsWith('application/json')) return `an error of type ${headers['content-type']}`;
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    return 'an error that is no JSON';
  }
  if (status < 500) return undefined;
  return PROVIDER_FAILURES.test(JSON.stringify(body)) ? undefined : `status ${status}: ${text.slice(0, 200)}`;
}

async function fuzz(server, stage) {
  const faults = new Map();
  const counts = { requests: 0, rounds: 0 };
  const end = Date.now() + TIME;
  const exchange = async ({ operation, role, round }) => {
    const request = requestFor(operation, role, round, stage);
    const answer = await send(server.url, request);
    counts.requests++;
    const fault = faultOf(answer, operation.method);
    const key = `${operation.method} ${operation.path}: ${fault}`;
    if (fault && !faults.has(key)) faults.set(key, { role, request, id: answer.headers?.['x-request-id'] });
    if (answer.status === 401 && SESSION_ENDED.test(answer.text)) await stage.signIn(role);
  };
  for (let round = 0; round < ROUNDS && Date.now() < end && !server.hasExited(); round++) {
    const work = operations.flatMap((operation) => ['admin', 'user'].map((role) => ({ operation, role, round })));
    const worker = async () => {
      for (let next = work.shift(); next && Date.now() < end && !server.hasExited(); next = work.shift())
        await exchange(next);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    if (work.length === 0) counts.rounds++;
    await stage.addRows(stage.tokens.user);
  }
  if (server.hasExited()) faults.set('the server exited', {});
  return { faults, counts };
}

async function startPeer(file, path, peers) {
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  peers.push(await startProcess(join(PEERS, file), { PORT: port }, url + path));
  return url;
}

const linesOf = (output, id) => (id ? output.split('\n').filter((line) => line.includes(id)) : []);

async function main() {
  const running = [];
  try {
    const openAi = await startPeer('fake_openai.mjs', '/v1/models', running);
    const ollama = await startPeer('fake_ollama.mjs', '/api/version', running);
    const server = await startServer({
      OPENAI_API_BASE_URL: `${openAi}/v1`,
      OPENAI_API_KEY: 'sk-fake',
      ENABLE_OLLAMA_API: 'True',
      OLLAMA_BASE_URL: ollama,
      BYPASS_MODEL_ACCESS_CONTROL: 'True',
      SIGNIN_LIMIT: '1000000',
      OFFLINE_MODE: 'True',
      LOG_FORMAT: 'json',
    });
    running.push(server);
    const stage = new Stage(server.url);
    await stage.setUp();
    const { faults, counts } = await fuzz(server, stage);
    for (const [fault, { role, request, id }] of [...faults].slice(0, SHOWN_FAULTS)) {
      const { method, path, body } = request ?? {};
      process.stdout.write(
        `FAULT ${fault}\n  ${role}: ${method} ${path?.slice(0, 300)} ${body?.slice(0, 300) ?? ''}\n`,
      );
      for (const line of linesOf(server.output(), id)) process.stdout.write(`  ${line.slice(0, 1500)}\n`);
    }
    const { requests, rounds } = counts;
    process.stdout.write(
      `${requests} requests in ${rounds} whole rounds over ${operations.length} operations, seed ${SEED}: ${faults.size} faults\n`,
    );
    return faults.size === 0 && rounds > 0 ? 0 : 1;
  } finally {
    await Promise.all(running.map(({ stop }) => stop()));
  }
}

main().then(
  (code) => (process.exitCode = code),
  (error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exitCode = 1;
  },
);
