import 'reflect-metadata';
import { isDeepStrictEqual } from 'node:util';
import { AppModule } from './app.module';
import { permissionTreeFrom } from './modules/groups/permissions';
import { BOOT_VARIABLES, SECRET_VARIABLES } from './platform/env/boot-variables';
import { Env } from './platform/env/env';
import type { Source } from './platform/env/env-readers';
import { listVariables, type ListedVariable } from './platform/settings/list-variables';
import { readSavedSettings } from './platform/settings/saved-settings';

/** `node dist/src/config-list.js [TEXT]`: every variable (whose name has the text) with its value, source and effect. */
async function main([filter = '']: string[]): Promise<void> {
  // Its classes declare the settings; nothing of it is started.
  void AppModule;
  const env = new Env();
  const saved = await readSavedSettings(env);
  const lines = [
    ...bootVariables(env.source),
    ...listVariables(env.source, saved ?? new Map()),
    ...permissions(env.source),
  ];
  const shown = lines.filter(({ name }) => name.includes(filter.toUpperCase()));
  const width = Math.max(...shown.map(({ name }) => name.length));
  for (const { name, value, source, effect } of shown)
    write(`${name.padEnd(width)}  ${source.padEnd(11)}  ${value}${effect ? `\n${''.padEnd(width)}  ${effect}` : ''}`);
  write(`${shown.length} variables. Precedence: default < environment (.env, process) < saved by an administrator.`);
  if (!saved) write('The database is not running: what administrators saved is not shown.');
}

const write = (text: string): void => void process.stdout.write(`${text}\n`);

/** What they do ends with their default. */
function bootVariables(source: Source): ListedVariable[] {
  return Object.entries(BOOT_VARIABLES).map(([name, text]) => {
    const [effect = '', fallback = 'none.'] = text.split(' Default: ');
    const given = source[name]?.trim() ?? '';
    if (given === '') return { name, value: fallback.replace(/\.$/, ''), source: 'default', effect };
    return { name, value: SECRET_VARIABLES.includes(name) ? '(secret)' : given, source: 'environment', effect };
  });
}

/** The variables are known by being read. */
function permissions(source: Source): ListedVariable[] {
  const names = new Set<string>();
  permissionTreeFrom(new Proxy(source, { get: (target, name: string) => (names.add(name), target[name]) }));
  const tree = permissionTreeFrom(source);
  const isOn = (name: string) => isDeepStrictEqual(permissionTreeFrom({ ...source, [name]: 'true' }), tree);
  return [...names].sort().map((name) => ({
    name,
    value: String(isOn(name)),
    source: source[name] === undefined ? 'default' : 'environment',
    effect: 'What every user may do, until an administrator saves the default permissions.',
  }));
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
