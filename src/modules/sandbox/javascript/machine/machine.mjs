import { Buffer } from 'node:buffer';
import { cpuUsage } from 'node:process';
import { MAX_PENDING, Requests } from './requests.mjs';
import { hostErrorOf, services } from './services.mjs';

/** Beyond it, deep recursion of the source would exhaust the stack of the process instead. */
const STACK = 256 * 1024;
/** Jobs between two looks at the limits. */
const JOBS = 1000;
const MAX_TIMER = 2 ** 31 - 1;

const OVERDUE = ['timeout', 'The code used too much processor time.'];
const OVERFLOWN = ['output', 'The code produced more output than it may.'];
const FULL = ['memory', 'The code needs more memory than it may use.'];
const UNSETTLED = ['raised', 'The result is a promise that can never settle.'];

/** Milliseconds of this process: those of waiting, or of other processes on a busy machine, do not count. */
function processorTime() {
  const { user, system } = cpuUsage();
  return (user + system) / 1000;
}

/** Why a source gave no result; `details` is the stack. */
export class MachineError extends Error {
  constructor(failure, message, details = '') {
    super(message);
    this.failure = failure;
    this.details = details;
  }
}

/**
 * One engine with one global scope, in WebAssembly memory of its own, for the calls of one instance of a source. Data
 * crosses as text: no object of the host is ever visible inside.
 *
 * `cpu`: milliseconds of processor time that a call may take. `library(name)`: the text of a file of `lib`. `request(kind, payload,
 * signal)`: what the source asks of the server. `print(stream, text)`. `outputLimit`: bytes of a result, an event or an item.
 */
export class Machine {
  requests = new Requests((...settled) => this.settle(...settled));
  timers = new Map();
  lastId = 0;
  used = 0;
  sliceStart = processorTime();
  isInterrupted = false;
  isDead = false;
  isOverflown = false;
  isIdleAwaited = false;
  outcome;
  settleRun = () => undefined;

  constructor(quickjs, memory, options) {
    this.memory = memory;
    this.options = options;
    this.runtime = quickjs.newRuntime();
    this.runtime.setMaxStackSize(STACK);
    this.runtime.setInterruptHandler(() => this.isOverdue());
    this.runtime.setModuleLoader(
      (name) => (name === 'zod' ? 'const z = globalThis.z;\nexport { z };\nexport default z;' : unknownModule(name)),
      (_base, name) => name,
    );
    this.context = this.runtime.newContext();
    this.inside = this.prepare();
  }

  use(options) {
    this.options = { ...this.options, ...options };
  }

  /** Runs the first code and takes the functions that it returns. */
  prepare() {
    const { context } = this;
    const operations = services(this);
    const host = context.newFunction('host', (name, ...values) => this.serve(operations, name, values));
    const prelude = context.unwrapResult(context.evalCode(this.options.library('prelude'), 'confab:prelude'));
    const inside = context.unwrapResult(context.callFunction(prelude, context.undefined, host));
    const names = ['settle', 'fire', 'start', 'finish'];
    return Object.fromEntries(names.map((name) => [name, context.getProp(inside, name)]));
  }

  serve(operations, nameHandle, values) {
    const { context } = this;
    try {
      const name = context.getString(nameHandle);
      if (!Object.hasOwn(operations, name)) throw new TypeError('Unknown operation');
      return operations[name](...values);
    } catch (error) {
      return { error: context.newError(hostErrorOf(error)) };
    }
  }

  /** Runs `work` of the library `source` on the module and returns what it handed over. Rejects with MachineError. */
  async run(work, module, payload) {
    const result = this.begin();
    this.enter(() => {
      this.loaded ??= this.checked(this.context.evalCode(module, 'tool.js', { type: 'module' }), 'source');
      if (this.loaded) this.invoke('start', this.text(work), this.loaded, this.text(JSON.stringify(payload)));
    });
    return result;
  }

  /** Runs a script to its end, with everything that it still waits for then. Returns the text of its last value. */
  async runScript(code, isModule) {
    const result = this.begin();
    this.isIdleAwaited = true;
    this.enter(() => {
      const value = this.checked(
        this.context.evalCode(code, 'cell.js', { type: isModule ? 'module' : 'global' }),
        'raised',
      );
      if (value) this.invoke('finish', value, isModule ? this.context.true : this.context.false);
    });
    return result;
  }

  begin() {
    this.used = 0;
    this.outcome = undefined;
    return new Promise((resolve, reject) => {
      if (this.isDead) reject(new MachineError('crash', 'The instance has ended.'));
      this.settleRun = ({ error, value }) => (error ? reject(error) : resolve(value));
    });
  }

