/** Memory of the server while chats of any size come in and go out. */
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { chatOf } from './chat-data.mjs';

const MB = 1024 * 1024;
const MESSAGE = 8192;
/** Milliseconds between two looks at the memory. */
const INTERVAL = 50;

const random = () => randomBytes((MESSAGE * 3) / 4).toString('base64');
const repetitive = (at) => `the same words again ${at} `.repeat(MESSAGE / 24);
const image = () => {
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return `data:image/png;base64,${Buffer.concat([signature, randomBytes((MB * 3) / 4)]).toString('base64')}`;
};

/** A chat of 1 MB, by turns: text that does not get smaller, text that gets very small, an image. */
function largeChat(index) {
  const texts = Array.from({ length: MB / MESSAGE / 2 }, (_, at) => [random, repetitive][index % 3]?.(at) ?? 'Look');
  const chat = chatOf(`Export ${index}`, index % 3 === 2 ? texts.slice(0, 2) : texts);
  if (index % 3 === 2) chat.history.messages.m0.files = [{ type: 'image', url: image() }];
  return { chat, created_at: 1_600_000_000 + index };
}

async function* lines(count) {
  for (let index = 0; index < count; index++) yield `${JSON.stringify(largeChat(index))}\n`;
}

async function* array(count) {
  yield '{"chats":[';
  for (let index = 0; index < count; index++) yield (index > 0 ? ',' : '') + JSON.stringify(largeChat(index));
  yield ']}';
}

/** The highest memory of the server while `work` runs, in MB, and what `work` answers. */
async function peakOf(server, work) {
  let peak = await server.memory();
  const look = async () => (peak = Math.max(peak, await server.memory()));
  const timer = setInterval(() => void look(), INTERVAL);
  const begin = performance.now();
  const result = await work().finally(() => clearInterval(timer));
  await look();
  return { peak, result, seconds: (performance.now() - begin) / 1000 };
}

async function importAs(url, token, path, type, source) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': type };
  const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: Readable.from(source), duplex: 'half' });
  return drain(answer);
}

async function drain(answer) {
  if (!answer.ok) throw new Error(`${answer.url}: ${answer.status} ${await answer.text()}`);
  let bytes = 0;
  for await (const chunk of answer.body) bytes += chunk.byteLength;
  return bytes;
}

/** The chats of `token`, and those of everybody. */
export async function measureExports(server, token, admin, report) {
  for (const [path, owner] of [
    ['/api/v1/chats/all', token],
    ['/api/v1/chats/all/db', admin],
  ]) {
    const headers = { authorization: `Bearer ${owner}`, 'accept-encoding': 'identity' };
    const { peak, result, seconds } = await peakOf(server, async () =>
      drain(await fetch(`${server.url}${path}`, { headers })),
    );
    const value = `${Math.round(peak)} MB for ${Math.round(result / MB)} MB in ${Math.round(seconds)} s`;
    report(`export ${path}: memory`, value, '<= 200 MB', peak <= 200);
  }
}

/** Half of the chats as lines, half as an array. */
export async function measureImports(server, token, megabytes, report) {
  const half = Math.ceil(megabytes / 2);
  for (const [path, type, source] of [
    ['/api/v1/chats/import/lines', 'application/x-ndjson', lines],
    ['/api/v1/chats/import', 'application/json', array],
  ]) {
    const { peak, seconds } = await peakOf(server, () => importAs(server.url, token, path, type, source(half)));
    report(
      `import ${path}: memory`,
      `${Math.round(peak)} MB for ${half} MB in ${Math.round(seconds)} s`,
      '<= 450 MB',
      peak <= 450,
    );
  }
}
