import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SandboxHost, SandboxSource } from '../../src/modules/sandbox/sandbox.types';
import { eventually } from '../support/eventually';
import { closeSandboxes, javascriptTool, openSandbox, pythonTool, sandboxSettings } from '../support/sandbox';

const never = new AbortController().signal;
const limits = {
  ...{ cpu_seconds: 1, call_seconds: 100_000, process_memory_mb: 320, max_output: 100_000 },
  ...{ max_processes: 3, queue_seconds: 100_000 },
};
const settings = sandboxSettings(limits);
const sandbox = openSandbox(settings);

beforeEach(() => Object.assign(settings, limits));
afterAll(closeSandboxes);

const python = (body: string) => pythonTool(`async def f(self):\n${body.replace(/^/gm, '    ')}`);
const javascript = (body: string) => javascriptTool(`export async function f() { ${body} }`);

const call = (source: SandboxSource, host: SandboxHost = {}, signal = never, owner?: string) =>
  sandbox.call({ source, method: 'f', owner }, host, signal);

/** How the attack ends; the next call of its language has to succeed. */
async function failureOf(attack: SandboxSource): Promise<unknown> {
  const failed = await call(attack).catch((error: unknown) => error);
  Object.assign(settings, limits);
  const next = attack.language === 'python' ? python('return 1 + 2') : javascript('return 1 + 2');
  await expect(call(next)).resolves.toEqual({ kind: 'value', value: 3 });
  return failed;
}

/** Which of two limits comes first may depend on the machine. */
const failed = (failures: string) => ({
  name: 'SandboxError',
  failure: expect.stringMatching(new RegExp(`^(?:${failures})$`)) as unknown,
});

describe('Python', () => {
  it.each([
    ['an abort', 'import os\nos.abort()', 'crash'],
    ['an exit', 'import os\nos._exit(0)', 'crash'],
    ['a deep recursion in C', 'import json\njson.loads("[" * 10**6)', 'crash'],
    ['an endless loop', 'while True: pass', 'timeout'],
    ['a loop that stays responsive', 'import asyncio\nwhile True: await asyncio.sleep(0)', 'timeout'],
    ['an endless pattern', 'import re\nre.match("(a+)+$", "a" * 60 + "b")', 'timeout'],
    ['2 GB at once', 'return bytearray(2 * 10**9)', 'memory|timeout'],
    ['10 GB at once', 'return bytearray(10**10)', 'raised'],
    ['10 GB in parts', 'all = []\nwhile True: all.append(b"x" * 50_000_000)', 'memory|timeout'],
    ['a result beyond the limit', 'return "x" * 100_000', 'output'],
    ['a fork', 'import os\nos.fork()', 'raised'],
    ['a process', 'import subprocess\nsubprocess.run(["sh"])', 'raised'],
    ['a thread', 'import threading\nthreading.Thread(target=print).start()', 'raised'],
    ['a recursion', 'def g(n): return g(n + 1)\ng(0)', 'raised'],
  ])('survives %s', async (_name, body, failure) => {
    await expect(failureOf(python(body))).resolves.toMatchObject(failed(failure));
  });

  it('tells what ended the interpreter', async () => {
    const error = await failureOf(python('import os\nos._exit(7)'));
    expect(error).toMatchObject({ details: expect.stringContaining('exit(7)') });
  });

  it('survives a promise that never settles', async () => {
    settings.call_seconds = 1;
    const attack = python('import asyncio\nawait asyncio.get_running_loop().create_future()');
    await expect(failureOf(attack)).resolves.toMatchObject({ failure: 'timeout' });
  });

  it('survives endless output of a cell', async () => {
    const run = sandbox.run('python', 'while True: print("x" * 1000)', never);
    await expect(run).rejects.toMatchObject({ failure: 'output' });
  });
});

