/** Texts that a model writes around a part of its reply. */
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

const CODE: TagPair = { type: 'code_interpreter', open: '<code_interpreter>', close: '</code_interpreter>' };

/** The end of a text is compared with every beginning of a tag, at each delta. */
const MAX_TAG_LENGTH = 128;

export interface TagOptions {
  /** The param `reasoning_tags`: `false` finds none, a list of two texts replaces the usual pairs. */
  reasoningTags?: unknown;
  hasCodeInterpreter?: boolean;
}

/** The pairs that are looked for in one reply. */
export function tagPairs({ reasoningTags, hasCodeInterpreter = false }: TagOptions): readonly TagPair[] {
  return [...reasoningPairs(reasoningTags), SOLUTION, ...(hasCodeInterpreter ? [CODE] : [])];
}

function reasoningPairs(setting: unknown): readonly TagPair[] {
  if (setting === false) return [];
  if (!Array.isArray(setting) || setting.length !== 2) return REASONING;
  const [open, close] = setting as unknown[];
  return isTag(open) && isTag(close) ? [{ type: 'reasoning', open, close }] : REASONING;
}

const isTag = (text: unknown): text is string =>
  typeof text === 'string' && text !== '' && text.length <= MAX_TAG_LENGTH;
