import { compileCell } from './compile/cell.mjs';
import { compile } from './compile/compile.mjs';
import { CompileError } from './compile/syntax.mjs';
import { MachineError } from './machine/machine.mjs';
import { Bridge } from './machine/bridge.mjs';

const MAX_LOG = 8192;
const MAX_LOGS = 1000;
/** A process runs one source; the other entries are for those who use the engine directly. */
const MAX_COMPILED = 8;

/** Runs sources of JavaScript and TypeScript. Methods resolve to an envelope, `{ok}` or `{error}`, and never reject. */
export class JavascriptEngine {
  compiled = new Map();
  running = new Map();
  instances = new Map();
  lastInstance = 0;

  /** `machines`: see Machines. `cpu`: milliseconds of execution per call. */
  constructor(machines, { cpu }) {
    this.machines = machines;
    this.cpu = cpu;
  }

  describe(code, expects) {
    return this.enveloped(async () => {
      const { module, plan } = this.plan(code, expects);
      const found = await this.once(module, 'describe', { compiled: plan });
      return { kind: plan.kind, specs: plan.specs, ...found };
    });
  }

  parseValves(code, expects, which, values) {
    return this.enveloped(async () => {
      const { module, plan } = this.plan(code, expects);
      return this.once(module, 'parseValves', { compiled: plan, which, values });
    });
  }

  call(request, host) {
    return this.enveloped(async () => {
      if (request.instance !== undefined) return this.callKept(request, host);
      const { module, plan } = this.plan(request.code, request.expects);
      return this.withMachine(request.call, this.options(request, host), (machine) =>
        machine.run('call', module, payloadOf(request, plan)),
      );
    });
  }

  /** Calls of one instance run one after the other. */
  async callKept(request, host) {
    const kept = this.instances.get(request.instance);
    if (!kept) throw new MachineError('crash', 'The instance has ended.');
    const result = kept.last.then(async () => {
      kept.machine.use(this.options(request, host));
      this.running.set(request.call, kept);
      try {
        return await kept.machine.run('call', kept.module, payloadOf(request, kept.plan));
      } finally {
        this.running.delete(request.call);
      }
    });
    kept.last = result.catch(() => undefined);
    return result;
  }

  /** A machine for one call, which `cancel` ends, also before it is there. */
  async withMachine(call, options, work) {
    const running = { machine: undefined, isCancelled: false };
    this.running.set(call, running);
    try {
      running.machine = await this.machines.create(options);
      if (running.isCancelled) throw cancelled();
      return await work(running.machine);
    } finally {
      this.running.delete(call);
      running.machine?.close();
    }
  }

  /** Makes an instance for many calls, and resolves to its number, which `call` takes as `instance`. */
  open({ code, expects, valves, userValves }) {
    return this.enveloped(async () => {
      const { module, plan } = this.plan(code, expects);
      const machine = await this.machines.create({ cpu: this.cpu, request: refused, print: () => undefined });
      await machine.run('keep', module, { compiled: plan, valves, userValves });
      const number = (this.lastInstance += 1);
      this.instances.set(number, { machine, module, plan, last: Promise.resolve() });
      machine.onClose = () => this.instances.delete(number);
      return number;
    });
  }

  close(instance) {
    this.instances.get(instance)?.machine.close();
    return { ok: null };
  }

  /** Free code. What it throws is part of its output, as in a notebook. */
  run({ code, call, outputLimit = Infinity }, host) {
    return this.enveloped(async () => {
      const output = new Output(outputLimit);
      try {
        const cell = compileCell(code);
        const print = (stream, text) => output.print(stream, text);
        const result = await this.withMachine(
          call,
          { ...this.options({ call, outputLimit }, host), print },
          (machine) => {
            output.onExceeded = () => machine.overflow();
            return machine.runScript(cell.code, cell.isModule);
          },
        );
        return { ...output.texts, result };
      } catch (error) {
        if (!(error instanceof CompileError) && error.failure !== 'raised') throw error;
        const text = error instanceof CompileError ? `SyntaxError: ${error.message}` : error.details || error.message;
        return { stdout: output.texts.stdout, stderr: `${output.texts.stderr}${text}\n`, result: '' };
      }
    });
  }

  cancel(call) {
    const running = this.running.get(call);
    if (!running) return;
    running.isCancelled = true;
    running.machine?.fail(cancelled());
    running.machine?.close();
  }

  async once(module, work, payload) {
    const machine = await this.machines.create({ cpu: this.cpu, request: refused, print: () => undefined });
    try {
      return await machine.run(work, module, payload);
    } finally {
      machine.close();
    }
  }

  options({ call, outputLimit }, host) {
    const bridge = new Bridge(call, host);
    let logs = 0;
    return {
      ...{ cpu: this.cpu, outputLimit },
      request: (kind, payload, signal) => bridge.request(kind, payload, signal),
      close: (id) => bridge.close(id),
      print: (stream, text) => {
        logs += 1;
        if (logs <= MAX_LOGS) host.log?.(call, stream === 'stderr' ? 'error' : 'info', text.slice(0, MAX_LOG));
      },
    };
  }

  plan(code, expects) {
    const key = `${expects} ${code}`;
    const known = this.compiled.get(key);
    if (known) return known;
    const { module, ...plan } = compile({ code, expects });
    if (this.compiled.size >= MAX_COMPILED) this.compiled.clear();
    this.compiled.set(key, { module, plan });
    return { module, plan };
  }

  async enveloped(work) {
    try {
      return { ok: await work() };
    } catch (error) {
      const { message, details = '' } = error;
      if (error instanceof CompileError) return { error: { failure: 'source', message, details } };
      // A machine ends alone: other calls of the process are not affected.
      if (error instanceof MachineError)
        return { error: { failure: error.failure, message, details, isContained: true } };
      return { error: { failure: 'crash', message: 'The engine failed.', details: String(error?.stack ?? error) } };
    }
  }
}

const cancelled = () => new MachineError('crash', 'The call was cancelled.');

/** What free code prints, up to a limit. */
class Output {
  texts = { stdout: '', stderr: '' };
  onExceeded = () => undefined;

  constructor(limit) {
    this.left = limit;
  }

  print(stream, text) {
    this.left -= text.length + 1;
    if (this.left < 0) this.onExceeded();
    else this.texts[stream === 'stderr' ? 'stderr' : 'stdout'] += `${text}\n`;
  }
}

async function refused() {
  throw new Error('Not available while the source is loaded');
}

function payloadOf(request, plan) {
  const { method, positional = [], keyword = {}, injected = {}, valves, userValves, host = {} } = request;
  const { tools, ...offered } = host;
  const has = Object.keys(offered).filter((name) => offered[name] === true);
  return {
    ...{ compiled: plan, method, positional, keyword, injected, valves, userValves, tools },
    has: tools ? [...has, 'callTool'] : has,
  };
}
