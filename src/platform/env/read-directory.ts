import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InvalidEnvError, readText, type Source } from './env-readers';

/** The absolute path. @throws InvalidEnvError when the directory, or the file that has to be in it, is not there. */
export function readDirectory(source: Source, name: string, file = ''): string | undefined {
  const text = readText(source, name);
  if (text === undefined) return undefined;
  const path = resolve(text);
  if (existsSync(join(path, file))) return path;
  throw new InvalidEnvError(name, text, file === '' ? 'expected a directory' : `expected a directory with an ${file}`);
}