  /** Called by what happens outside: execution counts, and what it made ready runs too. */
  enter(action) {
    if (this.isDead) return;
    this.sliceStart = processorTime();
    try {
      action();
      this.runJobs();
    } catch (error) {
      // The engine itself failed (its stack, an assertion): nothing of it can be used any more.
      this.end(this.isFull() ? FULL : ['crash', `The engine stopped: ${String(error.message).slice(0, 200)}`]);
    }
    this.used += processorTime() - this.sliceStart;
    this.conclude();
  }

  runJobs() {
    while (!this.isDead && !this.isInterrupted && this.runtime.hasPendingJob()) {
      const { error } = this.runtime.executePendingJobs(JOBS);
      error?.dispose();
    }
  }

  /** Ends the run when its result is there, or when nothing can bring one about. */
  conclude() {
    if (this.isDead) return;
    const isIdle = this.requests.size === 0 && this.timers.size === 0;
    if (this.isInterrupted) this.end(this.isOverflown ? OVERFLOWN : OVERDUE);
    else if (this.outcome) {
      if (isIdle || !this.isIdleAwaited) this.settleRun(this.outcome);
    } else if (isIdle) this.end(this.isFull() ? FULL : UNSETTLED);
  }

  end([failure, message]) {
    this.fail(new MachineError(failure, message));
    this.close();
  }

  isOverdue() {
    this.isInterrupted ||= this.used + processorTime() - this.sliceStart > (this.options.cpu ?? Infinity);
    return this.isInterrupted || this.isDead;
  }

  /** True when the memory has grown to its end, or nearly. */
  isFull() {
    return this.memory.buffer.byteLength > 0.9 * this.options.memoryBytes;
  }

  checked(result, failure) {
    if (!result.error) return result.value;
    const { name = '', message = '', stack = '' } = describedError(this.context.dump(result.error));
    result.error.dispose();
    this.reject({ name, message, stack }, failure);
    return undefined;
  }

  /** The source ended with an error. */
  reject({ name, message, stack }, failure = 'raised') {
    const isMemory = name === 'InternalError' && message === 'out of memory';
    const details = `${name}: ${message}\n${framesOf(stack)}`.trim();
    this.outcome ??= isMemory
      ? { error: new MachineError(...FULL, details) }
      : { error: new MachineError(failure, message || name, details) };
  }

  resolve(value) {
    this.outcome ??= { value };
  }

  /** The text, unless it is more than the source may send at once. */
  checkOutput(text) {
    if (Buffer.byteLength(text) <= (this.options.outputLimit ?? Infinity)) return text;
    this.overflow();
    throw new RangeError(OVERFLOWN[1]);
  }

  /** More output than allowed. */
  overflow() {
    this.isOverflown = true;
    this.isInterrupted = true;
  }

  fail(error) {
    this.outcome = { error };
    this.settleRun(this.outcome);
  }

  /** Ends everything. The memory is released as a whole, so nothing in it has to be disposed. */
  close() {
    this.isDead = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.requests.close();
    this.timers.clear();
    this.onClose?.();
  }

  invoke(name, ...handles) {
    const { context, inside } = this;
    const { error, value } = context.callFunction(inside[name], context.undefined, ...handles);
    error?.dispose();
    value?.dispose();
    for (const handle of handles) if (handle.alive && handle !== this.loaded) handle.dispose();
  }

  text(value) {
    return this.context.newString(value);
  }

  /** A request of the source: returns its number, and settles its promise later. */
  request(kind, payload) {
    const id = (this.lastId += 1);
    const { request } = this.options;
    this.requests.add(id, (signal) => request(kind, payload, signal));
    return id;
  }

  settle(id, isDone, value) {
    this.enter(() => {
      const { context } = this;
      const json = JSON.stringify((isDone ? value : hostErrorOf(value)) ?? null);
      this.invoke('settle', context.newNumber(id), isDone ? context.true : context.false, this.text(json));
    });
  }

  addTimer(delay) {
    if (this.timers.size >= MAX_PENDING) throw new RangeError('Too many timers');
    const id = (this.lastId += 1);
    const fire = () => {
      this.timers.delete(id);
      this.enter(() => this.invoke('fire', this.context.newNumber(id)));
    };
    this.timers.set(id, setTimeout(fire, Math.min(MAX_TIMER, Math.max(0, Number(delay) || 0))));
    return id;
  }

  clearTimer(id) {
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
  }
}

function unknownModule(name) {
  return { error: new Error(`The module "${name.slice(0, 100)}" is not available in the sandbox`) };
}

const describedError = (error) => (typeof error === 'object' && error !== null ? error : { message: String(error) });

/** A stack without the frames of the files that stand around the source. */
const framesOf = (stack) =>
  String(stack)
    .split('\n')
    .filter((line) => /\((?:tool|cell)\.js:/.test(line) || !/confab:|<input>|native\)/.test(line))
    .slice(0, 20)
    .join('\n');
