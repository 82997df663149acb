/** Tags around a part of a reply. */
export interface TagPair {
  type: 'reasoning' | 'solution' | 'code_interpreter';
  open: string;
  close: string;
}

const REASONING: readonly TagPair[] = [
  ...['think', 'thinking', 'reason', 'reasoning', 'thought', 'Thought'].map((name) => ({
    open: `<${name}>`,
    close: `</${name}>`,
  })),
  { open: '<|begin_of_thought|>', close: '<|end_of_thought|>' },
  { open: '◁think▷', close: '◁/think▷' },
].map((pair) => ({ type: 'reasoning', ...pair }));

const SOLUTION: TagPair = { type: 'solution', open: '<|begin_of_solution|>', close: '<|end_of_solution|>' };

/** Code that the model wants to run. */
export const CODE_TAG: TagPair = { type: 'code_interpreter', open: '<code_interpreter>', close: '</code_interpreter>' };

/** Characters: the end of the text is compared with all prefixes of a tag, on each delta. */
const MAX_TAG_LENGTH = 128;
/** Characters of the attributes of an opening tag; longer ones are text. Keeps the search linear. */
const MAX_ATTRIBUTES = 1000;

export interface TagOptions {
  /** The param `reasoning_tags`: `false` disables them, a list of two strings replaces the default pairs. */
  reasoningTags?: unknown;
  hasCodeInterpreter?: boolean;
}

/** The tag pairs to find in a reply. */
export function tagPairs({ reasoningTags, hasCodeInterpreter = false }: TagOptions): readonly TagPair[] {
  return [...reasoningPairs(reasoningTags), SOLUTION, ...(hasCodeInterpreter ? [CODE_TAG] : [])];
}

function reasoningPairs(setting: unknown): readonly TagPair[] {
  if (setting === false) return [];
  if (!Array.isArray(setting) || setting.length !== 2) return REASONING;
  const [open, close] = setting as unknown[];
  return isTag(open) && isTag(close) ? [{ type: 'reasoning', open, close }] : REASONING;
}

const isTag = (text: unknown): text is string =>
  typeof text === 'string' && text !== '' && text.length <= MAX_TAG_LENGTH;

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** `<name>`: may carry attributes. */
const nameOf = (open: string): string | undefined => /^<(\w+)>$/.exec(open)?.[1];

/** The pattern of a complete opening tag, without groups. */
export function openerPatternOf(open: string): string {
  const name = nameOf(open);
  return name === undefined ? escapeRegExp(open) : `<${name}(?:\\s[^<>\\n]{0,${MAX_ATTRIBUTES}})?>`;
}

/** Index of an incomplete opening tag at the end of the text; the length of the text for none. */
export function partialOpenerAt(text: string, pairs: readonly TagPair[], from: number): number {
  const unfinished = unfinishedAttributesAt(text, pairs, from);
  return Math.min(unfinished, ...pairs.map(({ open }) => cutAt(text, open, from)), text.length);
}

/** Index of a prefix of `tag` at the end of the text; the length of the text for none. */
export function cutAt(text: string, tag: string, from: number): number {
  for (let start = Math.max(from, text.length - tag.length + 1); start < text.length; start++)
    if (tag.startsWith(text.slice(start))) return start;
  return text.length;
}

function unfinishedAttributesAt(text: string, pairs: readonly TagPair[], from: number): number {
  const start = Math.max(from, text.length - MAX_ATTRIBUTES - MAX_TAG_LENGTH);
  const tail = text.slice(start);
  const index = tail.lastIndexOf('<');
  const [name] = index === -1 ? [] : (/^<\w{1,128}(?=\s[^<>\n]*$)/.exec(tail.slice(index)) ?? []);
  return name !== undefined && pairs.some(({ open }) => open === `${name}>`) ? start + index : text.length;
}
