import { MemoryImage } from './image.mjs';
import { hostErrorOf, services } from './services.mjs';

/** Beyond it, deep recursion of the source would exhaust the stack of the process instead. */
const STACK = 256 * 1024;
const INSIDE = ['settle', 'fire', 'start', 'finish'];

/**
 * One engine with one global scope, in WebAssembly memory of its own, for one machine after the other: before each, the
 * memory is what it was before the first. `library(name)`: the text of a file of `lib`.
 */
export class Core {
  /** The machine that uses it. */
  machine;
  operations;
  /** The engine stopped in the middle of its work; its memory does not tell where. */
  isBroken = false;

  constructor(quickjs, memory, library) {
    this.memory = memory;
    this.library = library;
    this.runtime = quickjs.newRuntime();
    this.runtime.setMaxStackSize(STACK);
    this.runtime.setInterruptHandler(() => this.machine.isOverdue());
    this.runtime.setModuleLoader(
      (name) => (name === 'zod' ? 'const z = globalThis.z;\nexport { z };\nexport default z;' : unknownModule(name)),
      (_base, name) => name,
    );
    this.context = this.runtime.newContext();
    this.use({ isOverdue: () => false, context: this.context });
    this.inside = this.prepare();
    this.image = new MemoryImage(memory);
  }

  use(machine) {
    this.machine = machine;
    this.operations = services(machine, this.library);
  }

  /** Restores it for the next machine; false when that is not possible. */
  restore() {
    return !this.isBroken && this.image.restore();
  }

  /** Runs the first code and takes the functions that it returns. */
  prepare() {
    const { context } = this;
    const host = context.newFunction('host', (name, ...values) => this.serve(name, values));
    const prelude = context.unwrapResult(context.evalCode(this.library('prelude'), 'confab:prelude'));
    const inside = context.unwrapResult(context.callFunction(prelude, context.undefined, host));
    return Object.fromEntries(INSIDE.map((name) => [name, context.getProp(inside, name)]));
  }

  serve(nameHandle, values) {
    const { context, operations } = this;
    try {
      const name = context.getString(nameHandle);
      if (!Object.hasOwn(operations, name)) throw new TypeError('Unknown operation');
      return operations[name](...values);
    } catch (error) {
      return { error: context.newError(hostErrorOf(error)) };
    }
  }
}

function unknownModule(name) {
  return { error: new Error(`The module "${name.slice(0, 100)}" is not available in the sandbox`) };
}
