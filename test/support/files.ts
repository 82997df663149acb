import { readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

export const ROOT = resolve(__dirname, '../..');

const NOT_OURS = new Set(['.git', '.tmp', 'coverage', 'data', 'dist', 'node_modules']);

/** The project's own files below a folder, as paths from the root. */
export function projectFiles(folder = '.'): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = relative(ROOT, join(ROOT, folder, entry.name));
    // `.git` is a file where the repository is checked out a second time.
    if (NOT_OURS.has(entry.name)) return [];
    if (entry.isDirectory()) return projectFiles(path);
    return entry.isFile() ? [path] : [];
  });
}
