/**
 * First code of every machine: evaluates to a function that takes the host and returns what the host calls. Everything
 * but strings, numbers and bytes crosses as JSON. What is rarely used stands in the other files and is loaded by name.
 */
'use strict';
(function (host) {
  const { parse, stringify } = JSON;
  // Taken now: a source may replace the global one.
  const evaluate = eval;
  const { defineProperty, fromEntries } = Object;
  const pending = new Map();
  const timers = new Map();
  const libraries = new Map();

  /** An operation of the host that takes time. */
  function request(kind, payload, signal) {
    return new Promise((resolve, reject) => {
      const id = host('request', kind, toJson(payload));
      pending.set(id, { resolve, reject });
      signal?.addEventListener('abort', () => {
        if (!pending.delete(id)) return;
        host('cancel', id);
        reject(signal.reason);
      });
    });
  }

  function settle(id, isDone, json) {
    const waiting = pending.get(id);
    pending.delete(id);
    if (!waiting) return;
    if (isDone) waiting.resolve(parse(json));
    else waiting.reject(revived(parse(json)));
  }

  function revived({ name, message }) {
    const error = new (name === 'TypeError' ? TypeError : Error)(message);
    if (name && name !== error.name) error.name = name;
    return error;
  }

  function toJson(value) {
    return stringify(value === undefined ? null : value, plain) ?? 'null';
  }

  /** What JSON has no form for. */
  function plain(_key, value) {
    if (typeof value === 'bigint') return BigInt.asIntN(53, value) === value ? Number(value) : String(value);
    if (typeof value !== 'object' || value === null) return value;
    if (value instanceof Map) return fromEntries(value);
    if (value instanceof Set) return [...value];
    if (value instanceof Error) return { name: value.name, message: value.message };
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return host('toBase64', bytesOf(value));
    return value;
  }

  /** The bytes of a buffer or view as a buffer of their own. */
  function bytesOf(value) {
    if (value instanceof ArrayBuffer) return value;
    return value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength);
  }

  /** The exports of another file. */
  function library(name) {
    if (!libraries.has(name)) libraries.set(name, evaluate(host('library', name))(shared));
    return libraries.get(name);
  }

  const shared = { host, request, library, bytesOf, toJson, hidden };

  function hidden(target, name, value) {
    defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
  }

  /** A global that loads its file when it is first read. */
  function lazy(name, file) {
    defineProperty(globalThis, name, {
      configurable: true,
      get() {
        hidden(globalThis, name, library(file)[name]);
        return globalThis[name];
      },
      set(value) {
        hidden(globalThis, name, value);
      },
    });
  }

  function addTimer(callback, delay, args, isRepeated) {
    if (typeof callback !== 'function') throw new TypeError('The callback of a timer has to be a function');
    const id = host('timer', Math.max(isRepeated ? 1 : 0, Number(delay) || 0));
    timers.set(id, { callback, args, delay, isRepeated, id });
    return id;
  }

  /** Called by the host. A repeated timer gets a new number there, and keeps the one that the source knows. */
  function fire(id) {
    for (const [known, timer] of timers) {
      if (timer.id !== id) continue;
      if (timer.isRepeated) timer.id = host('timer', Math.max(1, Number(timer.delay) || 0));
      else timers.delete(known);
      timer.callback(...timer.args);
      return;
    }
  }

  function clear(id) {
    const timer = timers.get(id);
    timers.delete(id);
    if (timer) host('clear', timer.id);
  }

  function print(stream, values) {
    const isText = values.length === 1 && typeof values[0] === 'string' && !values[0].includes('%');
    host('print', stream, stringify(isText ? values[0] : library('inspect').format(values)));
  }

  /** Whole numbers below 2 ** 32, by the algorithm sfc32. */
  function generator([a, b, c, count]) {
    return () => {
      const sum = (a + b + count) | 0;
      count = (count + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + sum) | 0;
      return sum >>> 0;
    };
  }

  function notAvailable(name) {
    throw new Error(`${name} is not available in the sandbox`);
  }

  const out = (...values) => print('stdout', values);
  const err = (...values) => print('stderr', values);
  const nothing = () => undefined;
  const counts = new Map();
  hidden(globalThis, 'console', {
    ...{ log: out, info: out, debug: out, dir: (value) => out(value), table: out, group: out, groupCollapsed: out },
    ...{ error: err, warn: err, trace: err, groupEnd: nothing, time: nothing, timeEnd: nothing, timeLog: nothing },
    assert: (isTrue, ...values) => {
      if (!isTrue) err('Assertion failed', ...values);
    },
    count: (label = 'default') => {
      counts.set(label, (counts.get(label) ?? 0) + 1);
      out(`${label}: ${counts.get(label)}`);
    },
  });
  hidden(globalThis, 'setTimeout', (callback, delay, ...args) => addTimer(callback, delay, args, false));
  hidden(globalThis, 'setInterval', (callback, delay, ...args) => addTimer(callback, delay, args, true));
  hidden(globalThis, 'setImmediate', (callback, ...args) => addTimer(callback, 0, args, false));
  for (const name of ['clearTimeout', 'clearInterval', 'clearImmediate']) hidden(globalThis, name, clear);
  hidden(globalThis, 'queueMicrotask', (callback) => void Promise.resolve().then(() => callback()));
  hidden(globalThis, 'btoa', (text) => host('btoa', stringify(String(text))));
  hidden(globalThis, 'atob', (text) => parse(host('atob', stringify(String(text)))));
  hidden(globalThis, 'performance', { now: () => host('now'), timeOrigin: host('timeOrigin') });
  let nextInteger;
  /** The engine's own generator is part of the memory that every call starts with. */
  hidden(Math, 'random', function random() {
    nextInteger ??= generator(new Uint32Array(host('random', 16)));
    return (nextInteger() * 2 ** 21 + (nextInteger() >>> 11)) / 2 ** 53;
  });
  hidden(globalThis, 'crypto', {
    randomUUID: () => host('uuid'),
    getRandomValues(view) {
      new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(
        new Uint8Array(host('random', view.byteLength)),
      );
      return view;
    },
    subtle: {
      digest: async (algorithm, data) => host('digest', String(algorithm?.name ?? algorithm), bytesOf(data)),
    },
  });
  hidden(globalThis, 'require', (name) =>
    name === 'zod' ? library('schema') : notAvailable(`The module "${String(name).slice(0, 100)}"`),
  );
  const web =
    'URL URLSearchParams Headers Request Response FormData Blob File AbortController AbortSignal DOMException Event ' +
    'EventTarget TextEncoder TextDecoder structuredClone fetch';
  for (const name of web.split(' ')) lazy(name, 'web');
  lazy('Intl', 'intl');
  lazy('z', 'schema');
  for (const [type, kind] of [
    [Number, 'NumberFormat'],
    [BigInt, 'NumberFormat'],
    [Date, 'DateTimeFormat'],
  ]) {
    hidden(type.prototype, 'toLocaleString', function (locales, options) {
      return library('intl').localized(kind, this, locales, options);
    });
  }
  hidden(Date.prototype, 'toLocaleDateString', function (locales, options) {
    return library('intl').localized('date', this, locales, options);
  });
  hidden(Date.prototype, 'toLocaleTimeString', function (locales, options) {
    return library('intl').localized('time', this, locales, options);
  });
  for (const name of ['SharedArrayBuffer', 'Atomics']) delete globalThis[name];

  function fail(error) {
    const isError = error instanceof Error;
    const message = isError ? error.message || error.name : library('inspect').plainText(error);
    const isLoad = isError && library('source').isLoadError(error);
    const { name, stack } = isError ? error : { name: '', stack: '' };
    host('fail', isLoad ? 'source' : 'raised', toJson({ message, name, stack }));
  }

  /** Runs `work` of the library `source` on the module and hands its result to the host. */
  async function start(work, loading, json) {
    try {
      host('done', toJson(await library('source')[work](loading, parse(json))));
    } catch (error) {
      fail(error);
    }
  }

  /** The value that a script ended with; modules leave theirs behind. */
  async function finish(loading, isModule) {
    try {
      const last = await loading;
      const value = isModule ? await globalThis.__confab_result : last;
      host('done', stringify(value === undefined ? '' : library('inspect').inspect(value)));
    } catch (error) {
      fail(error);
    }
  }

  // Every call needs it.
  library('source');
  return {
    settle,
    fire,
    start: (work, loading, json) => void start(work, loading, json),
    finish: (loading, isModule) => void finish(loading, isModule),
  };
});
