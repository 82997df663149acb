import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import type { Source } from './env-readers';

/** The variables of the process, over those of a `.env` file in the working directory. Tests see no such file. */
export function readEnvironment(): Source {
  const file = process.env.NODE_ENV === 'test' ? '' : readFile('.env');
  return { ...parseEnv(file), ...process.env };
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
