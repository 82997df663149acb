import { asString, isJsonObject, type JsonObject } from '../../../../common/util/json';
import { dereferenced, inlineSchema } from './bounded-schema';

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'] as const;
const PLACES = ['path', 'query', 'header', 'cookie'] as const;
const MAX_OPERATIONS = 1_000;
/** Characters of the schema of one operation as JSON, and of all; further ones are left out. */
const MAX_SCHEMA = 256 * 1024;
const MAX_SCHEMAS = 8 * 1024 * 1024;
const MAX_DESCRIPTION = 10_000;

export type OperationMethod = Uppercase<(typeof METHODS)[number]>;

/** A parameter outside of the body. */
export interface OperationInput {
  name: string;
  in: (typeof PLACES)[number];
  isRequired: boolean;
  /** How lists and objects are written. */
  style: string;
  explode: boolean;
}

/** An operation of an OpenAPI document as a function for models. */
export interface Operation {
  /** The `operationId`. */
  name: string;
  description: string;
  /** JSON schema of the arguments. */
  parameters: JsonObject;
  method: OperationMethod;
  /** Template, such as `/items/{id}`. */
  path: string;
  inputs: OperationInput[];
  /**
   * `none`: without body; `arguments`: the arguments that are no input, or are in `bodyNames` too; otherwise the name
   * of the one argument that is the body.
   */
  body: { kind: 'none' } | { kind: 'arguments'; names: string[] } | { kind: 'argument'; name: string };
  /** The body is a form instead of JSON. */
  isForm: boolean;
}

/** What is used of a document. */
export interface OpenApiContent {
  title: string;
  description: string;
  operations: Operation[];
}

/** Members of path items that are no operations, and operations without an id, are left out. */
export function contentOf(document: JsonObject): OpenApiContent {
  const info = isJsonObject(document.info) ? document.info : {};
  return {
    title: asString(info.title)?.slice(0, MAX_DESCRIPTION) ?? '',
    description: asString(info.description)?.slice(0, MAX_DESCRIPTION) ?? '',
    operations: operationsOf(document),
  };
}

function operationsOf(document: JsonObject): Operation[] {
  const byName = new Map<string, Operation>();
  let size = 0;
  for (const operation of definedIn(document)) {
    const length = JSON.stringify(operation.parameters).length;
    if (byName.has(operation.name) || length > MAX_SCHEMA) continue;
    size += length;
    if (byName.size >= MAX_OPERATIONS || size > MAX_SCHEMAS) break;
    byName.set(operation.name, operation);
  }
  return [...byName.values()];
}

function* definedIn(document: JsonObject): Generator<Operation, void> {
  for (const [path, member] of Object.entries(isJsonObject(document.paths) ? document.paths : {})) {
    const item = path.startsWith('/') ? dereferenced(document, member) : undefined;
    for (const method of METHODS) {
      const definition = item?.[method];
      if (!isJsonObject(definition) || !firstText(definition.operationId)) continue;
      const place = { name: String(definition.operationId), method: method.toUpperCase() as OperationMethod, path };
      yield toOperation(document, place, definition, item?.parameters);
    }
  }
}

function toOperation(
  document: JsonObject,
  place: Pick<Operation, 'name' | 'method' | 'path'>,
  definition: JsonObject,
  shared: unknown,
): Operation {
  const parameters = parametersOf(document, [shared, definition.parameters]);
  const inputs = parameters.map(toInput);
  const properties: JsonObject = {};
  for (const parameter of parameters) properties[parameter.name] = propertyOf(document, parameter);
  const required = inputs.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  const body = bodyOf(document, definition.requestBody, properties);
  const text = firstText(definition.description, definition.summary) ?? 'No description available.';
  return {
    ...place,
    description: text.slice(0, MAX_DESCRIPTION),
    parameters: {
      type: 'object',
      properties: { ...properties, ...body.properties },
      required: [...new Set([...required, ...body.required])],
    },
    inputs,
    body: body.body,
    isForm: body.isForm,
  };
}

type Parameter = JsonObject & { name: string; in: OperationInput['in'] };

