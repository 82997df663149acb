/**
 * Takes from a sandbox process what code inside it has no use for. Node's permission flags refuse files, processes and
 * threads; they do not refuse the network, signals or the inspector, so those are made to throw here.
 */
import { createRequire, syncBuiltinESMExports } from 'node:module';
import node from 'node:process';

const require = createRequire(import.meta.url);

const CLOSED_MODULES = [
  ...['child_process', 'cluster', 'dgram', 'dns', 'dns/promises', 'fs', 'fs/promises', 'http', 'http2', 'https', 'net'],
  ...['inspector', 'inspector/promises', 'module', 'repl', 'tls', 'trace_events', 'v8', 'vm', 'wasi', 'worker_threads'],
];

/** Members of `process` that Node itself needs while it runs; all other functions are closed. */
const OPEN_PROCESS = new Set([
  ...['nextTick', '_tickCallback', 'emit', 'emitWarning', 'on', 'once', 'off', 'addListener', 'removeListener'],
  ...['listenerCount', 'listeners', 'hrtime', 'uptime', 'memoryUsage', 'cpuUsage', 'cwd', '_fatalException'],
]);

/** Globals that remain: those of the language, and what engines call. */
const OPEN_GLOBALS = new Set([
  ...['Object', 'Function', 'Array', 'Number', 'parseFloat', 'parseInt', 'Infinity', 'NaN', 'undefined', 'Boolean'],
  ...[
    'String',
    'Symbol',
    'Date',
    'Promise',
    'RegExp',
    'Error',
    'AggregateError',
    'EvalError',
    'RangeError',
    'Iterator',
  ],
  ...[
    'ReferenceError',
    'SyntaxError',
    'TypeError',
    'URIError',
    'SuppressedError',
    'globalThis',
    'JSON',
    'Math',
    'Intl',
  ],
  ...['ArrayBuffer', 'Uint8Array', 'Int8Array', 'Uint16Array', 'Int16Array', 'Uint32Array', 'Int32Array', 'DataView'],
  ...['Float16Array', 'Float32Array', 'Float64Array', 'Uint8ClampedArray', 'BigUint64Array', 'BigInt64Array', 'BigInt'],
  ...['Map', 'Set', 'WeakMap', 'WeakSet', 'WeakRef', 'FinalizationRegistry', 'Proxy', 'Reflect', 'WebAssembly'],
  ...['DisposableStack', 'AsyncDisposableStack', 'decodeURI', 'decodeURIComponent', 'encodeURI', 'encodeURIComponent'],
  ...['escape', 'unescape', 'eval', 'isFinite', 'isNaN', 'TextDecoder', 'TextEncoder', 'URL', 'URLSearchParams'],
  ...['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate', 'queueMicrotask'],
  ...['AbortController', 'AbortSignal', 'DOMException', 'Event', 'EventTarget'],
]);

function refuse() {
  throw new Error('Not available in the sandbox');
}

function replace(object, key, value) {
  try {
    Object.defineProperty(object, key, { value, writable: false, configurable: false, enumerable: true });
  } catch {
    // Not configurable: a constant, or a class that is closed by its methods.
  }
}

/** Every function of the object throws, and so do the methods of its classes. */
function closeAll(object, depth) {
  for (const key of Object.getOwnPropertyNames(object)) if (key !== 'constructor') closeMember(object, key, depth);
}

function closeMember(object, key, depth) {
  const { get, value } = Object.getOwnPropertyDescriptor(object, key);
  if (typeof value === 'function') {
    if (value.prototype && depth > 0) closeAll(value.prototype, 0);
    replace(object, key, refuse);
  } else if (get) replace(object, key, undefined);
  else if (typeof value === 'object' && value !== null && depth > 0 && key !== 'constants') closeAll(value, depth - 1);
}

function closeModules() {
  for (const name of CLOSED_MODULES)
    try {
      closeAll(require(`node:${name}`), 2);
    } catch {
      // This release of Node has no such module.
    }
  syncBuiltinESMExports();
}

function closeProcess() {
  for (const key of Object.getOwnPropertyNames(node))
    if (typeof Object.getOwnPropertyDescriptor(node, key).value === 'function' && !OPEN_PROCESS.has(key))
      replace(node, key, refuse);
  for (const key of ['env', 'mainModule', 'argv', 'execArgv', 'execPath', 'config', 'report', 'permission', 'features'])
    replace(node, key, Object.freeze(Object.create(null)));
  for (const key of ['stdin', 'stdout', 'stderr', 'channel', 'pid', 'ppid']) replace(node, key, undefined);
  // Shown by the operating system.
  replace(node, 'title', 'confab-sandbox');
}

function closeGlobals() {
  const { getRandomValues } = globalThis.crypto;
  const random = globalThis.crypto;
  const clock = globalThis.performance;
  const { timeOrigin } = clock;
  for (const key of Object.getOwnPropertyNames(globalThis)) if (!OPEN_GLOBALS.has(key)) delete globalThis[key];
  const quiet = () => undefined;
  const open = {
    crypto: { getRandomValues: (array) => getRandomValues.call(random, array) },
    performance: { now: () => clock.now(), timeOrigin },
    console: { log: quiet, error: quiet, warn: quiet, info: quiet, debug: quiet, trace: quiet },
  };
  for (const [key, value] of Object.entries(open)) replace(globalThis, key, Object.freeze(value));
}

/** Once, after the last `import` and before any code of users. Values that were taken out before remain usable. */
export function lockDown() {
  closeModules();
  closeProcess();
  closeGlobals();
}
