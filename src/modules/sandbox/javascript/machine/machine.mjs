import { Buffer } from 'node:buffer';
import { MAX_PENDING, Requests } from './requests.mjs';
import { Stopwatch } from './stopwatch.mjs';
import { hostErrorOf } from './services.mjs';

/** Jobs between two looks at the limits. */
const JOBS = 1000;
const MAX_TIMER = 2 ** 31 - 1;

const OVERDUE = ['timeout', 'The code used too much processor time.'];
const OVERFLOWN = ['output', 'The code produced more output than it may.'];
const FULL = ['memory', 'The code needs more memory than it may use.'];
const UNSETTLED = ['raised', 'The result is a promise that can never settle.'];

/** Why a source gave no result; `details` is the stack. */
export class MachineError extends Error {
  constructor(failure, message, details = '') {
    super(message);
    this.failure = failure;
    this.details = details;
  }
}

/**
 * The work of one instance of a source on a core that nothing else uses meanwhile. Data crosses as text: no object of the
 * host is ever visible inside.
 *
 * `memoryBytes`: the most that the memory may grow to. `cpu`: milliseconds of processor time that a call may take.
 * `request(kind, payload, signal)`: what the source asks of the server. `print(stream, text)`. `outputLimit`: bytes of a
 * result, an event or an item. `onClose`: called once.
 */
export class Machine {
  requests = new Requests((...settled) => this.settle(...settled));
  timers = new Map();
  lastId = 0;
  watch = new Stopwatch();
  isInterrupted = false;
  isDead = false;
  isOverflown = false;
  isIdleAwaited = false;
  outcome;
  loaded;
  settleRun = () => undefined;
  /** For the owner of an instance. */
  onClose = () => undefined;

  constructor(core, options) {
    this.core = core;
    this.context = core.context;
    this.options = options;
    core.use(this);
  }

  use(options) {
    this.options = { ...this.options, ...options };
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
    this.watch = new Stopwatch();
    this.outcome = undefined;
    return new Promise((resolve, reject) => {
      if (this.isDead) reject(new MachineError('crash', 'The instance has ended.'));
      this.settleRun = ({ error, value }) => (error ? reject(error) : resolve(value));
    });
  }

  /** Called by what happens outside: execution counts, and what it made ready runs too. */
  enter(action) {
    if (this.isDead) return;
    this.watch.start();
    try {
      action();
      this.runJobs();
    } catch (error) {
      // The engine itself failed (its stack, an assertion): nothing of it can be used any more.
      this.core.isBroken = true;
      this.end(this.isFull() ? FULL : ['crash', `The engine stopped: ${String(error.message).slice(0, 200)}`]);
    }
    this.watch.stop();
    this.conclude();
  }

  runJobs() {
    while (!this.isDead && !this.isInterrupted && this.core.runtime.hasPendingJob()) {
      const { error } = this.core.runtime.executePendingJobs(JOBS);
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
    this.isInterrupted ||= this.watch.exceeds(this.options.cpu ?? Infinity);
    return this.isInterrupted || this.isDead;
  }

  /** True when the memory has grown to its end, or nearly. */
  isFull() {
    return this.core.memory.buffer.byteLength > 0.9 * this.options.memoryBytes;
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

  /** Ends everything. The memory is restored or released as a whole, so nothing in it has to be disposed. */
  close() {
    if (this.isDead) return;
    this.isDead = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.requests.close();
    this.timers.clear();
    this.onClose();
    this.options.onClose();
  }

  invoke(name, ...handles) {
    const { context } = this;
    const { inside } = this.core;
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

const describedError = (error) => (typeof error === 'object' && error !== null ? error : { message: String(error) });

/** A stack without the frames of the files that stand around the source. */
const framesOf = (stack) =>
  String(stack)
    .split('\n')
    .filter((line) => /\((?:tool|cell)\.js:/.test(line) || !/confab:|<input>|native\)/.test(line))
    .slice(0, 20)
    .join('\n');
