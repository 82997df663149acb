import 'reflect-metadata';
import { contentOf, type Operation } from './operations';
import { parseDocument } from './parse-document';

const item = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string', description: 'Name' },
    tags: { type: 'array', items: { type: 'string' } },
    size: { $ref: '#/components/schemas/Size' },
  },
};
const document = (paths: object, schemas: object = {}) => ({
  ...{ openapi: '3.1.0', info: { title: 'Items', description: 'D', version: '1' }, paths },
  components: {
    schemas: { Item: item, Size: { type: 'object', properties: { w: { type: 'integer' } } }, ...schemas },
    parameters: { Page: { name: 'page', in: 'query', schema: { type: 'integer' } } },
  },
});
const json = (schema: object, change: object = {}) => ({ ...change, content: { 'application/json': { schema } } });
const operation = (definition: object, change: { schemas?: object; path?: string; item?: object } = {}): Operation => {
  const { schemas, path = '/x', item: members } = change;
  const paths = { [path]: { ...members, post: { operationId: 'o', ...definition } } };
  return contentOf(document(paths, schemas)).operations[0]!;
};

describe('contentOf', () => {
  it('makes a function of each operation with an id', () => {
    const parameters = [
      { name: 'item_id', in: 'path', required: true, description: 'Number', schema: { type: 'integer' } },
      { name: 'verbose', in: 'query', schema: { type: 'string', enum: ['yes', 'no'], description: 'How much' } },
      { name: 'ids', in: 'query', schema: { type: 'array', items: { type: 'integer' } } },
    ];
    const get = { operationId: 'get_item', summary: 'Read', description: 'Read one.', parameters };
    const content = contentOf(document({ '/items/{item_id}': { get }, '/items': { get: { summary: 'no id' } } }));
    expect(content).toMatchObject({ title: 'Items', description: 'D' });
    expect(content.operations).toHaveLength(1);
    expect(content.operations[0]).toMatchObject({
      ...{
        name: 'get_item',
        description: 'Read one.',
        method: 'GET',
        path: '/items/{item_id}',
        body: { kind: 'none' },
      },
      parameters: {
        type: 'object',
        properties: {
          item_id: { type: 'integer', description: 'Number' },
          verbose: { type: 'string', description: 'How much. Possible values: yes, no' },
          ids: { type: 'array', items: { type: 'integer' }, description: '' },
        },
        required: ['item_id'],
      },
    });
  });

  it.each([
    [{ description: 'd', summary: 's' }, 'd'],
    [{ description: '', summary: 's' }, 's'],
    [{}, 'No description available.'],
  ])('describes %j', (texts, expected) => expect(operation(texts).description).toBe(expected));

  it('merges the body into the arguments, without references', () => {
    const { parameters, body } = operation({ requestBody: json({ $ref: '#/components/schemas/Item' }) });
    expect(parameters).toEqual({
      type: 'object',
      properties: { ...item.properties, size: { type: 'object', properties: { w: { type: 'integer' } } } },
      required: ['name'],
    });
    expect(body).toEqual({ kind: 'arguments', names: ['name', 'tags', 'size'] });
  });

  it('resolves references below anyOf, allOf and lists, and merges allOf', () => {
    const ref = { $ref: '#/components/schemas/Size' };
    const size = { type: 'object', properties: { w: { type: 'integer' } } };
    const more = {
      type: 'object',
      required: ['s'],
      properties: { s: { anyOf: [ref, { type: 'null' }] }, l: { items: ref } },
    };
    const { parameters } = operation({ requestBody: json({ allOf: [{ $ref: '#/components/schemas/Item' }, more] }) });
    expect(parameters).toMatchObject({
      properties: { name: { type: 'string' }, s: { anyOf: [size, { type: 'null' }] }, l: { items: size } },
      required: ['name', 's'],
    });
  });

  it.each<[string, object]>([
    ['a list', { type: 'array', items: { type: 'string' } }],
    ['alternatives', { oneOf: [{ type: 'string' }, { type: 'object' }] }],
    ['unknown keys', { type: 'object', additionalProperties: { type: 'string' } }],
  ])('takes a body of %s as one argument', (_, schema) => {
    const { parameters, body } = operation({ requestBody: json(schema, { required: true }) });
    expect(parameters).toEqual({ type: 'object', properties: { body: schema }, required: ['body'] });
    expect(body).toEqual({ kind: 'argument', name: 'body' });
  });

  it('adds the parameters of the path, which those of the operation override', () => {
    const shared = [{ name: 'x', in: 'path', schema: { type: 'string' } }, { $ref: '#/components/parameters/Page' }];
    const own = [{ name: 'page', in: 'query', schema: { type: 'string' } }];
    const { parameters } = operation(
      { parameters: own },
      { path: '/a/{x}', item: { parameters: shared, summary: 's' } },
    );
    expect(parameters).toMatchObject({
      properties: { x: { type: 'string' }, page: { type: 'string' } },
      required: ['x'],
    });
  });

  it('reads enumerations of numbers, optional types and references in parameters', () => {
    const parameters = [
      { name: 'n', in: 'query', schema: { type: 'integer', enum: [1, 2, null] } },
      { name: 'o', in: 'query', schema: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
      { name: 'r', in: 'query', schema: { $ref: '#/components/schemas/Size' }, description: 'R' },
    ];
    expect(operation({ parameters }).parameters.properties).toEqual({
      n: { type: 'integer', description: '. Possible values: 1, 2, null' },
      o: { anyOf: [{ type: 'string' }, { type: 'null' }], description: '' },
      r: { type: 'object', properties: { w: { type: 'integer' } }, description: 'R' },
    });
  });

  it.each<[string, unknown]>([
    ['paths', { paths: [] }],
    ['paths of null', { paths: null, info: null }],
    ['path items', { paths: { '/a': null, '/b': [], '/c': 'x', '@evil.test/': { get: { operationId: 'e' } } } }],
    [
      'operations',
      { paths: { '/a': { get: 'x', post: [], parameters: [{ operationId: 'p' }], put: { operationId: 5 } } } },
    ],
  ])('leaves out %s that are none', (_, value) => {
    expect(contentOf(value as never).operations).toEqual([]);
  });

  it('survives parameters, bodies and schemas of any type', () => {
    for (const odd of [null, 5, 'x', [], [null], {}, { $ref: 5 }, { $ref: '#/nowhere' }, { content: 'x' }])
      expect(operation({ parameters: odd, requestBody: odd }, { item: { parameters: odd } }).name).toBe('o');
    for (const schema of [null, 5, [], { properties: 5 }, { allOf: 'x', required: 7 }, { properties: { a: null } }])
      expect(operation({ requestBody: json(schema as object) }).name).toBe('o');
  });

  it('takes the first of equal ids', () => {
    const paths = { '/a': { get: { operationId: 'o' } }, '/b': { get: { operationId: 'o' } } };
    expect(contentOf(document(paths)).operations.map(({ path }) => path)).toEqual(['/a']);
  });

  it('keeps names of fields that equal keywords', () => {
    const properties = { example: { type: 'string' }, $ref: { type: 'string' }, properties: { type: 'string' } };
    const { parameters } = operation({ requestBody: json({ type: 'object', properties }) });
    expect(parameters.properties).toEqual(properties);
  });
});

describe('hostile documents', () => {
  const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
  const sizeOf = (schemas: object) => JSON.stringify(operation({ requestBody: json(ref('A')) }, { schemas })).length;

  it('ends cycles', () => {
    const schemas = {
      A: { type: 'object', properties: { a: ref('A'), b: ref('B') } },
      B: { allOf: [ref('A'), ref('B')] },
    };
    expect(operation({ requestBody: json(ref('A')) }, { schemas }).parameters.properties).toMatchObject({ a: {} });
    expect(sizeOf({ A: ref('B'), B: ref('A') })).toBeLessThan(1000);
    const chain = operation({ parameters: [{ $ref: '#/paths/~1x/post/parameters/0' }] });
    expect(chain.parameters.properties).toEqual({});
  });

  it('bounds references that multiply', () => {
    const schemas = Object.fromEntries(
      Array.from('ABCDEFGHIJKLMNOPQRST', (name, index) => [
        name,
        {
          type: 'object',
          properties: Object.fromEntries(
            Array.from({ length: 9 }, (_, i) => [`p${i}`, ref('ABCDEFGHIJKLMNOPQRSTU'[index + 1]!)]),
          ),
        },
      ]),
    );
    expect(sizeOf(schemas)).toBeLessThan(256 * 1024);
  });

  it('bounds aliases of YAML that multiply', () => {
    const lines = Array.from(
      { length: 12 },
      (_, i) => `  a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(', ')}]`,
    );
    const text = [
      'info:',
      '  a0: &a0 [x]',
      ...lines,
      'paths:',
      '  /x:',
      '    get:',
      '      operationId: o',
      '      requestBody: { content: { application/json: { schema: { properties: { b: { default: *a12 } } } } } }',
    ].join('\n');
    const [found] = contentOf(parseDocument(text)).operations;
    expect(JSON.stringify(found).length).toBeLessThan(256 * 1024);
  });

  it('bounds depth, texts and the number of operations', () => {
    let deep: object = { type: 'string' };
    for (let i = 0; i < 5000; i++) deep = { type: 'array', items: deep };
    expect(JSON.stringify(operation({ requestBody: json(deep) })).length).toBeLessThan(10_000);
    expect(operation({ description: 'x'.repeat(1e6) }).description).toHaveLength(10_000);
    const many = Object.fromEntries(
      Array.from({ length: 3000 }, (_, i) => [`/p${i}`, { get: { operationId: `o${i}` } }]),
    );
    expect(contentOf(document(many)).operations).toHaveLength(1000);
  });

  it('takes over no prototype', () => {
    const schemas = {
      A: JSON.parse(
        '{"type":"object","properties":{"__proto__":{"polluted":true},"a":{"__proto__":{"polluted":true}}}}',
      ) as object,
    };
    const found = operation(
      { requestBody: json(ref('A')), parameters: [{ name: '__proto__', in: 'query' }] },
      { schemas },
    );
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(found.parameters.properties).toEqual({ a: {} });
  });
});

describe('parseDocument', () => {
  it('reads JSON and YAML', () => {
    expect(parseDocument('\ufeff{"a":1}')).toEqual({ a: 1 });
    expect(parseDocument('openapi: 3.0.0\ninfo: {title: Yaml, version: "1"}')).toEqual({
      openapi: '3.0.0',
      info: { title: 'Yaml', version: '1' },
    });
  });

  it.each(['{{{: not yaml', '[]', 'text', '', '5', '['.repeat(100_000), 'a: &a [*a]\nb: !!js/function x'])(
    'refuses %#',
    (text) => expect(() => parseDocument(text)).toThrow(),
  );
});
