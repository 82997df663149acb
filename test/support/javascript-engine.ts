import { join } from 'node:path';
import type { JsonObject } from '../../src/common/util/json';
import { JavascriptEngine, type EngineHost } from '../../src/modules/sandbox/javascript/engine.mjs';
import { Machines } from '../../src/modules/sandbox/javascript/machine/machines.mjs';

const machines = new Machines({
  libraryPath: join(__dirname, '../../src/modules/sandbox/javascript/lib'),
  memoryBytes: 40 * 1024 * 1024,
});
export const engine = new JavascriptEngine(machines, { cpu: 20_000 });
/** For code that does not end. */
export const hasty = new JavascriptEngine(machines, { cpu: 200 });

/** A host that records its requests. */
export function hostOf(answers: Record<string, (...values: unknown[]) => unknown> = {}) {
  const log: unknown[][] = [];
  const names = ['emit', 'ask', 'callTool', 'complete', 'fetch', 'read', 'close', 'stream', 'item', 'log'];
  const host = Object.fromEntries(
    names.map((name) => [
      name,
      async (_call: number, ...values: unknown[]) => {
        log.push([name, ...values]);
        return answers[name]?.(...values);
      },
    ]),
  ) as EngineHost;
  return { host, log };
}

let calls = 0;
/** The number of a new call. */
export const nextCall = (): number => (calls += 1);

export async function call(
  code: string,
  method: string,
  request: JsonObject = {},
  { host } = hostOf(),
  runner = engine,
) {
  const expects = request['expects'] ?? 'tools';
  const all = {
    call: nextCall(),
    code,
    expects,
    method,
    host: { emit: true, ask: true, complete: true },
    ...request,
  };
  return runner.call(all, host);
}
export const valueOf = async (expression: string) => {
  const { ok, error } = await call(`export async function f() { return ${expression} }`, 'f');
  return error ?? ok['value'];
};
