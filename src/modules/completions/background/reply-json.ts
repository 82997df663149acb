import { isJsonObject, type JsonObject } from '../../../common/util/json';

/** The text of a whole completion; some models put it into their reasoning. */
export function replyTextOf({ choices }: JsonObject): string {
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  const message = isJsonObject(choice) && isJsonObject(choice.message) ? choice.message : {};
  const text = [message.content, message.reasoning_content].find((value) => typeof value === 'string' && value !== '');
  return typeof text === 'string' ? text : '';
}

/** The object between the first `{` and the last `}`; an empty one when that is no JSON. */
export function jsonIn(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1));
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** The texts of a list; undefined when it is no list. */
export const textsIn = (value: unknown): string[] | undefined =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : undefined;
