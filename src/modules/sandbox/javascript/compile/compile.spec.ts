import { compile } from './compile.mjs';

describe('functions', () => {
  const compiled = (code: string) => compile({ code, expects: 'function' });

  it.each([
    ['class Filter { inlet(body) {} }\nclass Pipe { pipe(body) {} }', 'pipe', 'class'],
    ['class Filter { inlet(body) {} }', 'filter', 'class'],
    ['class Action { action(body) {} }', 'action', 'class'],
    ['export async function* pipe(body) {}', 'pipe', 'module'],
    ['export const pipes = [];\nexport const pipe = () => 1;', 'pipe', 'module'],
    ['export function outlet(body, { user }) {}', 'filter', 'module'],
  ])('%s', async (code, kind, entry) => {
    expect(compiled(code)).toMatchObject({ kind, entry, specs: [] });
  });

  it('know where the values of their parameters come from', async () => {
    const { slots } = compiled(
      'class Filter { inlet(body, __user__, context) {} outlet({ messages, ...rest }, ctx: Context) {} stream(...all) {} }',
    );
    expect(slots).toEqual({
      inlet: [{ kind: 'argument', name: 'body' }, { kind: 'injected', name: '__user__' }, { kind: 'context' }],
      outlet: [{ kind: 'fields', names: ['messages'], hasRest: true }, { kind: 'context' }],
      stream: [{ kind: 'rest', name: 'all' }],
    });
  });
});

describe('valves', () => {
  it('are described by a class', async () => {
    const code = `
      class Valves { /** Key of the service */ apiKey = ''; units: 'c' | 'f' = 'c'; limit?: number; url: string; _x = 1 }
      class Tools { static UserValves = class { color = '#fff' }; f() {} }`;
    const { valves, userValves, module } = compile({ code, expects: 'tools' });
    expect(valves).toEqual({
      title: 'Valves',
      properties: {
        apiKey: { default: '', description: 'Key of the service', type: 'string' },
        units: { default: 'c', enum: ['c', 'f'], type: 'string' },
        limit: { type: 'number' },
        url: { type: 'string' },
      },
      required: ['url'],
      type: 'object',
    });
    expect(userValves).toMatchObject({ properties: { color: { default: '#fff', type: 'string' } } });
    expect(module).toContain('Valves as __confab_valves');
  });

  it('may be values that only running the source tells', async () => {
    const code = 'const Valves = z.object({});\nexport function f() {}';
    const { valves, module } = compile({ code, expects: 'tools' });
    expect(valves).toBeNull();
    expect(module).toContain('Valves as __confab_valves');
  });
});

describe('the module', () => {
  it('keeps lines and columns where types are only left out', async () => {
    const code = 'class Tools {\n  f(a: string): string { return a as string; }\n}';
    const { module } = compile({ code, expects: 'tools' });
    expect(module.split('\n')[1]!.indexOf('return a')).toBe(code.split('\n')[1]!.indexOf('return a'));
    expect(module).not.toContain('string');
  });

  it('rewrites enums and parameter properties', async () => {
    const code = 'enum E { A = "a" }\nclass Tools { constructor(private e: E = E.A) {} f() {} }';
    expect(compile({ code, expects: 'tools' }).module).toContain('this.e = e');
  });

  it('is the source itself when that is JavaScript', async () => {
    const code = 'class Tools { f(a, b) { return a < b > (1) } }';
    expect(compile({ code, expects: 'tools' }).module.startsWith(code)).toBe(true);
  });

  it.each([
    ['class Tools {', /Unexpected token/],
    ['const x = 1;', /^No Tools class found in the module$/],
    ['class Pipe { pipe() {} }', /^No Tools class found in the module$/],
    ['class Tools { f() { \0 } }', /U\+0000/],
    [`class Tools { x = ${'['.repeat(50_000)} }`, /./],
    ['declare module x; enum', /./],
  ])('refuses %s', async (code, message) => {
    expect(() => compile({ code, expects: 'tools' })).toThrow(message);
  });

  it('refuses functions without a class', async () => {
    expect(() => compile({ code: 'export const a = 1;', expects: 'function' })).toThrow(
      'No Function class found in the module',
    );
  });
});
