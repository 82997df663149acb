import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Variables that the first line of a recording asks for. */
export function environmentOf(file) {
  const [first = '{}'] = readFileSync(file, 'utf8').split('\n', 1);
  const { env, meta } = JSON.parse(first);
  return env ?? meta?.env ?? {};
}

/** Sends the lines of a recording whose path matches, in order. @returns one `{id, text}` for each difference. */
export async function replayLines({ golden, file, paths, url, peers }) {
  const directory = await mkdtemp(join(tmpdir(), 'confab-lines-'));
  const selection = join(directory, file);
  try {
    const lines = readFileSync(join(golden, file), 'utf8').split('\n');
    await writeFile(selection, lines.filter((line) => line && paths.test(JSON.parse(line).request?.path)).join('\n'));
    return await differencesOf([join(golden, 'replay.mjs'), url, selection], peers);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function differencesOf(command, peers) {
  const env = { ...process.env, ...peers };
  const child = spawn(process.execPath, command, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  const code = await new Promise((resolve) => child.on('close', resolve));
  const blocks = output.split(/^(?=FAIL )/m).filter((block) => block.startsWith('FAIL '));
  const isComplete = /\d+ exchanges, \d+ ok/.test(output);
  if (!isComplete || (code !== 0) !== blocks.length > 0) throw new Error(`The replay broke off:\n${output}`);
  return blocks.map((text) => ({ id: text.split(' ')[1], text: text.replace(/\n\S*: \d+ exchanges[^]*$/, '\n') }));
}
