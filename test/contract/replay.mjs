#!/usr/bin/env node
/**
 * Replays the recorded exchanges of the finished domains against the built server: `npm run test:contract [domain…]`.
 * Exit code 1 for a difference that `deviations.md` does not list, and for a listed one that is gone.
 */
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { judge, readDeviations } from './deviations.mjs';
import { DOMAINS } from './domains.mjs';
import { environmentOf, replayLines } from './recorded-lines.mjs';
import { freePort, startProcess, startServer } from './server.mjs';

const EXPECTED = fileURLToPath(new URL('../../../shared/contract/golden', import.meta.url));
/** Without links: the recordings' own tools compare their path with the one they were started by. */
const GOLDEN = existsSync(EXPECTED) ? realpathSync(EXPECTED) : null;
const DEVIATIONS = fileURLToPath(new URL('./deviations.md', import.meta.url));

/** Each on a server of its own: they wait more than they work. */
const AT_ONCE = 3;

const line = (text) => `${text.trimEnd()}\n`;

async function startProvider() {
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const provider = await startProcess(join(GOLDEN, 'fake_openai.mjs'), { PORT: String(port) }, `${address}/v1/models`);
  return { url: `${address}/v1`, ...provider };
}

/** The local servers that recordings name: their file, and a path that they answer. */
const PEERS = { LLM: ['fake_llm.mjs', '/v1/models'], OLLAMA: ['fake_ollama.mjs', '/api/version'] };

async function startPeer(name) {
  const [file, path] = PEERS[name];
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  return { name, url, ...(await startProcess(join(GOLDEN, file), { PORT: port }, url + path)) };
}

async function differencesOf(domain) {
  const started = await Promise.all([startProvider(), ...(domain.peers ?? []).map(startPeer)]);
  try {
    const [provider, ...others] = started;
    const peers = Object.fromEntries(others.map(({ name, url }) => [name, url]));
    const connection = { OPENAI_API_BASE_URL: provider.url, OPENAI_API_KEY: 'sk-fake' };
    const recorded = domain.file ? environmentOf(join(GOLDEN, domain.file)) : {};
    const own = typeof domain.env === 'function' ? domain.env(peers) : domain.env;
    const server = await startServer({ ...connection, ...recorded, ...own });
    const target = { ...domain, golden: GOLDEN, url: server.url, provider: provider.url, peers };
    return await (domain.replay ?? replayLines)(target).finally(server.stop);
  } finally {
    await Promise.all(started.map(({ stop }) => stop()));
  }
}

async function main(names) {
  if (!GOLDEN) throw new Error(`The recordings are missing: they are expected in ${EXPECTED}`);
  const unknown = names.filter((name) => !DOMAINS.some((domain) => domain.name === name));
  if (unknown.length > 0) throw new Error(`No such domain: ${unknown.join(', ')}`);
  const deviations = readDeviations(DEVIATIONS);
  const waiting = DOMAINS.filter(({ name }) => names.length === 0 || names.includes(name));
  let faults = 0;
  const work = async () => {
    for (let domain = waiting.shift(); domain; domain = waiting.shift()) {
      const problems = judge(await differencesOf(domain), deviations.get(domain.name));
      process.stdout.write([`${domain.name}: ${problems.length} unexpected`, ...problems].map(line).join(''));
      faults += problems.length;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  process.stdout.write(faults === 0 ? 'As recorded.\n' : `${faults} unexpected.\n`);
  return faults === 0 ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  },
);
