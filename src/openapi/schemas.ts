import type { OpenAPIObject } from '@nestjs/swagger';
import { isJsonObject, type JsonObject } from '../common/util/json';

/** Bodies with additional keys that are passed to, or returned by, the model's provider. */
const OPEN_SCHEMAS =
  /^(?:CompletionBody|CompletedBody|OpenAiCompletionBody|CompletionResponse|ChatMessage|CompletionChoice|Embedding\w*|Ollama\w+Request|OllamaChatBody|FileMeta)$/;

/** Converts the schemas of @nestjs/swagger (OpenAPI 3.0) to 3.1, and allows additional keys where bodies are open. */
export function completeSchemas(document: OpenAPIObject): void {
  const schemas = (document.components?.schemas ?? {}) as Record<string, JsonObject>;
  for (const [name, schema] of Object.entries(schemas)) if (OPEN_SCHEMAS.test(name)) schema.additionalProperties = true;
  completeIn(document.paths);
  completeIn(schemas);
}

function completeIn(value: unknown): void {
  if (Array.isArray(value)) return value.forEach(completeIn);
  if (!isJsonObject(value)) return;
  Object.values(value).forEach(completeIn);
  complete(value);
}

/** Converts one schema in place. Other objects of the document are not changed. */
function complete(schema: JsonObject): void {
  // A type next to alternatives is that of the TypeScript union, which is always `object`.
  if (schema.type === 'object' && (schema.oneOf ?? schema.anyOf ?? schema.allOf)) delete schema.type;
  if (schema.type === 'object' && !schema.properties) schema.additionalProperties ??= true;
  inlineSoleReference(schema);
  if (schema.nullable === undefined) return;
  const isNullable = schema.nullable === true;
  delete schema.nullable;
  if (isNullable) acceptNull(schema);
}

/** 3.0 describes a reference as `allOf` with one entry; 3.1 allows keys next to `$ref`. */
function inlineSoleReference(schema: JsonObject): void {
  if (!Array.isArray(schema.allOf) || schema.allOf.length !== 1) return;
  Object.assign(schema, schema.allOf[0] as JsonObject);
  delete schema.allOf;
}

function acceptNull(schema: JsonObject): void {
  if (Array.isArray(schema.enum)) schema.enum = [...(schema.enum as unknown[]), null];
  if (schema.type !== undefined) schema.type = [schema.type, 'null'];
  else if (schema.$ref !== undefined) {
    schema.anyOf = [{ $ref: schema.$ref }, { type: 'null' }];
    delete schema.$ref;
  } else
    for (const key of ['oneOf', 'anyOf'])
      if (Array.isArray(schema[key])) schema[key] = [...(schema[key] as unknown[]), { type: 'null' }];
}
