import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { freePort, startProcess } from './server.mjs';

/**
 * Records the scenarios of `chat-flow-events.jsonl` again, against our server and the recording's own provider, and
 * compares them: `[{id, text}]`, one for each difference. Ids are `<scenario> <where>`.
 */
export async function replayChatFlow({ recordings, url }) {
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const fake = await startProcess(
    join(recordings, 'replayers/flow/fake.mjs'),
    { PORT: String(port) },
    `${address}/v1/models`,
  );
  const directory = await mkdtemp(join(tmpdir(), 'confab-flow-'));
  try {
    const out = join(directory, 'flow.jsonl');
    await record([join(recordings, 'replayers/flow/flow.mjs'), url, address, out]);
    return compare(scenariosOf(join(recordings, 'chat-flow-events.jsonl')), scenariosOf(out));
  } finally {
    await fake.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function record(command) {
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`The scenarios could not be run:\n${output.slice(-2000)}`);
}

function scenariosOf(path) {
  const lines = readFileSync(path, 'utf8').trim().split('\n').slice(1);
  return new Map(lines.map((line) => JSON.parse(line)).map((scenario) => [scenario.id, scenario]));
}

function compare(expected, actual) {
  const differences = [...expected].flatMap(([id, scenario]) =>
    differencesOf(prepared(scenario), prepared(actual.get(id) ?? {})).map(({ path, text }) => {
      const name = generalName(path) ?? `${id} ${path}`;
      return { id: name, text: `${name}: ${text}` };
    }),
  );
  return [...new Map(differences.map((difference) => [difference.id, difference])).values()];
}

/**
 * Events of another chat are the end of the scenario before, whose reply was not stopped. `error` beside `detail` is no
 * difference: see deviations.md.
 */
function prepared({ events = [], requests = [], ...scenario }) {
  const own = requests[0]?.body.chat_id;
  return {
    ...scenario,
    requests: requests.map(withoutErrorForm),
    events: own ? events.filter(({ chat_id: chat }) => chat === own) : events,
  };
}

function withoutErrorForm({ response, ...request }) {
  if (!isObject(response?.body) || !('detail' in response.body)) return { ...request, response };
  const { error: _, ...body } = response.body;
  return { ...request, response: { ...response, body } };
}

/** Rules that hold in every scenario have one line in the list, not one per scenario. */
function generalName(path) {
  return /^after\.history\.messages\.\w+\.(done|usage)$/.exec(path)?.[1].replace(/^/, 'stored ');
}

function differencesOf(expected, actual, path = '') {
  if (expected === '<any>' || isDeepStrictEqual(expected, actual)) return [];
  if (path === 'events') return eventDifferences(expected, actual);
  if (isObject(expected) && isObject(actual))
    return [...new Set([...Object.keys(expected), ...Object.keys(actual)])].flatMap((key) =>
      differencesOf(expected[key], actual[key], path ? `${path}.${key}` : key),
    );
  return [{ path, text: `expected ${show(expected)}, got ${show(actual)}` }];
}

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const show = (value) => String(JSON.stringify(value)).slice(0, 300);

/** Events that are missing (-) and that are too many (+), by the longest common sequence. */
function eventDifferences(expected, actual) {
  const lengths = commonLengths(expected, actual);
  const found = [];
  let [i, j] = [0, 0];
  const note = (sign, { data }) => found.push({ path: `events ${sign} ${data?.type}`, text: show(data) });
  while (i < expected.length && j < actual.length) {
    if (isDeepStrictEqual(expected[i], actual[j])) {
      i++;
      j++;
    } else if (lengths[i + 1][j] >= lengths[i][j + 1]) note('-', expected[i++]);
    else note('+', actual[j++]);
  }
  expected.slice(i).forEach((event) => note('-', event));
  actual.slice(j).forEach((event) => note('+', event));
  return found;
}

/** Length of the longest common sequence of what begins at `i` and at `j`. */
function commonLengths(expected, actual) {
  const lengths = Array.from({ length: expected.length + 1 }, () => new Array(actual.length + 1).fill(0));
  for (let i = expected.length - 1; i >= 0; i--)
    for (let j = actual.length - 1; j >= 0; j--)
      lengths[i][j] = isDeepStrictEqual(expected[i], actual[j])
        ? lengths[i + 1][j + 1] + 1
        : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
  return lengths;
}
