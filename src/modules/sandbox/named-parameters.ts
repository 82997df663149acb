import type { JsonObject } from '../../common/util/json';
import type { SandboxSource } from './sandbox.types';

/** Used by the library of the sandbox itself. */
const ALWAYS = new Set(['__user__', '__request__']);

/**
 * The injected parameters that a source can get. A Python signature has to name them, so others stay here: messages and
 * files may be large. JavaScript may read all of them from its context.
 */
export function namedParameters({ language, code }: SandboxSource, injected: JsonObject = {}): JsonObject {
  if (language !== 'python') return injected;
  return Object.fromEntries(Object.entries(injected).filter(([name]) => ALWAYS.has(name) || code.includes(name)));
}
