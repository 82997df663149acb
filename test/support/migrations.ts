import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { MigrationClass } from '../../src/platform/database/database.module';

const SOURCES = resolve(__dirname, '../../src');

/** Every migration of the sources, by folder rather than by the wiring of modules, which takes seconds to load. */
export async function allMigrations(): Promise<MigrationClass[]> {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' });
  const migrations = files.filter((file) => /[\\/]migrations[\\/]\d+-[\w-]+\.ts$/.test(file));
  const modules = migrations.map((file) => import(join(SOURCES, file)) as Promise<Record<string, MigrationClass>>);
  return (await Promise.all(modules)).flatMap((exported) => Object.values(exported));
}
