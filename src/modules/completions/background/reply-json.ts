import { isJsonObject, type JsonObject } from '../../../common/util/json';
import { ContentBlocks } from '../content/content-blocks';
import { tagPairs } from '../content/tag-pairs';

const PAIRS = tagPairs({});

/** The object between the first `{` and the last `}`, reasoning left out; empty when that is not JSON. */
export const jsonIn = (reply: string): JsonObject => objectIn(withoutReasoning(reply)) ?? {};

/** The search queries of a reply: its `queries`, or all of it when it is no JSON. A single blank one stays. */
export function queriesIn(reply: string): string[] {
  const text = withoutReasoning(reply);
  const object = objectIn(text);
  const queries = object ? (stringsIn(object.queries) ?? []) : [text];
  const trimmed = queries.map((query) => query.trim());
  return trimmed.length === 1 ? trimmed : trimmed.filter((query) => query !== '');
}

function objectIn(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The text outside of reasoning tags; all of it when there is nothing else. A model may put its answer into its thoughts. */
function withoutReasoning(reply: string): string {
  const blocks = new ContentBlocks('', PAIRS);
  blocks.appendText(reply);
  blocks.finish();
  const texts = blocks.blocks.map((block) => (block.type === 'text' || block.type === 'solution' ? block.text : ''));
  return afterThoughts(texts.join('')).trim() || reply;
}

/** Chat templates of some models begin the thoughts themselves: the reply then holds only the closing tag. */
function afterThoughts(text: string): string {
  const ends = PAIRS.filter(({ type }) => type === 'reasoning').map(({ close }) =>
    text.includes(close) ? text.lastIndexOf(close) + close.length : 0,
  );
  return text.slice(Math.max(0, ...ends));
}

/** The strings of a list; undefined for anything else. */
export const stringsIn = (value: unknown): string[] | undefined =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : undefined;
