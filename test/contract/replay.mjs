#!/usr/bin/env node
/**
 * Replays the recorded exchanges of the finished domains against the built server: `npm run test:contract [domain…]`.
 * Exit code 1 for a difference that `deviations.md` does not list, and for a listed one that is gone.
 */
import { realpathSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { judge, readDeviations } from './deviations.mjs';
import { DOMAINS } from './domains.mjs';
import { environmentOf, replayLines } from './recorded-lines.mjs';
import { freePort, startProcess, startServer } from './server.mjs';

/** Without links: the replayers compare their path with the one they were started by. */
const RECORDINGS = realpathSync(fileURLToPath(new URL('./recordings', import.meta.url)));
const DEVIATIONS = fileURLToPath(new URL('./deviations.md', import.meta.url));

/** Each on a server of its own: they wait more than they work. */
const AT_ONCE = 3;

const line = (text) => `${text.trimEnd()}\n`;

async function startProvider() {
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const provider = await startProcess(
    join(RECORDINGS, 'servers/fake_openai.mjs'),
    { PORT: String(port) },
    `${address}/v1/models`,
  );
  return { url: `${address}/v1`, ...provider };
}

/** The local servers that recordings name: their file, and a path that they answer. */
const PEERS = {
  PEER: ['servers/peer.mjs', '/nosearch'],
  LLM: ['servers/fake_llm.mjs', '/v1/models'],
  OLLAMA: ['servers/fake_ollama.mjs', '/api/version'],
  SEARCH: ['servers/fake_search.mjs', '/__take'],
  JUPYTER: ['servers/fake_jupyter.mjs', '/__take'],
};

async function startPeer(name, variables) {
  const [file, path] = PEERS[name];
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  return { name, url, ...(await startProcess(join(RECORDINGS, file), { ...variables, PORT: port }, url + path)) };
}

/** Where the proxy of a peer listens, and a directory for the certificates that it makes. */
async function makeProxy() {
  const port = String(await freePort());
  const directory = await mkdtemp(join(tmpdir(), 'confab-proxy-'));
  return {
    variables: { PROXY_PORT: port, CERT_DIR: directory },
    proxy: `http://127.0.0.1:${port}`,
    authority: join(directory, 'ca.pem'),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

async function differencesOf(domain) {
  const proxy = domain.hasProxy ? await makeProxy() : undefined;
  const peerOf = (name) => startPeer(name, proxy?.variables);
  const started = await Promise.all([startProvider(), ...(domain.peers ?? []).map(peerOf)]);
  try {
    const [provider, ...others] = started;
    const peers = Object.fromEntries(others.map(({ name, url }) => [name, url]));
    const connection = { OPENAI_API_BASE_URL: provider.url, OPENAI_API_KEY: 'sk-fake' };
    const recorded = domain.file ? environmentOf(join(RECORDINGS, domain.file)) : {};
    const own = typeof domain.env === 'function' ? domain.env(peers, provider.url, proxy) : domain.env;
    const server = await startServer({ ...connection, ...recorded, ...own });
    const replace = typeof domain.replace === 'function' ? domain.replace(provider.url) : domain.replace;
    const target = { ...domain, replace, recordings: RECORDINGS, url: server.url, provider: provider.url, peers };
    return await (domain.replay ?? replayLines)(target).finally(server.stop);
  } finally {
    await Promise.all(started.map(({ stop }) => stop()));
    await proxy?.remove();
  }
}

async function main(names) {
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
