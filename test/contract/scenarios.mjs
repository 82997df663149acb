import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs the completions of a recording, against our server and the stand-ins that it names: `[{id, text}]`, one for each
 * line that differs. `isSent` chooses lines by their id; `added` has requests that follow a line, by its id.
 */
export const replayScenarios =
  (file, isSent = () => true, added = {}) =>
  async ({ recordings, url, peers }) => {
    const directory = await mkdtemp(join(tmpdir(), 'confab-scenarios-'));
    const selection = join(directory, file);
    try {
      const lines = readFileSync(join(recordings, file), 'utf8').split('\n');
      const sent = lines.filter((line) => line && isSent(JSON.parse(line).id));
      const withAdded = sent.flatMap((line) => [line, ...(added[JSON.parse(line).id] ?? []).map(JSON.stringify)]);
      await writeFile(selection, withAdded.join('\n'));
      return await differencesOf([join(recordings, 'replayers/replay_pipeline.mjs'), url, selection], peers);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  };

async function differencesOf(command, peers) {
  const env = { ...process.env, ...peers, SIO_MODULES: ROOT };
  const child = spawn(process.execPath, command, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  const code = await new Promise((resolve) => child.on('close', resolve));
  const blocks = output.split(/^(?=FAIL )/m).filter((block) => block.startsWith('FAIL '));
  const isComplete = /\d+ lines, \d+ ok/.test(output);
  if (!isComplete || (code !== 0) !== blocks.length > 0) throw new Error(`The replay broke off:\n${output}`);
  return blocks.flatMap((text) => {
    const lines = text
      .replace(/\n\S*: \d+ lines[^]*$/, '\n')
      .trimEnd()
      .split('\n');
    const rest = lines.slice(1).filter((line) => !GENERAL.some((rule) => rule.test(line)));
    return rest.length === 0 ? [] : [{ id: text.split(' ')[1], text: [lines[0], ...rest, ''].join('\n') }];
  });
}

/** What holds in every scenario, see deviations.md: stored messages say that they are done; errors have a second form. */
const GENERAL = [/^ +message\.(done|usage): unexpected/, /^ +answer\.body\.error: unexpected \{"message":/];
