import { realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { LanguageRuntime, InstalledFile, ProcessStart } from '../process/language-runtime';
import { nodeFlags } from '../process/node-flags';
import type { SandboxSettings } from '../sandbox.settings';

const MEGABYTE = 1_048_576;
/** Megabytes of the process itself: Node, the parser and the engine. */
const BASE = 110;
/** Packages that a process loads. */
const PACKAGES = ['@babel/parser', 'amaro', 'quickjs-emscripten-core', '@jitl/quickjs-ffi-types'];
const ENGINE = '@jitl/quickjs-wasmfile-release-sync';

/** JavaScript and TypeScript by QuickJS as WebAssembly: a machine of its own for every call. */
export class JavascriptRuntime implements LanguageRuntime {
  readonly language = 'javascript';
  readonly footprint = BASE;

  constructor(private readonly settings: SandboxSettings) {}

  async start(): Promise<ProcessStart> {
    const own = realpathSync(__dirname);
    const inside = realpathSync(join(__dirname, '..', 'process'));
    const packages = [...PACKAGES, ENGINE].map((name) => packageDirectory(name) + sep);
    const readable = [own + sep, join(inside, 'child.mjs'), join(inside, 'lockdown.mjs'), ...packages];
    const megabytes = Math.max(32, this.settings.process_memory_mb - BASE);
    const memory = { memoryBytes: megabytes * MEGABYTE, cpu: this.settings.cpu_seconds * 1000 };
    return {
      command: process.execPath,
      args: [...nodeFlags(readable, { wasm: megabytes, heap: 128 }), join(own, 'runner.mjs'), JSON.stringify(memory)],
    };
  }

  filesFor(): Promise<readonly InstalledFile[]> {
    return Promise.resolve([]);
  }

  close(): void {
    // No open files.
  }
}

/** The directory of an installed package. */
function packageDirectory(name: string): string {
  const main = realpathSync(require.resolve(name));
  const mark = join('node_modules', ...name.split('/'));
  return main.slice(0, main.lastIndexOf(mark) + mark.length) || dirname(main);
}
