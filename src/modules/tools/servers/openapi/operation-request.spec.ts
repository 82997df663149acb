import { toOperationRequest } from './operation-request';
import type { Operation, OperationInput } from './operations';

const BASE = 'http://tools.test/api';
const input = (name: string, place: OperationInput['in'], change: Partial<OperationInput> = {}): OperationInput => ({
  ...{ name, in: place, isRequired: place === 'path', style: place === 'query' ? 'form' : 'simple' },
  explode: place === 'query',
  ...change,
});
const operation = (change: Partial<Operation>): Operation => ({
  ...{ name: 'o', description: '', parameters: {}, method: 'GET', path: '/items', inputs: [], isForm: false },
  body: { kind: 'none' },
  ...change,
});
const urlOf = (inputs: OperationInput[], args: object, path = '/items') =>
  toOperationRequest(BASE, operation({ inputs, path }), args as never).url;

describe('paths', () => {
  const inputs = [input('id', 'path'), input('b', 'path')];

  it.each<[unknown, string]>([
    ['a', 'a'],
    [5, '5'],
    [true, 'true'],
    ['a b/c?d#e', 'a%20b%2Fc%3Fd%23e'],
    ['{b}', '%7Bb%7D'],
    ['$&', '%24%26'],
    ['é\ud800', '%C3%A9%EF%BF%BD'],
    [['a', 'b'], 'a%2Cb'],
    ['../..', '..%2F..'],
    ['@evil.test', '%40evil.test'],
  ])('%j', (id, expected) => {
    expect(urlOf(inputs, { id, b: 'x' }, '/items/{id}/{b}')).toBe(`${BASE}/items/${expected}/x`);
  });

  it.each<[unknown]>([[undefined], [null], [''], ['.'], ['..'], [[]]])('refuses %j', (id) => {
    expect(() => urlOf(inputs, { id, b: 'x' }, '/items/{id}/{b}')).toThrow('id');
  });

  it('refuses a template with an undeclared part', () => {
    expect(() => urlOf([], { id: 'a' }, '/items/{id}')).toThrow('The argument id is missing');
  });

  it('stays on the server', () => {
    expect(() => toOperationRequest('http://tools.test', operation({ path: '@evil.test/' }), {})).toThrow(
      'another server',
    );
  });
});

describe('queries', () => {
  it.each<[Partial<OperationInput>, unknown, string]>([
    [{}, 'a b&c=d', '?q=a%20b%26c%3Dd'],
    [{}, 0, '?q=0'],
    [{}, false, '?q=false'],
    [{}, '', '?q='],
    [{}, null, ''],
    [{}, undefined, ''],
    [{}, ['a', null, 1], '?q=a&q=1'],
    [{ explode: false }, ['a', 'b'], '?q=a%2Cb'],
    [{ explode: false, style: 'pipeDelimited' }, ['a', 'b'], '?q=a%7Cb'],
    [{ explode: false, style: 'spaceDelimited' }, ['a', 'b'], '?q=a%20b'],
    [{}, { a: 1, b: null }, '?a=1'],
    [{ style: 'deepObject' }, { a: 1, b: { c: 2 } }, '?q%5Ba%5D=1&q%5Bb%5D=%7B%22c%22%3A2%7D'],
    [{ explode: false }, { a: 1 }, '?q=a%2C1'],
  ])('%j of %j: %s', (change, q, expected) => {
    expect(urlOf([input('q', 'query', change)], { q })).toBe(`${BASE}/items${expected}`);
  });

  it('follow a query of the template', () => {
    expect(urlOf([input('q', 'query')], { q: 1 }, '/items?v=2')).toBe(`${BASE}/items?v=2&q=1`);
  });
});

describe('headers', () => {
  const headersOf = (inputs: OperationInput[], args: object) =>
    toOperationRequest(BASE, operation({ inputs }), args as never).headers;

  it('sends those of the document, encoded', () => {
    const inputs = [input('X-A', 'header'), input('X-B', 'header'), input('c', 'cookie')];
    expect(headersOf(inputs, { 'X-A': 'a\r\nx: é', 'X-B': [1, 2], c: 'a;b' })).toMatchObject({
      ...{ 'x-a': 'a%0D%0Ax: %C3%A9', 'x-b': '1,2', cookie: 'c=a%3Bb' },
    });
  });

  it.each(['Authorization', 'Cookie', 'Host', 'Content-Length', 'Transfer-Encoding', 'Accept', 'bad name', 'a:b'])(
    'lets no model set %s',
    (name) => expect(Object.keys(headersOf([input(name, 'header')], { [name]: 'evil' }))).toEqual(['accept']),
  );
});

describe('bodies', () => {
  const sent = (change: Partial<Operation>, args: object) =>
    toOperationRequest(BASE, operation({ method: 'POST', ...change }), args as never);
  const inputs = [input('id', 'path'), input('both', 'query')];

  it('are the arguments that are no inputs', () => {
    const { body, headers, url } = sent(
      { inputs, path: '/{id}', body: { kind: 'arguments', names: ['a', 'both'] } },
      { id: 'x', a: 1, both: 2, other: 3 },
    );
    expect([body, headers['content-type'], url]).toEqual([
      '{"a":1,"both":2,"other":3}',
      'application/json',
      `${BASE}/x?both=2`,
    ]);
  });

  it('are one argument', () => {
    expect(sent({ body: { kind: 'argument', name: 'body' } }, { body: [1] }).body).toBe('[1]');
    expect(sent({ body: { kind: 'argument', name: 'body' } }, {})).not.toHaveProperty('headers.content-type');
  });

  it('are forms where the document says so', () => {
    const { body, headers } = sent({ isForm: true, body: { kind: 'arguments', names: [] } }, { a: 'x y', b: [1, 2] });
    expect([body, headers['content-type']]).toEqual(['a=x+y&b=1&b=2', 'application/x-www-form-urlencoded']);
  });

  it('are not sent with GET', () => {
    expect(sent({ method: 'GET', body: { kind: 'arguments', names: [] } }, { a: 1 }).body).toBeUndefined();
  });
});
