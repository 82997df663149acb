import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Env } from './env';

/** Files shipped with the server. */
export const ASSETS = join(__dirname, '../../assets');

/** Directories of static files, by precedence: the administrator's, the front end's, the built-in one. */
export const staticRoots = ({ staticDir, frontendDir }: Pick<Env, 'staticDir' | 'frontendDir'>): string[] =>
  [staticDir, frontendDir && join(frontendDir, 'static'), join(ASSETS, 'static')].filter(
    (root) => root !== undefined && existsSync(root),
  ) as string[];

/** The file that is served at `/static/<name>`. @throws when no directory has it. */
export function readStaticFile(env: Pick<Env, 'staticDir' | 'frontendDir'>, name: string): Promise<Buffer> {
  const path = staticRoots(env)
    .map((root) => join(root, name))
    .find(existsSync);
  if (path === undefined) throw new Error(`Static file not found: ${name}`);
  return readFile(path);
}
