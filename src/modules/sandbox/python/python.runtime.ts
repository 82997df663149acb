import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { LanguageRuntime, InstalledFile, ProcessStart } from '../process/language-runtime';
import { nodeFlags } from '../process/node-flags';
import { sandboxError, SandboxProcess } from '../process/sandbox-process';
import type { Snapshot, SnapshotStore } from '../process/snapshot-store';
import type { Watchdog } from '../process/watchdog';
import type { SandboxSettings } from '../sandbox.settings';
import type { PythonPackages } from './python-packages';

/** Megabytes of a process besides the heap of the interpreter. */
const BASE = 160;
/** Milliseconds: Python starts and imports the library, on a machine under load. */
const SNAPSHOT_LIMIT = 300_000;
const MAX_SNAPSHOT = 200_000_000;

/**
 * Python by Pyodide: CPython as WebAssembly. Processes start from a snapshot of its memory in which the library is
 * loaded; it is made at the first use and stored.
 */
export class PythonRuntime implements LanguageRuntime {
  readonly language = 'python';
  readonly footprint = 200;
  private snapshot: Promise<Snapshot> | undefined;
  /** Makes the snapshot. */
  private maker: SandboxProcess | undefined;
  private isClosed = false;

  constructor(
    private readonly settings: SandboxSettings,
    private readonly packages: PythonPackages,
    private readonly store: SnapshotStore,
    private readonly directory: () => Promise<string>,
    private readonly watchdog: Watchdog,
  ) {}

  async start(): Promise<ProcessStart> {
    this.snapshot ??= this.openSnapshot();
    this.snapshot.catch(() => (this.snapshot = undefined));
    const { file, length } = await this.snapshot;
    return { ...this.command(length), data: file.fd };
  }

  filesFor(code: string): Promise<readonly InstalledFile[]> {
    return this.packages.filesFor(code);
  }

  close(): void {
    this.isClosed = true;
    this.maker?.fail('crash');
    void this.snapshot?.then(({ file }) => file.close()).catch(() => undefined);
    this.snapshot = undefined;
  }

  private command(snapshotLength: number): ProcessStart {
    const pyodide = pyodideDirectory();
    const library = realpathSync(join(__dirname, 'lib'));
    const runner = realpathSync(join(__dirname, 'runner.mjs'));
    const inside = realpathSync(join(__dirname, '..', 'process'));
    const readable = [pyodide + sep, library + sep, runner, join(inside, 'child.mjs'), join(inside, 'lockdown.mjs')];
    const limits = { wasm: Math.max(64, this.settings.process_memory_mb - BASE), heap: 96 };
    return {
      command: process.execPath,
      args: [...nodeFlags(readable, limits), runner, JSON.stringify({ pyodide, library, snapshotLength })],
    };
  }

  private async openSnapshot(): Promise<Snapshot> {
    return this.store.open('python', await keyOfSnapshot(), () => this.make());
  }

  /** Some five seconds of CPU time. */
  private async make(): Promise<Uint8Array> {
    const limits = { output: 0, frame: MAX_SNAPSHOT, start: SNAPSHOT_LIMIT, directory: await this.directory() };
    if (this.isClosed) throw sandboxError('crash');
    this.maker = new SandboxProcess(this.command(0), limits, this.watchdog);
    try {
      return await this.maker.snapshot();
    } finally {
      this.maker.fail('crash');
    }
  }
}

const pyodideDirectory = (): string => realpathSync(dirname(require.resolve('pyodide')));

/** Of everything that the snapshot depends on. */
async function keyOfSnapshot(): Promise<string> {
  const hash = createHash('sha256');
  hash.update(await readFile(join(pyodideDirectory(), 'package.json')));
  hash.update(await readFile(join(__dirname, 'runner.mjs')));
  const library = join(__dirname, 'lib');
  const names = (await readdir(library, { recursive: true })).filter((name) => name.endsWith('.py')).sort();
  for (const name of names) hash.update(name).update(await readFile(join(library, name)));
  return hash.digest('hex').slice(0, 16);
}
