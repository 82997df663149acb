import { isJsonObject, type JsonObject } from '../../../common/util/json';
import { bodyDigest, bodyOf, valueDigest } from './digest';
import { hasGrownFrom, isSameJson } from './same-json';
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
  const merged = withServerKeys(stored, message, posted);
  // A post that brings nothing leaves the row as it is.
  if (isSameJson(message, merged)) return { message, isNews: false };
  return { message: merged, isNews: !hasSameBody(message, merged) };
}

const hasSameBody = (a: unknown, b: unknown): boolean => isSameJson(bodyOf(a), bodyOf(b));

function withLinksOf(posted: JsonObject, message: JsonObject): JsonObject {
  const merged = { ...message };
  for (const key of ['parentId', 'childrenIds']) if (Object.hasOwn(posted, key)) merged[key] = posted[key];
  return merged;
}

function withServerKeys({ serverKeys, past }: StoredMessage, stored: JsonObject, posted: JsonObject): JsonObject {
  const kept = serverKeys.filter((key) => Object.hasOwn(stored, key) && isBehind(key, stored, posted, past));
  return kept.length === 0 ? posted : { ...posted, ...Object.fromEntries(kept.map((key) => [key, stored[key]])) };
}

/** True when the post has not got all of what the server wrote under that key, or has what the server replaced. */
function isBehind(key: string, stored: JsonObject, posted: JsonObject, past: readonly string[]): boolean {
  if (!Object.hasOwn(posted, key)) return true;
  const [ours, theirs] = [stored[key], posted[key]];
  if (isSameJson(ours, theirs) || (key === 'content' && isEdited(stored, posted))) return false;
  return (isTextOrList(key, ours) && hasGrownFrom(theirs, ours)) || past.includes(valueDigest(key, theirs));
}

/** Of texts only `content` grows; another that begins like the old one is another. */
const isTextOrList = (key: string, value: unknown): boolean => key === 'content' || Array.isArray(value);

/** Clients keep the text from before an edit in `originalContent`. */
const isEdited = (stored: JsonObject, posted: JsonObject): boolean =>
  posted.originalContent !== undefined && posted.originalContent !== stored.originalContent;
