#!/usr/bin/env node
/**
 * Makes the memory snapshot of Python for `dist`, as the last step of a build, so that the first call of a tool need not
 * wait for it. Takes some seconds; a failure is printed and leaves the build as it is.
 */
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const { PythonRuntime } = require('../dist/src/modules/sandbox/python/python.runtime.js');
const { SnapshotStore } = require('../dist/src/modules/sandbox/process/snapshot-store.js');
const { Watchdog } = require('../dist/src/modules/sandbox/process/watchdog.js');

/** As the default of `SANDBOX_PROCESS_MEMORY_MB`. */
const settings = { process_memory_mb: 512 };
const snapshots = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist/snapshots');
const empty = mkdtempSync(join(tmpdir(), 'confab-snapshot-'));
const watchdog = new Watchdog();
const runtime = new PythonRuntime(settings, undefined, new SnapshotStore(snapshots), async () => empty, watchdog);
try {
  await runtime.start();
  // The server may run as another user than the build.
  chmodSync(snapshots, 0o755);
  for (const name of readdirSync(snapshots)) chmodSync(join(snapshots, name), 0o644);
} catch (error) {
  process.stderr.write(`The snapshot of Python was not made: ${error.message}\n`);
} finally {
  runtime.close();
  watchdog.close();
  rmSync(empty, { recursive: true, force: true });
}
