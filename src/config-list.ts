import './check-node';
import 'reflect-metadata';
import { refuseWeakKey } from './platform/crypto/secret-key';
import { Env } from './platform/env/env';
import { readSavedSettings } from './platform/settings/saved-settings';
import { describeStartError } from './start-error';
import { allVariables } from './variables';

/**
 * `node dist/src/config-list.js [TEXT]`: lists the variables whose name contains the text, by group, with value, source
 * and description. Fails for variables that prevent the start.
 */
async function main([filter = '']: string[]): Promise<void> {
  const env = new Env();
  if (env.secretKey !== undefined) refuseWeakKey(env, env.secretKey);
  // Invalid variables are reported even when the database cannot be reached.
  allVariables(env.source, new Map());
  const saved = await readSavedSettings(env);
  const variables = allVariables(env.source, saved ?? new Map());
  const shown = variables.filter(({ name }) => name.toUpperCase().includes(filter.toUpperCase()));
  const width = Math.max(...shown.map(({ name }) => name.length));
  for (const [index, { group, name, value, source, effect }] of shown.entries()) {
    if (group !== shown[index - 1]?.group) write(`\n[${group}]`);
    write(`${name.padEnd(width)}  ${source.padEnd(11)}  ${value}\n${''.padEnd(width)}  ${effect}`);
  }
  write(`\n${shown.length} variables. Precedence: default < environment (.env, process) < saved by an administrator.`);
  if (!saved) write('The database is not running: settings saved by administrators are not shown.');
}

const write = (text: string): void => void process.stdout.write(`${text}\n`);

main(process.argv.slice(2)).then(
  // Pipes are written asynchronously: an immediate exit would truncate the output.
  () => process.stdout.write('', () => process.exit(0)),
  (error: unknown) => {
    process.stderr.write(`${describeStartError(error)}\n`);
    process.exit(1);
  },
);
