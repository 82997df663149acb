import type { OpenAPIObject } from '@nestjs/swagger';
import { operationsOf, pathParametersOf, type Place, type Schemas } from './walk';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** The bodies written by `ValidationIssue` and the error filter. */
const SCHEMAS: Record<string, object> = {
  ValidationIssue: {
    type: 'object',
    description: 'One fault of a request.',
    required: ['type', 'loc', 'msg', 'input'],
    properties: {
      type: { type: 'string', description: 'Kind of the fault, as Pydantic names it.' },
      loc: {
        type: 'array',
        items: { type: ['string', 'integer'] },
        description: '`body`, `query` or `path`, then property names and array indexes.',
      },
      msg: { type: 'string' },
      input: { description: 'What was sent, cut to 200 characters.' },
      ctx: { type: 'object', additionalProperties: true },
    },
  },
  ErrorResponse: {
    type: 'object',
    description:
      'Every error. Routes of OpenAI and Ollama clients also have `error` in the form of those; what a provider answered is passed on.',
    additionalProperties: true,
    properties: {
      detail: {
        description: 'A sentence for the user, or an object with more.',
        anyOf: [{ type: ['string', 'object', 'null'] }, { type: 'array', items: {} }],
      },
      error: { description: "OpenAI's error object, or Ollama's text." },
    },
  },
  ValidationErrorResponse: {
    type: 'object',
    additionalProperties: true,
    required: ['detail'],
    properties: { detail: { anyOf: [{ type: 'array', items: ref('ValidationIssue') }, { type: 'string' }] } },
  },
};

const answer = (description: string, schema = 'ErrorResponse') => ({
  description,
  content: { 'application/json': { schema: ref(schema) } },
});

const RESPONSES = {
  Unauthorized: answer('No valid credentials, or the account may not do this'),
  NotFound: answer('No such resource, or none that the account may see'),
  Invalid: answer('The request does not have the documented form', 'ValidationErrorResponse'),
  Refused: answer('The request was refused'),
  Failed: answer('The server failed'),
  Relayed: {
    description: 'The request was refused or failed, here or at the provider, whose answer is passed on',
    content: { ...answer('').content, 'text/plain': { schema: { type: 'string' } } },
  },
};

/** Tags of operations that pass provider errors on. */
const RELAYING = new Set(['completions', 'embeddings', 'models', 'ollama', 'openai']);

/** Documents the common errors of every operation, by its inputs; entries of an operation take precedence. */
export function describeErrors(document: OpenAPIObject): void {
  document.components ??= {};
  document.components.schemas = { ...document.components.schemas, ...(SCHEMAS as Schemas) };
  document.components.responses = RESPONSES;
  for (const place of operationsOf(document))
    place.operation.responses = { ...errorsOf(place), ...place.operation.responses };
}

function errorsOf({ path, operation }: Place): Record<string, { $ref: string }> {
  const response = (name: keyof typeof RESPONSES) => ({ $ref: `#/components/responses/${name}` });
  const hasInput = operation.requestBody !== undefined || (operation.parameters ?? []).length > 0;
  const isRelaying = operation.tags?.some((tag) => RELAYING.has(tag));
  return {
    ...(operation.security?.length && { 401: response('Unauthorized') }),
    ...(pathParametersOf(path).length > 0 && { 404: response('NotFound') }),
    ...(hasInput && { 422: response('Invalid') }),
    '4XX': response(isRelaying ? 'Relayed' : 'Refused'),
    '5XX': response(isRelaying ? 'Relayed' : 'Failed'),
  };
}
