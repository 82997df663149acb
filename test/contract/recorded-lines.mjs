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

/**
 * Sends the lines of a recording whose path matches, in order; `isSent` chooses further by their id. `replace` maps texts of the recording to others.
 * @returns one `{id, text}` for each difference.
 */
export async function replayLines({ recordings, file, paths, isSent = () => true, replace = {}, url, peers }) {
  const directory = await mkdtemp(join(tmpdir(), 'confab-lines-'));
  const selection = join(directory, file);
  try {
    const recording = readFileSync(join(recordings, file), 'utf8');
    const text = Object.entries(replace).reduce((result, [from, to]) => result.replaceAll(from, to), recording);
    const isWanted = ({ id, request }) => paths.test(request?.path) && isSent(id);
    const lines = text.split('\n').filter((line) => line && isWanted(JSON.parse(line)));
    await writeFile(selection, lines.join('\n'));
    return await differencesOf([join(recordings, 'replayers/replay.mjs'), url, selection], peers);
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
  return blocks
    .map((text) => ({ id: text.split(' ')[1], text: text.replace(/\n\S*: \d+ exchanges[^]*$/, '\n') }))
    .flatMap(withoutErrorForms);
}

/** The form of `error` beside the recorded `detail`, by the routes that have it: see deviations.md. Long values are cut. */
const ERROR_FORMS = [
  [
    /^\/(?:openai|ollama\/v1|api\/(?:v1\/)?(?:chat\/completions|embeddings|models))(?:[/?]|$)/,
    /^ +\$\.error: unexpected \{ *"message": *"(?:.*"type": *"\w+", *"code": *(?:null|"\w+") *\}|.*…)\n?/gm,
  ],
  [/^\/ollama(?:[/?]|$)/, /^ +\$\.error: unexpected "(?:.*"|.*…)\n?/gm],
];

/** Nothing when the form of the error was the only difference. */
function withoutErrorForms({ id, text }) {
  const path = / (\/\S*)\)$/.exec(text.split('\n', 1)[0])?.[1] ?? '';
  const form = ERROR_FORMS.find(([paths]) => paths.test(path))?.[1];
  const rest = form ? text.replace(form, '') : text;
  return rest.trimEnd().includes('\n') ? [{ id, text: rest }] : [];
}
