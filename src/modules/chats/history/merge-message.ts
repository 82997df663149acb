import { isJsonObject, type JsonObject } from '../../../common/util/json';
import { bodyDigest, hasGrownFrom, hasSameBody, isSameJson, valueDigest } from './json-compare';
import type { StoredMessage } from './tree';

/** The merge of one message that is both stored and posted. */
export interface MergedMessage {
  message: unknown;
  /** True when the post changes something besides links. */
  isNews: boolean;
}

/** True when the posted copy equals an earlier version that has been replaced since. */
export function isOutdated(stored: StoredMessage, posted: unknown): boolean {
  return stored.past.length > 0 && !hasSameBody(stored.message, posted) && stored.past.includes(bodyDigest(posted));
}

/**
 * The post wins, except where it is provably outdated: an outdated copy changes nothing, and values written by the
 * server remain where the post has only a part of them. Links are always those of the post.
 */
export function mergeMessage(stored: StoredMessage, posted: unknown, outdated: boolean): MergedMessage {
  const { message } = stored;
  if (message === posted) return { message, isNews: false };
  if (!isJsonObject(message) || !isJsonObject(posted)) return { message: posted, isNews: !isSameJson(message, posted) };
  if (outdated) return { message: withLinksOf(posted, message), isNews: false };
  const merged = withServerKeys(stored, message, posted);
  // Returning the same object leaves the row untouched.
  if (isSameJson(message, merged)) return { message, isNews: false };
  return { message: merged, isNews: !hasSameBody(message, merged) };
}

function withLinksOf(posted: JsonObject, message: JsonObject): JsonObject {
  const merged = { ...message };
  for (const key of ['parentId', 'childrenIds']) if (Object.hasOwn(posted, key)) merged[key] = posted[key];
  return merged;
}

function withServerKeys({ serverKeys, past }: StoredMessage, stored: JsonObject, posted: JsonObject): JsonObject {
  const kept = serverKeys.filter((key) => Object.hasOwn(stored, key) && isBehind(key, stored, posted, past));
  return kept.length === 0 ? posted : { ...posted, ...Object.fromEntries(kept.map((key) => [key, stored[key]])) };
}

/** True when the post has only a part of what the server wrote under the key, or a value that the server replaced. */
function isBehind(key: string, stored: JsonObject, posted: JsonObject, past: readonly string[]): boolean {
  if (!Object.hasOwn(posted, key)) return true;
  const [ours, theirs] = [stored[key], posted[key]];
  if (isSameJson(ours, theirs) || (key === 'content' && isEdited(stored, posted))) return false;
  return (isTextOrList(key, ours) && hasGrownFrom(theirs, ours)) || past.includes(valueDigest(key, theirs));
}

/** Values that grow. Any string other than `content` with the same beginning is a different value. */
const isTextOrList = (key: string, value: unknown): boolean => key === 'content' || Array.isArray(value);

/** Clients keep the text before an edit in `originalContent`. */
const isEdited = (stored: JsonObject, posted: JsonObject): boolean =>
  posted.originalContent !== undefined && posted.originalContent !== stored.originalContent;
