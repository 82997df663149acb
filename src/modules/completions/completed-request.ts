import { BadRequestError } from '../../common/errors/app-error';
import type { JsonObject } from '../../common/util/json';

const KEYS = ['model', 'chat_id', 'id', 'session_id'];

/** What clients send of a complete reply. @throws BadRequestError with the quoted name of a missing key (contract). */
export function requireKeys(body: JsonObject): void {
  const missing = KEYS.find((key) => !(key in body));
  if (missing !== undefined) throw new BadRequestError(`'${missing}'`);
}
