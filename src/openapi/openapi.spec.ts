import type { OpenAPIObject } from '@nestjs/swagger';
import document from '../../openapi.json';
import { describeErrors } from './errors';
import { describeOperations } from './operations';
import { completeSchemas } from './schemas';
import { operationsOf, pathParametersOf } from './walk';

const open = document as unknown as OpenAPIObject;
const operation = (operationId: string, more: object = {}) => ({ operationId, responses: {}, ...more });

/** A document of these paths; each has one GET. */
function documentOf(gets: Record<string, object>, schemas: object = {}): OpenAPIObject {
  const paths = Object.fromEntries(Object.entries(gets).map(([path, get]) => [path, { get }]));
  return { openapi: '3.1.0', info: { title: '', version: '' }, paths, components: { schemas } } as OpenAPIObject;
}

describe('describeOperations', () => {
  const described = (gets: Record<string, object>) => {
    const made = documentOf(gets);
    describeOperations(made, new Map([['signIn_post', { kind: 'public' }]]));
    return Object.fromEntries(operationsOf(made).map((place) => [place.path, place.operation]));
  };

  it('names aliases after their path and deprecates them', () => {
    expect(described({ '/api/a': operation('a_get[0]'), '/api/v1/a': operation('a_get[1]') })).toMatchObject({
      '/api/a': { operationId: 'a_get' },
      '/api/v1/a': { operationId: 'a_get_api_v1_a', deprecated: true },
    });
  });

  it('names variants after their parameter', () => {
    const variants = described({ '/a': operation('a_get[0]'), '/a/{index}': operation('a_get[1]') });
    expect(variants['/a/{index}']).toMatchObject({
      operationId: 'a_get_by_index',
      parameters: [{ name: 'index', in: 'path', required: true }],
    });
    expect(variants['/a/{index}']).not.toHaveProperty('deprecated');
  });

  it('requires credentials unless the route is public', () => {
    const { '/in': open, '/chats': closed } = described({
      '/in': operation('signIn_post'),
      '/chats': operation('c_get'),
    });
    expect(open?.security).toEqual([]);
    expect(closed?.security).toEqual([{ bearer: [] }, { 'api-key': [] }]);
  });

  it('divides a docstring into summary and description', () => {
    const summary = 'Save a chat. For the owner.';
    expect(described({ '/a': operation('a_get', { summary }) })['/a']).toMatchObject({
      summary: 'Save a chat',
      description: 'For the owner.',
    });
  });
});

describe('completeSchemas', () => {
  const completed = (schema: object) => {
    const made = documentOf({}, { It: schema });
    completeSchemas(made);
    return made.components?.schemas?.It;
  };

  it.each([
    [{ type: 'string', nullable: true }, { type: ['string', 'null'] }],
    [{ nullable: true, type: 'object', allOf: [{ $ref: '#/x' }] }, { anyOf: [{ $ref: '#/x' }, { type: 'null' }] }],
    [
      { type: 'string', enum: ['a'], nullable: true },
      { type: ['string', 'null'], enum: ['a', null] },
    ],
    [{ type: 'object' }, { type: 'object', additionalProperties: true }],
    [{ type: 'object', oneOf: [{ type: 'string' }] }, { oneOf: [{ type: 'string' }] }],
  ])('%j', (given, expected) => expect(completed(given)).toEqual(expected));
});

describe('describeErrors', () => {
  it('keeps what an operation documents itself', () => {
    const own = { description: 'Own' };
    const made = documentOf({ '/a/{id}': operation('a_get', { responses: { '404': own } }) });
    describeErrors(made);
    expect(made.paths['/a/{id}']?.get?.responses).toMatchObject({ '404': own, '4XX': {}, '5XX': {} });
  });
});

describe('openapi.json', () => {
  const places = operationsOf(open);

  it('has unique operation ids that are identifiers', () => {
    const ids = places.map((place) => place.operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^\w+$/.test(id ?? ''))).toEqual([]);
  });

  it('has a summary, a described tag and all path parameters for every operation', () => {
    const tags = new Set(open.tags?.map(({ name }) => name));
    const incomplete = places.filter(({ path, operation: { summary, tags: own = [], parameters = [] } }) => {
      const declared = parameters.flatMap((parameter) => ('name' in parameter ? [parameter.name] : []));
      const isTagged = own.length > 0 && own.every((tag) => tags.has(tag));
      return !summary || !isTagged || pathParametersOf(path).some((name) => !declared.includes(name));
    });
    expect(incomplete.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  });

  it('has examples for fifty operations', () => {
    const shown = places.filter(({ operation: { requestBody } }) => {
      return requestBody && 'content' in requestBody && requestBody.content['application/json']?.example !== undefined;
    });
    expect(shown.length).toBeGreaterThanOrEqual(50);
  });
});
