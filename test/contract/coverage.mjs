#!/usr/bin/env node
/**
 * Compares an OpenAPI document with the operations, parameters and fields that the contract names (`operations.json`):
 * `node coverage.mjs OPENAPI.json [--prefix /api/v1/chats]... [--list] [--min-operations N]`. Prints one summary line,
 * with `--list` also what is missing. Exit code 1 only when fewer than N operations are present.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const MAX_DEPTH = 12;

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** Parameters of paths may have other names, and a trailing slash is served either way. */
const normalPath = (path) => path.replace(/\{[^}]*\}/g, '{}').replace(/(.)\/$/, '$1');

function operationsOf(document) {
  const operations = new Map();
  for (const [path, item] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(item))
      operations.set(`${method.toUpperCase()} ${normalPath(path)}`, { ...operation, shared: item.parameters ?? [] });
  return operations;
}

/** A schema with its references and alternatives merged into one: `{properties, required, items, additionalProperties}`. */
function resolve(schema, schemas, depth = 0) {
  if (!schema || depth > MAX_DEPTH) return {};
  if (schema.$ref) return resolve(schemas[schema.$ref.split('/').pop()], schemas, depth + 1);
  const merged = { ...schema, properties: { ...schema.properties }, required: [schema.required ?? []].flat() };
  for (const part of partsOf(schema).map((part) => resolve(part, schemas, depth + 1))) {
    Object.assign(merged.properties, part.properties);
    if (schema.allOf) merged.required.push(...part.required);
    merged.items ??= part.items;
    merged.additionalProperties = part.additionalProperties || merged.additionalProperties;
  }
  return merged;
}

const partsOf = ({ allOf = [], anyOf = [], oneOf = [] }) =>
  [...allOf, ...anyOf, ...oneOf].filter(({ type }) => type !== 'null');

/** The fields of an object, or of the elements of a list. */
function fieldsOf(schema, schemas) {
  let resolved = resolve(schema, schemas);
  for (let depth = 0; resolved.items && depth < 4; depth++) resolved = resolve(resolved.items, schemas);
  return { properties: {}, required: [], ...resolved };
}

const firstSchema = (content) => Object.values(content ?? {})[0]?.schema;

/** `[what, isPresent]` for every query parameter and field that the contract names. */
function checksOf(wanted, present, contract, document) {
  return [
    ...parameterChecks(wanted, present),
    ...bodyChecks(wanted, present, contract.schemas, document.components.schemas),
    ...responseChecks(wanted, present, contract.schemas, document.components.schemas),
  ];
}

function parameterChecks({ parameters = [] }, present) {
  const names = new Set([...present.shared, ...(present.parameters ?? [])].map(({ name }) => name));
  return parameters
    .filter((parameter) => parameter.in === 'query')
    .map(({ name }) => [`query ${name}`, names.has(name)]);
}

function bodyChecks({ body }, present, contractSchemas, schemas) {
  if (!body) return [];
  const theirs = fieldsOf(body.schema, contractSchemas);
  const ours = fieldsOf(firstSchema(present.requestBody?.content), schemas);
  const isOpen = Boolean(ours.additionalProperties);
  const fields = Object.keys(theirs.properties).map((key) => [`body field ${key}`, key in ours.properties || isOpen]);
  const stricter = ours.required.filter((key) => !theirs.required.includes(key));
  return [...fields, ...stricter.map((key) => [`tolerance: body field ${key} must be optional`, false])];
}

function responseChecks({ ok }, present, contractSchemas, schemas) {
  if (!ok?.schema) return [];
  const response = present.responses?.['200'] ?? present.responses?.['2XX'] ?? {};
  const ours = fieldsOf(firstSchema(response.content), schemas);
  const theirs = fieldsOf(ok.schema, contractSchemas);
  return Object.keys(theirs.properties).map((key) => [`response field ${key}`, key in ours.properties]);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    prefix: { type: 'string', multiple: true, default: [] },
    list: { type: 'boolean' },
    'min-operations': { type: 'string', default: '0' },
  },
});
const contract = readJson(new URL('./operations.json', import.meta.url));
const document = readJson(positionals[0] ?? 'openapi.json');
const operations = operationsOf(document);
const wanted = contract.operations.filter(
  ({ path }) => values.prefix.length === 0 || values.prefix.some((prefix) => path.startsWith(prefix)),
);
const results = wanted.map((operation) => {
  const present = operations.get(`${operation.method} ${normalPath(operation.path)}`);
  return {
    name: `${operation.method} ${operation.path}`,
    checks: present && checksOf(operation, present, contract, document),
  };
});
const missing = results.flatMap(({ name, checks }) =>
  checks ? checks.filter(([, isPresent]) => !isPresent).map(([what]) => `${what}  ${name}`) : [`operation  ${name}`],
);
const present = results.filter(({ checks }) => checks);
const checks = present.flatMap((result) => result.checks);
const found = checks.filter(([, isPresent]) => isPresent).length;
const scope = values.prefix.length > 0 ? ` under ${values.prefix.join(', ')}` : '';
if (values.list) process.stdout.write(missing.map((line) => `missing ${line}\n`).join(''));
process.stdout.write(
  `${present.length} of ${wanted.length} operations${scope}, ${found} of ${checks.length} of their fields\n`,
);
process.exitCode = present.length < Number(values['min-operations']) ? 1 : 0;
