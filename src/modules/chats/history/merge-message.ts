import { isJsonObject, type JsonObject } from '../../../common/util/json';
import { bodyDigest, bodyOf } from './digest';
import { isProperStart, isSameJson } from './same-json';
import type { StoredMessage } from './stored-message';

/** What becomes of one message that is both stored and posted. */
export interface MergedMessage {
  message: unknown;
  /** True when the post brings something that was not stored, apart from the links of the tree. */
  isNews: boolean;
}

/** True when the posted copy is a version that was stored earlier and has been replaced since. */
export function isOutdated(stored: StoredMessage, posted: unknown): boolean {
  return stored.past.length > 0 && !hasSameBody(stored.message, posted) && stored.past.includes(bodyDigest(posted));
}

/**
 * The later one wins, except where the post demonstrably does not know what it replaces: an outdated copy changes
 * nothing, and what the server wrote is kept where the post has less of it. Links are those of the post.
 */
export function mergeMessage(stored: StoredMessage, posted: unknown, outdated: boolean): MergedMessage {
  const { message } = stored;
  if (message === posted) return { message, isNews: false };
  if (!isJsonObject(message) || !isJsonObject(posted)) return { message: posted, isNews: !isSameJson(message, posted) };
  if (outdated) return { message: withLinksOf(posted, message), isNews: false };
  const merged = withServerKeys(stored.serverKeys, message, posted);
  return { message: merged, isNews: !hasSameBody(message, merged) };
}

const hasSameBody = (a: unknown, b: unknown): boolean => isSameJson(bodyOf(a), bodyOf(b));

function withLinksOf(posted: JsonObject, message: JsonObject): JsonObject {
  const merged = { ...message };
  for (const key of ['parentId', 'childrenIds']) if (Object.hasOwn(posted, key)) merged[key] = posted[key];
  return merged;
}

function withServerKeys(keys: readonly string[], stored: JsonObject, posted: JsonObject): JsonObject {
  const kept = keys.filter((key) => Object.hasOwn(stored, key) && isBehind(key, stored, posted));
  return kept.length === 0 ? posted : { ...posted, ...Object.fromEntries(kept.map((key) => [key, stored[key]])) };
}

/** True when the post has not got all of what the server wrote under that key. */
function isBehind(key: string, stored: JsonObject, posted: JsonObject): boolean {
  if (!Object.hasOwn(posted, key)) return true;
  const [ours, theirs] = [stored[key], posted[key]];
  if (Array.isArray(ours) && Array.isArray(theirs)) return isProperStart(theirs, ours);
  if (key !== 'content' || typeof ours !== 'string' || typeof theirs !== 'string') return false;
  return theirs.length < ours.length && ours.startsWith(theirs) && !isEdited(stored, posted);
}

/** Clients keep the text from before an edit in `originalContent`. */
const isEdited = (stored: JsonObject, posted: JsonObject): boolean =>
  posted.originalContent !== undefined && posted.originalContent !== stored.originalContent;
