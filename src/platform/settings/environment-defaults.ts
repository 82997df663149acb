import { validateSync } from 'class-validator';
import { InvalidEnvError, type Source } from '../env/env-readers';
import { variablesOf, type EnvParser, type SettingsClass } from './decorators';

const SECRET = '(secret)';

/** Code defaults, overridden by the environment. @throws InvalidEnvError with variable, value and allowed values. */
export function defaultsOf<T extends object>(type: SettingsClass<T>, source: Source): T {
  const section = new type() as Record<string, unknown>;
  for (const { key, names, isSecret, parse = parserFor(section[key]) } of variablesOf(type)) {
    const name = nameInUse(names, source);
    if (name === undefined) continue;
    const value = read(() => parse(source[name] ?? '', name, source), isSecret);
    if (value !== undefined) section[key] = value;
  }
  return section as T;
}

/** As `defaultsOf`, validated by the rules of the fields. */
export function validDefaultsOf<T extends object>(type: SettingsClass<T>, source: Source): T {
  const section = defaultsOf(type, source);
  const [error] = validateSync(section, { forbidUnknownValues: false });
  if (!error) return section;
  const allowed = Object.values(error.constraints ?? { invalid: 'invalid value' }).join(', ');
  const { names = [], isSecret = false } = variablesOf(type).find(({ key }) => key === error.property) ?? {};
  const name = nameInUse(names, source);
  if (name === undefined) throw new Error(`Invalid default of the setting ${error.property}: ${allowed}`);
  throw new InvalidEnvError(name, isSecret ? SECRET : (source[name] ?? ''), allowed);
}

/** The first name with a value, otherwise the first one that is set: an empty variable does not hide an older name. */
function nameInUse(names: readonly string[], source: Source): string | undefined {
  const set = names.filter((name) => source[name] !== undefined);
  return set.find((name) => source[name]?.trim() !== '') ?? set[0];
}

function read(parse: () => unknown, isSecret: boolean): unknown {
  try {
    return parse();
  } catch (error) {
    if (isSecret && error instanceof InvalidEnvError) throw new InvalidEnvError(error.variable, SECRET, error.allowed);
    throw error;
  }
}

function parserFor(example: unknown): EnvParser {
  if (typeof example === 'boolean') return parseBoolean;
  if (typeof example === 'number') return parseNumber;
  if (typeof example === 'string' || example === null) return (text) => text;
  return (text, name) => (text.trim() === '' ? undefined : parseJson(text, name));
}

function parseBoolean(text: string, name: string): boolean | undefined {
  if (text.trim() === '') return undefined;
  if (/^(true|1|yes|on)$/i.test(text.trim())) return true;
  if (/^(false|0|no|off)$/i.test(text.trim())) return false;
  throw new InvalidEnvError(name, text, 'expected true or false');
}

function parseNumber(text: string, name: string): number | undefined {
  if (text.trim() === '') return undefined;
  const value = Number(text);
  if (Number.isNaN(value)) throw new InvalidEnvError(name, text, 'expected a number');
  return value;
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidEnvError(name, text, 'expected JSON');
  }
}
