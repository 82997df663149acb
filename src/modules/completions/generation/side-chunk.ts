import { nowSeconds } from '../../../common/util/time';
import type { JsonObject } from '../../../common/util/json';

/**
 * A chunk of a stream for what OpenAI's interface does not know: sources, statuses. Its clients skip chunks without
 * choices and without an id, which Azure sends as well; without `choices` they fail.
 */
export const sideChunk = (model: string, fields: JsonObject): JsonObject => ({
  ...{ id: '', object: 'chat.completion.chunk', created: nowSeconds(), model, choices: [] },
  ...fields,
});
