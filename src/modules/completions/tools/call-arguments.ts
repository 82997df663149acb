import { isJsonObject, type JsonObject } from '../../../common/util/json';
import { parsePythonLiteral } from './python-literal';

/** The arguments of a call as models write them: JSON, or a Python dictionary. Empty for anything else. */
export function parseArguments(text: string): JsonObject {
  for (const parse of [JSON.parse, parsePythonLiteral])
    try {
      const value: unknown = parse(text);
      if (isJsonObject(value)) return value;
    } catch {
      // The next notation.
    }
  return {};
}

/** Models invent arguments: only those in the schema are passed on. */
export function knownArguments(args: JsonObject, { properties }: JsonObject): JsonObject {
  if (!isJsonObject(properties)) return args;
  return Object.fromEntries(Object.entries(args).filter(([key]) => Object.hasOwn(properties, key)));
}
