import { call, engine, hasty, hostOf, valueOf } from '../../../../test/support/javascript-engine';
import { eventually } from '../../../../test/support/eventually';

describe('call', () => {
  it('passes arguments by name, in any order, with the defaults of the source', async () => {
    const code = 'class Tools { f(a, b = 2, c) { return { a, b, c } } }';
    await expect(call(code, 'f', { keyword: { c: 3, a: 'x' } })).resolves.toEqual({
      ok: { kind: 'value', value: { a: 'x', b: 2, c: 3 } },
    });
  });

  it('passes destructured arguments, rests, injected parameters and the context', async () => {
    const code = `class Tools {
      f({ a, b = 1 }, __user__, __missing__, context) { return [a, b, __user__.name, __missing__ === undefined, context.user.name, context.messageId] }
      g(...list) { return list }
    }`;
    const injected = { __user__: { name: 'Ada' }, __message_id__: 'm' };
    await expect(call(code, 'f', { keyword: { a: 5 }, injected })).resolves.toEqual({
      ok: { kind: 'value', value: [5, 1, 'Ada', true, 'Ada', 'm'] },
    });
    await expect(call(code, 'g', { keyword: { list: [1, 2] } })).resolves.toEqual({
      ok: { kind: 'value', value: [1, 2] },
    });
  });

  it('passes the body of handlers first, and fields of the context by their names', async () => {
    const code = 'class Filter { inlet(body, user) { body.by = user.id; return body } }';
    const request = { expects: 'function', positional: [{ a: 1 }], injected: { __user__: { id: 'u' } } };
    await expect(call(code, 'inlet', request)).resolves.toEqual({ ok: { kind: 'value', value: { a: 1, by: 'u' } } });
  });

  it('sends events and questions to the host', async () => {
    const recorded = hostOf({ ask: () => ({ answer: 42 }), complete: () => 'text', callTool: () => [1] });
    const code = `export async function f(__event_emitter__, __event_call__, context) {
      await __event_emitter__({ type: 'status' });
      const { answer } = await __event_call__({ type: 'input' });
      return [answer, await context.complete({ model: 'm' }), await context.tools.add.call({ a: 1 })];
    }`;
    const host = { emit: true, ask: true, complete: true, tools: { add: { spec: { name: 'add' } } } };
    await expect(call(code, 'f', { host }, recorded)).resolves.toEqual({
      ok: { kind: 'value', value: [42, 'text', [1]] },
    });
    expect(recorded.log).toEqual([
      ['emit', { type: 'status' }],
      ['ask', { type: 'input' }],
      ['complete', { model: 'm' }],
      ['callTool', 'add', { a: 1 }],
    ]);
  });

  it('has no emitter without one, and says so where an answer is needed', async () => {
    const code = `export async function f(__event_emitter__, context) {
      await context.emit({}); 
      return [__event_emitter__, await context.ask({}).catch((error) => error.message)];
    }`;
    await expect(call(code, 'f', { host: {} })).resolves.toEqual({
      ok: { kind: 'value', value: [null, 'ask is not available in this call'] },
    });
  });

  it.each([
    ['undefined', null],
    ['10n', 10],
    ['2n ** 70n', String(2n ** 70n)],
    ['new Map([["a", new Set([1])]])', { a: [1] }],
    ['new Date(0)', '1970-01-01T00:00:00.000Z'],
    ['new Uint8Array([104, 105])', 'aGk='],
    ['[NaN, -0, () => 1]', [null, 0, null]],
    ['"a\\u0000b\\ud800"', 'a\0b\ud800'],
    ['JSON.parse(\'{"__proto__": {"x": 1}}\')', JSON.parse('{"__proto__": {"x": 1}}')],
  ])('returns %s', async (expression, value) => {
    await expect(valueOf(expression)).resolves.toEqual(value);
  });

  it('returns responses', async () => {
    const code = `export const html = () => new Response('<b>hi</b>', { headers: { 'Content-Type': 'text/html' } });
      export const json = () => [Response.json({ a: 1 }, { status: 201 }), 'for the model'];`;
    await expect(call(code, 'html')).resolves.toEqual({
      ok: { kind: 'response', status: 200, headers: { 'content-type': 'text/html' }, body: '<b>hi</b>' },
    });
    await expect(call(code, 'json')).resolves.toMatchObject({ ok: { status: 201, body: '{"a":1}' } });
  });

  it('streams generators, and ends them when the reader leaves', async () => {
    const code = `export async function* pipe() { try { yield 'a'; yield { b: 1 }; yield 'c' } finally { await context_.emit('left') } }
      const context_ = { emit: async (text) => console.log(text) };`;
    const all = hostOf({ item: () => true });
    await expect(call(code, 'pipe', { expects: 'function' }, all)).resolves.toEqual({ ok: { kind: 'stream' } });
    expect(all.log).toEqual([['stream'], ['item', 'a'], ['item', { b: 1 }], ['item', 'c'], ['log', 'info', 'left']]);
    const some = hostOf({ item: () => false });
    await call(code, 'pipe', { expects: 'function' }, some);
    expect(some.log).toEqual([['stream'], ['item', 'a'], ['log', 'info', 'left']]);
  });

  it('shares nothing between two calls', async () => {
    const code = `let count = 0;
      export function f() { Array.prototype.map = null; globalThis.left = 1; return [count++, typeof left] }`;
    const first = { ok: { kind: 'value', value: [0, 'number'] } };
    await expect(call(code, 'f')).resolves.toEqual(first);
    await expect(call(code, 'f')).resolves.toEqual(first);
  });

  it('shares no random numbers, and nothing after a call that filled the memory', async () => {
    const random = 'export const f = () => [Math.random(), Math.random()]';
    const fill =
      'export const f = () => { globalThis.left = Array.from({ length: 20 }, () => new Uint8Array(1e6).fill(7)); }';
    const numbers = [];
    for (let turn = 0; turn < 3; turn += 1) {
      numbers.push(...(((await call(random, 'f')).ok ?? {})['value'] as number[]));
      await expect(call(fill, 'f')).resolves.toMatchObject({ ok: { value: null } });
      await expect(valueOf('[typeof left, new Uint8Array(1e6).every((byte) => byte === 0)]')).resolves.toEqual([
        'undefined',
        true,
      ]);
    }
    expect(new Set(numbers).size).toBe(6);
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
  });

  it.each([
    ['throw new TypeError("no")', 'raised', 'no', /^TypeError: no\n {4}at f \(tool\.js:1:\d+\)$/],
    ['throw "text"', 'raised', 'text', /./],
    ['throw { code: 1 }', 'raised', '{ code: 1 }', /./],
    ['null.x', 'raised', "cannot read property 'x' of null", /TypeError/],
    ['await new Promise(() => {})', 'raised', 'The result is a promise that can never settle.', /^$/],
    [
      'const a = []; for (;;) a.push(new Uint8Array(1e6))',
      'memory',
      'The code needs more memory than it may use.',
      /out of memory/,
    ],
    ['const f = () => f() + 1; return f()', 'raised', 'stack overflow', /InternalError/],
    ['return JSON.parse("[".repeat(1e6))', 'crash', 'The engine stopped: Maximum call stack size exceeded', /^$/],
    ['return import("node:fs")', 'raised', 'The module "node:fs" is not available in the sandbox', /./],
  ])('reports %s', async (code, failure, message, details) => {
    await expect(call(`export async function f() { ${code} }`, 'f')).resolves.toMatchObject({
      error: { failure, message, details: expect.stringMatching(details) },
    });
  });

  it.each([
    'for (;;);',
    'await 0; for (;;);',
    'const next = () => Promise.resolve().then(next); await next()',
    '/(a+)+$/.test("a".repeat(60) + "b")',
    'try { for (;;); } finally { for (;;); }',
    '[1, 2].sort(() => { for (;;); })',
  ])('ends %s', async (code) => {
    await expect(call(`export async function f() { ${code} }`, 'f', {}, hostOf(), hasty)).resolves.toMatchObject({
      error: { failure: 'timeout', message: 'The code used too much processor time.' },
    });
  });

  it.each([
    ['throw new Error("at the top")', 'at the top'],
    ['import fs from "node:fs";', 'The module "node:fs" is not available in the sandbox'],
    ['class Tools { constructor() { throw new Error("in it") } f() {} }', 'in it'],
    ['class Tools { f( }', expect.stringContaining('Unexpected token')],
  ])('reports a source that does not load: %s', async (code, message) => {
    const all = code.includes('Tools') ? code : `${code}\nexport function f() {}`;
    await expect(call(all, 'f')).resolves.toMatchObject({
      error: { failure: 'source', message, details: expect.any(String) },
    });
  });

  it.each([
    ['return "é".repeat(60)', 'a result'],
    ['await context.emit("x".repeat(200)); return 1', 'an event'],
    ['yield "x".repeat(200)', 'an item of a stream'],
  ])('ends %s: %s is larger than allowed', async (code) => {
    const source = `export async function${code.startsWith('yield') ? '*' : ''} f(context) { ${code} }`;
    await expect(call(source, 'f', { outputLimit: 100 })).resolves.toMatchObject({
      error: { failure: 'output', message: 'The code produced more output than it may.' },
    });
    await expect(call(source, 'f', { outputLimit: 1000 })).resolves.not.toMatchObject({ error: expect.anything() });
  });

  it('sends at most 32 requests at once, the others in order', async () => {
    const open: (() => void)[] = [];
    const recorded = hostOf({ emit: () => new Promise<void>((resolve) => open.push(resolve)) });
    const code = `export const f = (context) => Promise.all(Array.from({ length: 40 }, (_, n) => context.emit({ n })));`;
    const result = call(code, 'f', {}, recorded);
    await eventually(async () => open.length === 32 || undefined);
    open.shift()?.();
    await eventually(async () => open.length === 32 || undefined);
    expect(recorded.log).toHaveLength(33);
    expect(recorded.log.at(-1)).toEqual(['emit', { n: 32 }]);
    while (recorded.log.length < 40 || open.length > 0) {
      open.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await expect(result).resolves.toMatchObject({ ok: { value: { length: 40 } } });
  });

  it('refuses more than 1000 requests at once', async () => {
    const pending = hostOf({ emit: () => new Promise(() => undefined) });
    const code = 'export const f = (context) => Promise.all(Array.from({ length: 1001 }, () => context.emit({})));';
    await expect(call(code, 'f', {}, pending)).resolves.toMatchObject({
      error: { failure: 'raised', message: 'Too many requests at the same time' },
    });
  });

  it.each(['toString', 'hasOwnProperty', 'constructor', '__proto__'])(
    'has no function %s unless it is declared',
    async (name) => {
      for (const code of ['class Tools { f() {} }', 'export function f() {}'])
        await expect(call(code, name)).resolves.toMatchObject({
          error: { failure: 'raised', message: expect.stringContaining(`The source has no function ${name}`) },
        });
    },
  );

  it.each([
    ['class Tools { toString(valueOf) { return valueOf } }', 'toString'],
    ['export function constructor(valueOf) { return valueOf }', 'constructor'],
    ['class Tools { f(valueOf, __proto__) { return __proto__ ?? valueOf } }', 'f'],
  ])('takes names of the prototype for what is declared: %s', async (code, name) => {
    await expect(call(code, name, { keyword: { valueOf: 5 } })).resolves.toMatchObject({ ok: { value: 5 } });
  });

  it('ends a call that is cancelled', async () => {
    const pending = engine.call(
      {
        call: 77,
        code: 'export const f = () => new Promise((done) => setTimeout(done, 1e9))',
        expects: 'tools',
        method: 'f',
      },
      hostOf().host,
    );
    engine.cancel(77);
    await expect(pending).resolves.toMatchObject({ error: { message: 'The call was cancelled.' } });
  });
});

describe('instances', () => {
  const code = `class Filter { seen = 0; constructor() { this.valves = { limit: 1 } } stream(event) { this.seen += 1; return [event.n, this.seen, this.valves.limit] } }`;

  it('keep their state between calls, which run one after the other', async () => {
    const { ok: instance } = await engine.open({ code, expects: 'function', valves: { limit: 9 } });
    const run = (n: number) => call('', 'stream', { instance, positional: [{ n }] });
    await expect(Promise.all([run(1), run(2)])).resolves.toMatchObject([
      { ok: { value: [1, 1, 9] } },
      { ok: { value: [2, 2, 9] } },
    ]);
    engine.close(instance!);
    await expect(run(3)).resolves.toMatchObject({ error: { failure: 'crash', message: 'The instance has ended.' } });
    engine.close(instance!);
  });
});