/** Those of the operation override those of its path. */
function parametersOf(document: JsonObject, lists: unknown[]): Parameter[] {
  const found = new Map<string, Parameter>();
  for (const list of lists)
    for (const item of Array.isArray(list) ? list.slice(0, 200) : []) {
      const parameter = dereferenced(document, item);
      if (parameter && isParameter(parameter)) found.set(`${parameter.in} ${parameter.name}`, parameter);
    }
  return [...found.values()];
}

const isParameter = (value: JsonObject): value is Parameter =>
  typeof value.name === 'string' &&
  value.name !== '' &&
  value.name !== '__proto__' &&
  (PLACES as readonly unknown[]).includes(value.in);

function toInput({ name, in: place, required, style, explode }: Parameter): OperationInput {
  const usual = place === 'query' || place === 'cookie' ? 'form' : 'simple';
  const used = asString(style) ?? usual;
  return {
    name,
    in: place,
    isRequired: place === 'path' || required === true,
    style: used,
    explode: typeof explode === 'boolean' ? explode : used === 'form',
  };
}

const TYPE_KEYS = ['type', 'items', 'properties', 'anyOf', 'oneOf', 'allOf'];

/** A parameter as a property: values of an enumeration become part of its description. */
function propertyOf(document: JsonObject, parameter: Parameter): JsonObject {
  const schema = inlineSchema(document, parameter.schema ?? mediaOf(parameter.content)?.media.schema);
  const values = Array.isArray(schema.enum) && schema.enum.length > 0 ? (schema.enum as unknown[]) : undefined;
  const suffix = values ? `. Possible values: ${values.map(toText).join(', ')}` : '';
  return {
    ...Object.fromEntries(TYPE_KEYS.filter((key) => key in schema).map((key) => [key, schema[key]])),
    description: `${firstText(schema.description, parameter.description) ?? ''}${suffix}`,
  };
}

const firstText = (...values: unknown[]): string | undefined =>
  values.find((value): value is string => typeof value === 'string' && value !== '');

const toText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

interface BodyPart extends Pick<Operation, 'body' | 'isForm'> {
  properties: JsonObject;
  required: string[];
}

const NO_BODY: BodyPart = { body: { kind: 'none' }, isForm: false, properties: {}, required: [] };

/**
 * The properties of an object become arguments. A body of another form (a list, alternatives, an object of unknown keys)
 * becomes one argument, since models take schemas of objects only.
 */
function bodyOf(document: JsonObject, value: unknown, taken: JsonObject): BodyPart {
  const request = dereferenced(document, value);
  const content = mediaOf(request?.content);
  if (!content) return NO_BODY;
  const { isForm, media } = content;
  if (media.schema === undefined) return { ...NO_BODY, isForm, body: { kind: 'arguments', names: [] } };
  const schema = mergeAll(inlineSchema(document, media.schema));
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  const names = Object.keys(properties);
  if (names.length > 0)
    return { body: { kind: 'arguments', names }, isForm, properties, required: textsIn(schema.required) };
  const name = 'body' in taken ? 'request_body' : 'body';
  const required = request?.required === true ? [name] : [];
  return { body: { kind: 'argument', name }, isForm, properties: { [name]: schema }, required };
}

/** The JSON entry of a `content` object, or else its first. */
function mediaOf(content: unknown): { media: JsonObject; isForm: boolean } | undefined {
  if (!isJsonObject(content)) return undefined;
  const types = Object.keys(content);
  const type = types.find((name) => /^application\/(json|[\w.-]+\+json)(;|$)/i.test(name)) ?? types[0] ?? '';
  const media = content[type];
  return isJsonObject(media) ? { media, isForm: /^application\/x-www-form-urlencoded\b/i.test(type) } : undefined;
}

/** An object schema with the members of its `allOf` merged into it. */
function mergeAll(schema: JsonObject, depth = 0): JsonObject {
  const { allOf, ...own } = schema;
  if (!Array.isArray(allOf) || depth > 10) return schema;
  const parts = [...allOf.filter(isJsonObject).map((part) => mergeAll(part, depth + 1)), own];
  const properties = Object.assign({}, ...parts.map((part) => part.properties)) as JsonObject;
  if (Object.keys(properties).length === 0) return schema;
  return {
    ...own,
    type: 'object',
    properties,
    required: [...new Set(parts.flatMap((part) => textsIn(part.required)))],
  };
}

const textsIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
