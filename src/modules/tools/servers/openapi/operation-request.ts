import { toUSVString } from 'node:util';
import { isJsonObject, type JsonObject } from '../../../../common/util/json';
import type { Operation, OperationInput, OperationMethod } from './operations';

/** What is sent for a call. */
export interface OperationRequest {
  method: OperationMethod;
  url: string;
  headers: Record<string, string>;
  body?: string;
}

/** Headers that belong to the request or to its credentials: a model may not set them. */
const RESERVED_HEADERS =
  /^(accept|authorization|connection|content-.*|cookie|expect|host|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/i;
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;

/**
 * The request of a call. Every value is encoded for its place, so that arguments reach no other path, parameter or host.
 * @throws Error with a message for the model when an argument is missing or cannot be sent.
 */
export function toOperationRequest(base: string, operation: Operation, args: JsonObject): OperationRequest {
  const url = new URL(base + fillPath(operation, args));
  if (url.origin !== new URL(base).origin) throw new Error('The path of the operation leads to another server');
  const query = inputsIn(operation, 'query').flatMap((input) => pairsOf(input, args[input.name]));
  const fixed = url.search.slice(1);
  url.search = [...(fixed ? [fixed] : []), ...query.map((pair) => pair.map(encoded).join('='))].join('&');
  const { body, type } = bodyOf(operation, args);
  return {
    method: operation.method,
    url: url.href,
    headers: {
      ...headersOf(operation, args),
      accept: 'application/json, */*;q=0.5',
      ...(type && { 'content-type': type }),
    },
    body,
  };
}

const inputsIn = ({ inputs }: Operation, place: OperationInput['in']): OperationInput[] =>
  inputs.filter((input) => input.in === place);

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

function fillPath(operation: Operation, args: JsonObject): string {
  let path = operation.path;
  for (const { name } of inputsIn(operation, 'path'))
    path = path.replaceAll(`{${name}}`, () => segmentOf(name, args[name]));
  const left = /\{([^{}]{1,100})\}/.exec(path)?.[1];
  if (left !== undefined) throw new Error(`The argument ${left} is missing`);
  return path;
}

/** Dots alone would be another path, in every encoding. */
function segmentOf(name: string, value: unknown): string {
  if (!isGiven(value)) throw new Error(`The argument ${name} is missing`);
  const text = Array.isArray(value) ? value.map(toText).join(',') : toText(value);
  if (/^\.{0,2}$/.test(text)) throw new Error(`The argument ${name} cannot be part of a path`);
  return encoded(text);
}

const encoded = (text: string): string => encodeURIComponent(toUSVString(text));

const toText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Names and values as the style of the parameter says. */
function pairsOf(input: OperationInput, value: unknown): [string, string][] {
  if (!isGiven(value)) return [];
  const { name } = input;
  if (Array.isArray(value)) return listPairs(input, value.filter(isGiven).map(toText));
  if (!isJsonObject(value)) return [[name, toText(value)]];
  const entries = Object.entries(value).filter(([, item]) => isGiven(item));
  if (input.style === 'deepObject') return entries.map(([key, item]) => [`${name}[${key}]`, toText(item)]);
  if (input.explode) return entries.map(([key, item]) => [key, toText(item)]);
  return [[name, entries.flatMap(([key, item]) => [key, toText(item)]).join(',')]];
}

const SEPARATORS: Record<string, string> = { spaceDelimited: ' ', pipeDelimited: '|' };

const listPairs = ({ name, style, explode }: OperationInput, items: string[]): [string, string][] =>
  explode ? items.map((item) => [name, item]) : [[name, items.join(SEPARATORS[style] ?? ',')]];

function headersOf(operation: Operation, args: JsonObject): Record<string, string> {
  const given = inputsIn(operation, 'header').filter(
    ({ name }) => HEADER_NAME.test(name) && !RESERVED_HEADERS.test(name) && isGiven(args[name]),
  );
  const cookies = inputsIn(operation, 'cookie').flatMap((input) => pairsOf(input, args[input.name]));
  return {
    ...Object.fromEntries(given.map(({ name }) => [name.toLowerCase(), headerValue(args[name])])),
    ...(cookies.length > 0 && { cookie: cookies.map((pair) => pair.map(encoded).join('=')).join('; ') }),
  };
}

/** Header values are Latin without control characters; the rest is percent-encoded. */
const headerValue = (value: unknown): string =>
  (Array.isArray(value) ? value.map(toText).join(',') : toText(value)).replace(/[^\x20-\x7e]+/g, encoded);

function bodyOf({ method, body, inputs, isForm }: Operation, args: JsonObject): { body?: string; type?: string } {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS' || body.kind === 'none') return {};
  const value = body.kind === 'argument' ? args[body.name] : bodyArguments(body.names, inputs, args);
  if (value === undefined) return {};
  if (!isForm) return { body: JSON.stringify(value), type: 'application/json' };
  const input = { name: 'body', in: 'query', isRequired: false, style: 'form', explode: true } as const;
  const pairs = Object.entries(isJsonObject(value) ? value : {}).flatMap(([name, item]) =>
    pairsOf({ ...input, name }, item),
  );
  return { body: new URLSearchParams(pairs).toString(), type: 'application/x-www-form-urlencoded' };
}

/** All arguments but the inputs, unless the body has a property of the same name. */
function bodyArguments(names: string[], inputs: OperationInput[], args: JsonObject): JsonObject {
  const others = new Set(inputs.map(({ name }) => name));
  return Object.fromEntries(Object.entries(args).filter(([name]) => names.includes(name) || !others.has(name)));
}
