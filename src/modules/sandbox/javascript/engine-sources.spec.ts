import type { JsonObject } from '../../../common/util/json';
import { call, engine, hasty, hostOf, nextCall } from '../../../../test/support/javascript-engine';

describe('valves', () => {
  const VALVES = {
    'a JSON schema': `export const valves = { type: 'object', properties: { apiKey: { type: 'string', default: '' }, units: { enum: ['c', 'f'], default: 'c' }, limit: { type: 'integer', minimum: 1 } }, required: ['limit'] };`,
    'a table of properties': `const valves = { apiKey: { type: 'string', default: '' }, units: { enum: ['c', 'f'], type: 'string', default: 'c' }, limit: { type: 'integer', minimum: 1 } };`,
    'a zod object': `import { z } from 'zod'; export const Valves = z.object({ apiKey: z.string().default(''), units: z.enum(['c', 'f']).default('c'), limit: z.number().int().min(1).optional() });`,
    'a class': `class Valves { apiKey = ''; units: 'c' | 'f' = 'c'; limit?: number; }`,
  };

  it.each(Object.entries(VALVES))('are described by %s', async (_, declaration) => {
    const { ok } = await engine.describe(`${declaration}\nclass Tools { f() {} }`, 'tools');
    expect(ok).toMatchObject({
      valves: {
        title: 'Valves',
        type: 'object',
        properties: {
          apiKey: { default: '', title: 'Api Key', type: 'string' },
          units: { default: 'c', enum: ['c', 'f'], title: 'Units' },
          limit: { title: 'Limit' },
        },
      },
      valveDefaults: { apiKey: '', units: 'c' },
      userValves: null,
    });
  });

  it.each(Object.entries(VALVES))('are checked by %s: only given keys are returned', async (_, declaration) => {
    const code = `${declaration}\nclass Tools { f() {} }`;
    const parse = (values: JsonObject) => engine.parseValves(code, 'tools', 'valves', values);
    await expect(parse({ limit: '5', other: 1 })).resolves.toEqual({ ok: { limit: 5 } });
    await expect(parse({ limit: 1, units: 'k' })).resolves.toMatchObject({
      error: { failure: 'raised', message: expect.stringContaining("units\n  Input should be 'c' or 'f'") },
    });
  });

  it('reach the instance with their defaults, those of the user in the user', async () => {
    const code = `
      class Valves { key = 'none'; limit = 3; mask() { return this.key[0] } }
      class Tools { static userValves = { color: { type: 'string', default: 'red' } };
        f(__user__, ctx) { return [this.valves.mask(), this.valves.limit, __user__.valves.color, ctx.userValves.color, ctx.valves.limit] } }`;
    const request = { valves: { key: 'secret' }, userValves: { color: 'blue' }, injected: { __user__: { id: 'u' } } };
    await expect(call(code, 'f', request)).resolves.toEqual({
      ok: { kind: 'value', value: ['s', 3, 'blue', 'blue', 3] },
    });
  });

  it.each([
    `export const valves = { toString: { type: 'string', default: 'a' }, valueOf: { type: 'constructor' }, ["__proto__"]: { type: 'number', default: 1 } };`,
    `class Valves { toString = 'a'; valueOf = 0; ["__proto__"] = 1; }`,
  ])('may have names of the prototype: %s', async (declaration) => {
    const code = `${declaration}
      class Tools { f() { const v = this.valves; return [Object.keys(v), v.toString, Object.getPrototypeOf(v) === (globalThis.Valves ?? v.constructor).prototype] } }`;
    const parse = (values: JsonObject) => engine.parseValves(code, 'tools', 'valves', values);
    await expect(parse({ toString: 'b', hasOwnProperty: 1 })).resolves.toEqual({ ok: { toString: 'b' } });
    await expect(parse({ toString: 1 })).resolves.toMatchObject({ error: { failure: 'raised' } });
    const { ok } = await call(code, 'f', { valves: { valueOf: 2 } });
    expect(ok).toMatchObject({ value: [expect.arrayContaining(['toString', 'valueOf']), 'a', true] });
  });

  it('are inferred from what the constructor sets', async () => {
    const code = 'class Filter { valves = { priority: 5, on: true }; inlet(body) { return body } }';
    await expect(engine.describe(code, 'function')).resolves.toMatchObject({
      ok: {
        valves: { properties: { priority: { default: 5, type: 'number' } } },
        valveDefaults: { priority: 5, on: true },
      },
    });
  });

  it('cannot be checked without a declaration', async () => {
    const parsed = await engine.parseValves('class Tools { f() {} }', 'tools', 'valves', {});
    expect(parsed.error).toMatchObject({ failure: 'raised', message: 'The source has no Valves' });
  });
});