describe('JavaScript', () => {
  it.each([
    ['an endless loop', 'for (;;);', 'timeout'],
    ['an endless loop after a pause', 'await null; for (;;);', 'timeout'],
    ['endless promises', 'for (;;) await null;', 'timeout'],
    ['an endless pattern', 'return /^(a+)+$/.test("a".repeat(60) + "b");', 'timeout'],
    ['a promise that never settles', 'await new Promise(() => {});', 'raised'],
    ['a recursion', 'const g = () => g() + 1; return g();', 'raised'],
    ['a recursion of the engine', 'return JSON.parse("[".repeat(10 ** 6));', 'crash'],
    ['10 GB at once', 'return new ArrayBuffer(10 ** 10).byteLength;', 'raised'],
    ['10 GB in parts', 'const all = []; for (;;) all.push(new Uint8Array(50_000_000).fill(1));', 'memory|timeout'],
    ['an endless string', 'let all = "x"; for (;;) all += all;', 'raised'],
    ['a result beyond the limit', 'return "x".repeat(100_000);', 'output'],
    ['a deep result', 'let all = []; for (let n = 0; n < 1000; n++) all = [all]; return all;', 'crash'],
    ['an endless iterator', 'return [...(function* () { for (;;) yield 1; })()].length;', 'memory|timeout'],
    ['too many timers', 'for (let n = 0; n < 2000; n++) setTimeout(() => {}, 1e6);', 'raised'],
  ])('survives %s', async (_name, body, failure) => {
    await expect(failureOf(javascript(body))).resolves.toMatchObject(failed(failure));
  });

  it('survives timers without end', async () => {
    settings.call_seconds = 1;
    const attack = javascript('await new Promise(() => void setInterval(() => {}, 1));');
    await expect(failureOf(attack)).resolves.toMatchObject({ failure: 'timeout' });
  });

  it('survives endless output of a cell', async () => {
    const run = sandbox.run('javascript', 'for (;;) console.log("x".repeat(1000))', never);
    await expect(run).rejects.toMatchObject({ failure: 'output' });
  });
});

describe('code that outlives its call', () => {
  it('does not block the process of the next calls', async () => {
    const source = pythonTool(`TASKS = []
async def f(self, __event_emitter__=None):
    import asyncio, sys
    import requests
    async def later():
        await asyncio.sleep(0)
        await asyncio.sleep(0.001)
        print("late")
        try:
            requests.get("http://192.0.2.1/")
        except Exception as error:
            sys.modules["late"] = type(error).__name__
    found = sys.modules.pop("late", None)
    asyncio.get_running_loop().create_task(later())
    return found`);
    let found: unknown;
    while (!found) {
      const outcome = await call(source);
      found = outcome.kind === 'value' ? outcome.value : undefined;
    }
    expect(found).toBe('ConnectionError');
  });
});

it('a shutdown while the memory snapshot is made fails the calls that wait', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'snapshot-'));
  const own = openSandbox({ cache_dir: directory });
  const error = own.call({ source: python('return 1'), method: 'f' }, {}, never).catch((reason: unknown) => reason);
  await eventually(() => Promise.resolve(own.usage.processes > 0 || undefined));
  own.onApplicationShutdown();
  expect(await error).toMatchObject({ failure: 'crash' });
  await eventually(() => Promise.resolve(own.usage.processes === 0 || undefined));
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
});

describe('requests of one call', () => {
  const emitting = (count: number) =>
    pythonTool(`async def f(self, __event_emitter__=None):
    import asyncio
    return len(await asyncio.gather(*[__event_emitter__({"n": n}) for n in range(${count})]))`);

  it('wait for their turn, in order', async () => {
    const seen: unknown[] = [];
    const emit = async ({ n }: Record<string, unknown>) => {
      await Promise.resolve();
      seen.push(n);
    };
    await expect(call(emitting(300), { emit })).resolves.toEqual({ kind: 'value', value: 300 });
    expect(seen).toEqual(Array.from({ length: 300 }, (_, n) => n));
  });

  it('are refused beyond what may wait', async () => {
    const error = call(emitting(1100), { emit: () => Promise.resolve() });
    await expect(error).rejects.toMatchObject({ failure: 'raised', message: 'Too many requests at the same time' });
  });
});

it('one owner cannot occupy all processes', async () => {
  settings.max_processes = 2;
  const controller = new AbortController();
  const blocking = pythonTool('def f(self):\n    import time\n    time.sleep(10_000)');
  const ended = [1, 2, 3].map(() => call(blocking, {}, controller.signal, 'ann').catch((error: Error) => error));
  await expect(call(python('return 3'), {}, never, 'bob')).resolves.toEqual({ kind: 'value', value: 3 });
  controller.abort(new Error('over'));
  expect(await Promise.all(ended)).toEqual([1, 2, 3].map(() => controller.signal.reason as Error));
});
