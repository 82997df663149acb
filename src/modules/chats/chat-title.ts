import { BadRequestError } from '../../common/errors/app-error';
import type { JsonObject } from '../../common/util/json';

const UNTITLED = 'New Chat';

/** The title of a client's object. @throws BadRequestError when it is there and no text. */
export function titleOf(content: JsonObject, fallback = UNTITLED): string {
  if (!Object.hasOwn(content, 'title')) return fallback;
  if (typeof content.title !== 'string') throw new BadRequestError();
  return content.title;
}
