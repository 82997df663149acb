import { load } from 'js-yaml';
import { tryParseJson } from '../../../../common/json/parse-json';
import { isJsonObject, storable, type JsonObject } from '../../../../common/util/json';
import { TaskRefusal } from '../../../../platform/workers/worker-error';

/** An OpenAPI document in JSON or YAML. @throws TaskRefusal for anything else. */
export function parseDocument(text: string): JsonObject {
  const value = tryParseJson(text) ?? parseYaml(text);
  if (!isJsonObject(value)) throw new TaskRefusal('The document is no object');
  return value;
}

function parseYaml(text: string): unknown {
  try {
    return load(text);
  } catch (error) {
    throw new TaskRefusal(error instanceof Error ? storable(error.message.split('\n', 1)[0] ?? '') : 'Invalid YAML');
  }
}

/** Values of a document that is returned as a whole. */
const MAX_VALUES = 1_000_000;

/** The document as JSON. @throws TaskRefusal when references within its YAML make it too large. */
export function printDocument(document: JsonObject): string {
  let left = MAX_VALUES;
  const count = (value: unknown): void => {
    if (--left < 0) throw new TaskRefusal('The document is too large');
    if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) count(item);
  };
  count(document);
  return JSON.stringify(document);
}
