/**
 * Main module of a process for Python. First argument: JSON with the directories of Pyodide and of the library, and the
 * length of the memory snapshot that is open as a file; without a length it makes one and sends it.
 */
import fs from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import v8 from 'node:v8';
import { DATA_FD, die, sendSnapshot, serveTexts } from '../process/child.mjs';
import { zone, zones } from './lib/zones.mjs';

// Optimizing the interpreter would take more CPU time than most calls; code that runs for long still gets it.
v8.setFlagsFromString('--wasm-tiering-budget=20000000');

const { pyodide, library, snapshotLength } = JSON.parse(process.argv[2]);
const LIBRARY = '/lib/confab';
const WHEELS = '/lib/wheels';

const readDirectory = (path) =>
  fs.readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory())
      return readDirectory(join(path, entry.name)).map(([name, bytes]) => [`${entry.name}/${name}`, bytes]);
    return entry.name.endsWith('.py') ? [[entry.name, fs.readFileSync(join(path, entry.name))]] : [];
  });

function readSnapshot() {
  const bytes = new Uint8Array(snapshotLength);
  for (let offset = 0; offset < snapshotLength;) {
    const count = fs.readSync(DATA_FD, bytes, offset, snapshotLength - offset, offset);
    if (count === 0) throw new Error('The snapshot is too short');
    offset += count;
  }
  fs.closeSync(DATA_FD);
  return bytes;
}

const files = {
  'pyodide.asm.wasm': fs.readFileSync(join(pyodide, 'pyodide.asm.wasm')),
  'python_stdlib.zip': fs.readFileSync(join(pyodide, 'python_stdlib.zip')),
};
const { info } = JSON.parse(fs.readFileSync(join(pyodide, 'pyodide-lock.json'), 'utf8'));
const sources = readDirectory(library);
const snapshot = snapshotLength ? readSnapshot() : undefined;

/**
 * Pyodide is loaded as in a shell of V8, not as in Node: so it refers to no module of Node. Its inner half takes random
 * numbers from `crypto` only when it believes to be in a web worker.
 */
async function importPyodide() {
  const location = (name) => pathToFileURL(join(pyodide, name)).href;
  Object.defineProperty(globalThis, 'process', { value: undefined, writable: true, configurable: true });
  Object.assign(globalThis, { read: () => undefined, load: () => undefined });
  const { loadPyodide } = await import(location('pyodide.mjs'));
  const { default: createPyodideModule } = await import(location('pyodide.asm.mjs'));
  return { loadPyodide, createPyodideModule };
}

const { loadPyodide, createPyodideModule } = await importPyodide();

async function start() {
  globalThis.readbuffer = (path) => files[path.split('/').pop()];
  globalThis.print = () => undefined;
  globalThis.WorkerGlobalScope = function WorkerGlobalScope() {};
  const python = await loadPyodide({
    ...{ indexURL: '/pyodide/', lockFileContents: { info, packages: {} }, createPyodideModule },
    ...{ jsglobals: Object.create(null), env: { HOME: '/tmp', TZ: 'UTC', PYTHONDONTWRITEBYTECODE: '1' } },
    ...(snapshot ? { _loadSnapshot: snapshot } : { _makeSnapshot: true }),
  });
  endWith(python._api);
  for (const name of ['readbuffer', 'print', 'read', 'load', 'WorkerGlobalScope']) delete globalThis[name];
  for (const name of Object.keys(files)) delete files[name];
  for (const [name, bytes] of sources) {
    const path = `${LIBRARY}/${name}`;
    python.FS.mkdirTree(path.slice(0, path.lastIndexOf('/')));
    python.FS.writeFile(path, bytes);
  }
  python.FS.mkdirTree(WHEELS);
  return python;
}

/** Pyodide only marks itself as unusable after a fatal error, and its calls would never end. */
function endWith(api) {
  const fail = api.fatal_error;
  api.fatal_error = (cause) => {
    try {
      fail(cause);
    } catch (error) {
      if (error?.pyodide_fatal_error) die(`Fatal error of the interpreter: ${error}`);
      throw error;
    }
  };
}

/** Wheels are unpacked; extension modules are loaded by the import that needs them. */
function install(python) {
  return (_head, _text, bytes) => {
    python.unpackArchive(bytes, 'wheel', { extractDir: WHEELS });
    return '{"ok":null}';
  };
}

async function connect(host) {
  const python = await start();
  const runtime = python.pyimport('confab_runtime');
  runtime.attach(Object.assign(host, { zone, zones }));
  return {
    describe: (text) => {
      const { code, expects } = JSON.parse(text);
      return runtime.describe(code, expects);
    },
    parseValves: (text) => {
      const { code, expects, which, values } = JSON.parse(text);
      return runtime.parse_valves(code, expects, which, JSON.stringify(values));
    },
    call: (text) => runtime.call(text),
    run: (text) => runtime.run(text),
    open: (text) => runtime.open_instance(text),
    close: (text) => {
      runtime.close_instance(JSON.parse(text).instance);
    },
    cancel: (call) => runtime.cancel(call),
    install: install(python),
  };
}

async function make() {
  const python = await start();
  python.runPython(`
import sys
sys.path += ['${WHEELS}', '${LIBRARY}']
import confab_runtime
import gc
gc.collect()
`);
  sendSnapshot(python.makeMemorySnapshot());
}

if (snapshot) await serveTexts(connect);
else await make();
