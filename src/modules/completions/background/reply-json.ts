import { isJsonObject, type JsonObject } from '../../../common/util/json';
import { ContentBlocks } from '../content/content-blocks';
import { tagPairs } from '../content/tag-pairs';
import { parsePythonLiteral } from '../tools/python-literal';

const PAIRS = tagPairs({});

/** Characters in which an object between braces is looked for, and braces at which it may begin. */
const MAX_SCANNED = 20_000;
const MAX_TRIES = 20;

/** The object between the first `{` and the last `}`, or the first that can be read, reasoning left out; else empty. */
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
  const from = text.indexOf('{');
  const to = text.lastIndexOf('}');
  if (from === -1 || to < from) return undefined;
  return parsed(text.slice(from, to + 1)) ?? firstBalanced(text.slice(0, MAX_SCANNED));
}

/** JSON, or what models write for it: single quotes, `True`, `None`, a comma after the last item. */
function parsed(text: string): JsonObject | undefined {
  for (const parse of [JSON.parse, parsePythonLiteral])
    try {
      const value: unknown = parse(text);
      if (isJsonObject(value)) return value;
    } catch {
      // Not in this form.
    }
  return undefined;
}

/** The first object that stands by itself, for replies with braces before or after it. */
function firstBalanced(text: string): JsonObject | undefined {
  let from = text.indexOf('{');
  for (let tries = 0; from !== -1 && tries < MAX_TRIES; tries++) {
    const value = parsed(text.slice(from, endOfObject(text, from)));
    if (value && Object.keys(value).length > 0) return value;
    from = text.indexOf('{', from + 1);
  }
  return undefined;
}

/** Behind the brace that closes the one at `from`; the end of the text without one. Braces in strings do not count. */
function endOfObject(text: string, from: number): number {
  let depth = 0;
  let isQuoted = false;
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === '\\') at++;
    else if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && character === '{') depth++;
    else if (!isQuoted && character === '}' && --depth === 0) return at + 1;
  }
  return text.length;
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
