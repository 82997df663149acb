import { asString, isJsonObject, objectsIn, type JsonObject } from '../../../common/util/json';

const FILE_URL = /\/api\/v1\/files\/([\w-]{1,64})(?:\/|$)/;

/** Distinct ids that may be those of files: of what is attached to messages, the user's and the models'. */
export function attachedIds({ history, messages, files }: JsonObject): string[] {
  const tree = isJsonObject(history) && isJsonObject(history.messages) ? Object.values(history.messages) : [];
  const lists = [...tree, ...objectsIn(messages)].map((message) => (isJsonObject(message) ? message.files : undefined));
  return [...new Set([files, ...lists].flatMap(objectsIn).flatMap(idsOf))];
}

/** Uploads have an id, images that were generated a URL. */
function idsOf({ id, url }: JsonObject): string[] {
  return [asString(id), FILE_URL.exec(asString(url) ?? '')?.[1]].filter((found) => found !== undefined);
}
