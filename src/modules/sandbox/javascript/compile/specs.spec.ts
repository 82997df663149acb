import { compile } from './compile.mjs';

const GOLDEN = `
class Tools {
  /**
   * Get the weather.
   * Second line.
   *
   * @param city The city name
   * @param days Days ahead
   * @returns text
   */
  getWeather(
    city: string,
    days: number = 3,
    units: string | null = null,
    tags: string[] = [],
    mode: 'a' | 'b' = 'a',
    x = null,
    __user__ = {},
  ) {}
}`;

const specsOf = async (code: string) => compile({ code, expects: 'tools' }).specs;
const parametersOf = async (code: string) => (await specsOf(`class Tools { ${code} }`))[0]!.parameters;
const typeOf = async (type: string, declarations = '') =>
  (await specsOf(`${declarations}\nclass Tools { f(x: ${type}) {} }`))[0]!.parameters;

describe('specs', () => {
  it('have the form of those of a Python source', async () => {
    expect(JSON.stringify((await specsOf(GOLDEN))[0])).toBe(
      '{"name":"getWeather","description":"Get the weather.\\nSecond line.","parameters":{"properties":{"city":{"description":"The city name","type":"string"},"days":{"default":3,"description":"Days ahead","type":"number"},"units":{"anyOf":[{"type":"string"},{"type":"null"}],"default":null},"tags":{"default":[],"items":{"type":"string"},"type":"array"},"mode":{"default":"a","enum":["a","b"],"type":"string"},"x":{"default":null}},"required":["city"],"type":"object"}}',
    );
  });

  it('are made of exported functions, also of constants, defaults and lists of names', async () => {
    const specs = await specsOf(`
      /** Adds. */
      export const add = (a, b) => a + b;
      /** Subtracts. @param {number} a */
      export async function subtract(a, b) { return a - b }
      function hidden() {}
      function times(a, b) { return a * b }
      export { times as multiply };
      export const version = '1';
      export function _internal() {}
      /** The default. */
      export default function divide(a, b) { return a / b }
    `);
    expect(specs.map(({ name, description }) => [name, description])).toEqual([
      ['add', 'Adds.'],
      ['divide', 'The default.'],
      ['multiply', ''],
      ['subtract', 'Subtracts. @param {number} a'],
    ]);
  });

  it('list public methods in alphabetical order, those of base classes too', async () => {
    const specs = await specsOf(`
      class Base { inherited() {} both() {} }
      class Tools extends Base {
        constructor(private key: string) {}
        b() {} a = async () => {}; both() {}
        _helper() {} #secret() {} get value() { return 1 } static s() {}
        private p() {} protected q() {}
        /** @internal */ i() {}
        ['computed']() {}
        field = 1;
      }`);
    expect(specs.map(({ name }) => name)).toEqual(['a', 'b', 'both', 'inherited']);
  });

  it.each([
    ['class Tools { f() {} }', 'declared'],
    ['export class Tools { f() {} }', 'exported'],
    ['export default class Tools { f() {} }', 'the default'],
    ['export default class { f() {} }', 'the default without a name'],
    ['class Kit { f() {} }\nexport default Kit;', 'the default by name'],
    ['class Kit { f() {} }\nexport { Kit as default };', 'the default in a list'],
    ['const Tools = class { f() {} };', 'a constant'],
  ])('%s: %s', async (code) => {
    await expect(specsOf(code)).resolves.toEqual([
      { name: 'f', description: '', parameters: { properties: {}, type: 'object' } },
    ]);
  });

  it('read types, optional marks and defaults from JSDoc', async () => {
    const code = `
      /**
       * Forecast.
       * @param {string} [city=Berlin] - Name of the city
       * @param {integer} days Days
       * @param {?number} limit
       * @param {number=} offset
       * @param {Array.<string>} tags Labels,
       *   over two lines
       * @param {'c'|'f'} [units='c']
       * @param {Object} options All the rest
       * @param {boolean} options.verbose Long form
       * @param {string} [options.lang=en]
       * @param {*} any
       * @param {{a: string, b?: number}} shape
       * @param {Object<string, number>} map
       */
      f(city, days, limit, offset, tags, units, options, any, shape, map) {}`;
    await expect(parametersOf(code)).resolves.toEqual({
      properties: {
        city: { default: 'Berlin', description: 'Name of the city', type: 'string' },
        days: { description: 'Days', type: 'integer' },
        limit: { anyOf: [{ type: 'number' }, { type: 'null' }] },
        offset: { type: 'number' },
        tags: { description: 'Labels,\n  over two lines', items: { type: 'string' }, type: 'array' },
        units: { default: 'c', enum: ['c', 'f'], type: 'string' },
        options: {
          description: 'All the rest',
          properties: {
            verbose: { description: 'Long form', type: 'boolean' },
            lang: { default: 'en', type: 'string' },
          },
          required: ['verbose'],
          type: 'object',
        },
        any: {},
        shape: {
          properties: { a: { type: 'string' }, b: { type: 'number' } },
          required: ['a'],
          type: 'object',
        },
        map: { additionalProperties: { type: 'number' }, type: 'object' },
      },
      required: ['days', 'limit', 'tags', 'options', 'any', 'shape', 'map'],
      type: 'object',
    });
  });

  it('list the fields of a destructured parameter, with the types of its interface', async () => {
    const code = `
      interface Query { /** Where */ city: string; days?: number }
      class Tools {
        /** @param {object} root @ignore */
        /** Weather. */
        f({ city, days = 3, lang }: Query & { lang: 'de' | 'en' }, { emit, user }) {}
      }`;
    expect((await specsOf(code))[0]).toEqual({
      name: 'f',
      description: 'Weather.',
      parameters: {
        properties: {
          city: { description: 'Where', type: 'string' },
          days: { default: 3, type: 'number' },
          lang: { enum: ['de', 'en'], type: 'string' },
        },
        required: ['city', 'lang'],
        type: 'object',
      },
    });
  });

  it('leave out the context, injected and underscored parameters', async () => {
    for (const parameters of ['a, context', 'a, ctx', 'a, c: ToolContext', 'a, { emit, user }', 'a, __user__, _x']) {
      await expect(parametersOf(`f(${parameters}) {}`)).resolves.toEqual({
        properties: { a: {} },
        required: ['a'],
        type: 'object',
      });
    }
  });

  it.each([
    ['boolean', { type: 'boolean' }],
    ['string | undefined', { type: 'string' }],
    ['number | string', { anyOf: [{ type: 'number' }, { type: 'string' }] }],
    ['1 | 2', { enum: [1, 2], type: 'number' }],
    ["'one'", { const: 'one', type: 'string' }],
    ['true | false', { type: 'boolean' }],
    ["'a' | null", { anyOf: [{ const: 'a', type: 'string' }, { type: 'null' }] }],
    ['readonly string[]', { items: { type: 'string' }, type: 'array' }],
    ['Array<Unit>', { items: { enum: ['c', 'f'], type: 'string' }, type: 'array' }],
    ['Level', { enum: [0, 1, 5, 6], type: 'number' }],
    [
      '[string, n: number]',
      { maxItems: 2, minItems: 2, prefixItems: [{ type: 'string' }, { type: 'number' }], type: 'array' },
    ],
    [
      'Record<string, Point>',
      { additionalProperties: expect.objectContaining({ required: ['x', 'y'] }), type: 'object' },
    ],
    ['Partial<Point>', { properties: { x: { type: 'number' }, y: { type: 'number' } }, type: 'object' }],
    [
      'Point3',
      {
        properties: { x: { type: 'number' }, y: { type: 'number' }, z: { type: 'string' } },
        required: ['x', 'y', 'z'],
        type: 'object',
      },
    ],
    ['{ [key: string]: number }', { additionalProperties: { type: 'number' }, type: 'object' }],
    [
      'Tree',
      {
        properties: { children: { items: { type: 'object' }, type: 'array' } },
        required: ['children'],
        type: 'object',
      },
    ],
    ['Date', { format: 'date-time', type: 'string' }],
    ['any', {}],
    ['Unknown<string>', {}],
    ['constructor', {}],
  ])('write the type %s', async (type, schema) => {
    const declarations = `
      type Unit = 'c' | 'f';
      enum Level { Low, Middle, High = 5, Top }
      interface Point { x: number; y: number }
      interface Point3 extends Point { z: string }
      interface Tree { children: Tree[] }`;
    expect(((await typeOf(type, declarations))['properties'] as { x: unknown }).x).toEqual(schema);
  });

  it('refuse types that grow without end', async () => {
    const lines = Array.from({ length: 30 }, (_, n) => `type T${n} = { a: T${n + 1}; b: T${n + 1} };`);
    await expect(typeOf('T0', lines.join('\n'))).rejects.toThrow('The types of the source are too large.');
  });
});
