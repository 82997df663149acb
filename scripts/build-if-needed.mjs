#!/usr/bin/env node
/**
 * Builds `dist` when it is missing or was built from other files than those here; silent when it is up to date. Runs
 * before `npm start`. Of several that run at once, one builds and the others wait for it.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, linkSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const inputs = ['nest-cli.json', 'ormconfig.ts', 'package-lock.json', 'src', 'tsconfig.build.json', 'tsconfig.json'];
const main = join(root, 'dist/src/main.js');
const stamp = join(root, 'dist/.built-from');
const lock = join(root, '.build.lock');

/** Names, sizes and times of everything that goes into the build. */
function fingerprint() {
  const hash = createHash('sha256').update(process.version);
  const visit = (path) => {
    const stats = statSync(join(root, path));
    if (stats.isDirectory()) for (const name of readdirSync(join(root, path)).sort()) visit(`${path}/${name}`);
    else if (!path.endsWith('.spec.ts')) hash.update(`${path}\0${stats.size}\0${stats.mtimeMs}\n`);
  };
  inputs.forEach(visit);
  return hash.digest('hex');
}

const readText = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '');
const isUpToDate = () => existsSync(main) && readText(stamp) === fingerprint();

function isAlive(pid) {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function tryLock() {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (!isAlive(Number(readText(lock)))) breakLock();
    return false;
  }
}

/** Removes the lock of a killed build; one that another process has just created is put back. */
function breakLock() {
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
    if (isAlive(Number(readText(aside)))) linkSync(aside, lock);
    rmSync(aside);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes(error.code)) throw error;
  }
}

function build() {
  const nest = findCompiler();
  if (nest === undefined) {
    process.stderr.write(COMPILER_MISSING);
    process.exitCode = 1;
    return;
  }
  const before = fingerprint();
  rmSync(stamp, { force: true });
  const { status, error } = spawnSync(process.execPath, [nest, 'build'], { cwd: root, stdio: 'inherit' });
  if (error) throw error;
  if (status === 0) finish(before);
  else process.exitCode = status ?? 1;
}

/** A build without the snapshot works: the first use of the sandbox makes it. */
function finish(before) {
  spawnSync(process.execPath, [join(root, 'scripts/python-snapshot.mjs')], { cwd: root, stdio: 'inherit' });
  writeFileSync(stamp, before);
}

const COMPILER_MISSING =
  'Confab is not built, and the packages that build it are not installed. Either run "npm ci" (without --omit=dev, with\n' +
  'NODE_ENV unset) and start again, or copy "dist" from where it was built and leave "src" out.\n';

/** A development dependency, which `npm ci --omit=dev` leaves out. */
function findCompiler() {
  try {
    return createRequire(join(root, 'package.json')).resolve('@nestjs/cli/bin/nest.js');
  } catch {
    return undefined;
  }
}

async function buildOnce() {
  process.stderr.write('Building Confab...\n');
  while (!tryLock()) await sleep(100);
  try {
    if (!isUpToDate()) build();
  } finally {
    rmSync(lock, { force: true });
  }
}

// A deployment may hold only `dist`: nothing to compare with then.
const isBuiltElsewhere = existsSync(main) && !existsSync(join(root, 'src'));
if (!isBuiltElsewhere && !isUpToDate()) await buildOnce();