describe('describe', () => {
  it('reads handlers, flags and actions of functions', async () => {
    const code = `class Action { name = 'Save'; icon = 'data:image/svg+xml,x'; toggle = true; actions = [{ id: 'a', name: 'A' }, 1]; action(body) {} }`;
    await expect(engine.describe(code, 'function')).resolves.toEqual({
      ok: {
        ...{ kind: 'action', specs: [], valves: null, userValves: null, valveDefaults: {}, handlers: ['action'] },
        ...{ citation: false, fileHandler: false, toggle: true, icon: 'data:image/svg+xml,x', name: 'Save' },
        actions: [{ id: 'a', name: 'A' }],
      },
    });
  });

  it('reads exported functions and fields of a module', async () => {
    const code = `export const pipes = [{ id: 'a', name: 'A' }]; export const name = 'All'; export async function* pipe(body) {}`;
    await expect(engine.describe(code, 'function')).resolves.toMatchObject({
      ok: { kind: 'pipe', handlers: ['pipe', 'pipes'], name: 'All' },
    });
    await expect(call(code, 'pipes', { expects: 'function' })).resolves.toEqual({
      ok: { kind: 'value', value: [{ id: 'a', name: 'A' }] },
    });
  });
});

describe('run', () => {
  const run = async (code: string, outputLimit = 10_000, runner = engine) =>
    runner.run({ call: nextCall(), code, outputLimit }, hostOf().host);

  it.each([
    ['1 + 1', '2'],
    ['const a = [1, "x", { b: null }]; a', "[ 1, 'x', { b: null } ]"],
    ['let x: number = 5; x as number', '5'],
    ['x = 3', '3'],
    ['const f = () => 1;', ''],
    ['await Promise.resolve(7)', '7'],
    ['(async () => 8)()', '8'],
    ['import { z } from "zod"; z.number().parse(9)', '9'],
    ['const o = {}; o.o = o; o', '{ o: [Circular] }'],
    ['new Map([["a", 1]])', "Map(1) { 'a' => 1 }"],
    ['class A { x = 1 }; new A()', 'A { x: 1 }'],
    ['[1, 2].map(String)', "[ '1', '2' ]"],
    ['new Uint8Array(3)', 'Uint8Array(3) [ 0, 0, 0 ]'],
    [
      '[Symbol("a"), 1n, -0, undefined, () => 1, class B {}]',
      '[ Symbol(a), 1n, -0, undefined, [Function (anonymous)], [class B] ]',
    ],
  ])('%s', async (code, result) => {
    await expect(run(code)).resolves.toEqual({ ok: { stdout: '', stderr: '', result } });
  });

  it('prints, and waits for timers', async () => {
    const code = `setTimeout(() => console.log('later', { a: 1 }), 1); console.error('e%d %s', 1, 'x'); console.log(); 'value'`;
    await expect(run(code)).resolves.toEqual({
      ok: { stdout: '\nlater { a: 1 }\n', stderr: 'e1 x\n', result: "'value'" },
    });
  });

  it.each([
    ['console.log(1); throw new Error("no")', '1\n', /^Error: no\n {4}at <eval> \(cell\.js:1:\d+\)\n$/],
    ['await 0; null.x', '', /^TypeError: cannot read property 'x' of null/],
    ['const = 1', '', /^SyntaxError: Unexpected token/],
  ])('puts what %s throws into stderr', async (code, stdout, stderr) => {
    await expect(run(code)).resolves.toEqual({ ok: { stdout, stderr: expect.stringMatching(stderr), result: '' } });
  });

  it('fails when the output exceeds its limit, or the time', async () => {
    await expect(run('for (;;) console.log("x".repeat(100))')).resolves.toMatchObject({ error: { failure: 'output' } });
    await expect(run('setInterval(() => { for (;;); }, 1)', 100, hasty)).resolves.toMatchObject({
      error: { failure: 'timeout' },
    });
  });
});
