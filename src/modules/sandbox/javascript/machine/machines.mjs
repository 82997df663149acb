import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import { newQuickJSWASMModuleFromVariant, newVariant } from 'quickjs-emscripten-core';
import { Core } from './core.mjs';
import { Machine } from './machine.mjs';

const require = createRequire(import.meta.url);
const { QuickJSFFI } = require('@jitl/quickjs-wasmfile-release-sync/ffi');
const loader = loaderOf(require.resolve('@jitl/quickjs-wasmfile-release-sync/emscripten-module'));
const VARIANT = { type: 'sync', importFFI: async () => QuickJSFFI, importModuleLoader: async () => loader };

const LIBRARIES = ['prelude', 'source', 'valves', 'web', 'schema', 'intl', 'inspect'];
const PAGE = 65_536;
/** The engine demands as much at least. */
const MIN_PAGES = 256;

/** The engine's loader requires Node modules that it does not use; they do not exist in a restricted process. */
function loaderOf(path) {
  const names = ['module', 'exports', 'require', 'process', '__dirname', '__filename'];
  const define = compileFunction(readFileSync(path, 'utf8'), names);
  const module = { exports: {} };
  define(module, module.exports, () => Object.create(null), { argv: [] }, '/', '/engine.cjs');
  return module.exports;
}

/** Cores that wait for the next calls; each has some megabytes. */
const MAX_IDLE = 4;

/** Makes machines: the engine is compiled once, and cores are prepared ahead or restored for the next call. */
export class Machines {
  idle = [];

  /** `libraryPath`: the folder of the code around sources. Files are read here only. */
  constructor({ libraryPath, memoryBytes }) {
    this.libraries = new Map(LIBRARIES.map((name) => [name, readFileSync(`${libraryPath}/${name}.js`, 'utf8')]));
    this.pages = Math.max(MIN_PAGES, Math.floor(memoryBytes / PAGE));
    this.module = WebAssembly.compile(readFileSync(require.resolve('@jitl/quickjs-wasmfile-release-sync/wasm')));
  }

  /** A core that waits for its first machine, with everything done that does not depend on it. */
  async prepare() {
    // The engine's own limit counts allocations, not bytes: what bounds it is the memory itself.
    const memory = new WebAssembly.Memory({ initial: MIN_PAGES, maximum: this.pages });
    const variant = newVariant(VARIANT, {
      wasmModule: await this.module,
      wasmMemory: memory,
      emscriptenModule: { print: () => undefined, printErr: () => undefined },
    });
    return new Core(await newQuickJSWASMModuleFromVariant(variant), memory, (name) => this.library(name));
  }

  /** Prepares what the next call needs. */
  async warm() {
    if (this.idle.length === 0) this.idle.push(await this.prepare());
  }

  /** `cpu`, `request`, `print` and `outputLimit` as Machine has them. */
  async create(options) {
    const core = this.idle.pop() ?? (await this.prepare());
    return new Machine(core, { ...options, memoryBytes: this.pages * PAGE, onClose: () => this.release(core) });
  }

  /** After the result of the call is on its way. */
  release(core) {
    setImmediate(() => {
      if (this.idle.length < MAX_IDLE && core.restore()) this.idle.push(core);
    });
  }

  library(name) {
    const text = this.libraries.get(name);
    if (text === undefined) throw new TypeError('Unknown library');
    return text;
  }
}
