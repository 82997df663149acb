import { isJsonObject } from '../../../common/util/json';
import { replacePromptVariables, type PromptUser } from '../steps/prompt-variables';
import { withoutNoise } from './without-noise';

/** What a template is filled from. */
export interface TemplateMessage {
  role?: unknown;
  content?: unknown;
}

/** What a request gives a task to work on. */
export interface TaskInput {
  messages?: readonly TemplateMessage[];
  /** `{{prompt}}`; by default the text of the last user message. */
  prompt?: string;
  /** `{{TYPE}}`; without it the placeholder stays. */
  type?: string;
  /** `{{responses}}`, in quotes with blank lines between them; without them the placeholder stays. */
  responses?: readonly string[];
}

const PLACEHOLDER = /\{\{(prompt|MESSAGES|TYPE|responses)(?::(START|END|MIDDLETRUNCATE):(\d+))?\}\}/gi;

type Part = string[] | string;
interface Window {
  kind: string;
  size: number;
}

/**
 * Fills `{{prompt}}` and `{{MESSAGES}}` (`ROLE: text`, a line each), whole or as `:START:N`, `:END:N`,
 * `:MIDDLETRUNCATE:N`, the other values of the input, and the server's variables. What is filled in is not looked at again.
 */
export function renderTaskPrompt(template: string, input: TaskInput, user: PromptUser | null): string {
  const fill = fillerOf(input);
  const pieces: string[] = [];
  let end = 0;
  for (const match of template.matchAll(PLACEHOLDER)) {
    const [whole, name = '', kind = '', size = ''] = match;
    pieces.push(replacePromptVariables(template.slice(end, match.index), user));
    pieces.push(fill(name.toLowerCase(), { kind: kind.toUpperCase(), size: Number(size) }) ?? whole);
    end = match.index + whole.length;
  }
  return [...pieces, replacePromptVariables(template.slice(end), user)].join('');
}

/** The text for a placeholder; undefined for one that the input does not fill. */
function fillerOf({ messages = [], prompt, type, responses }: TaskInput) {
  const lines = messages.map((message) => `${String(message.role).toUpperCase()}: ${plainText(message)}`);
  const text = prompt ?? promptOf(messages);
  return (name: string, window: Window): string | undefined => {
    if (name === 'prompt') return cutText(text, window);
    if (name === 'messages') return cutLines(lines, window).join('\n');
    return name === 'type' ? type : responses?.map((response) => `"""${response}"""`).join('\n\n');
  };
}

function promptOf(messages: readonly TemplateMessage[]): string {
  const message = messages.findLast(({ role }) => role === 'user');
  return message ? plainText(message) : '';
}

function cutText(text: string, { kind, size }: Window): string {
  if (kind === 'START') return text.slice(0, size);
  if (kind === 'END') return last(text, size);
  if (kind !== 'MIDDLETRUNCATE' || text.length <= size) return text;
  return `${text.slice(0, Math.ceil(size / 2))}...${last(text, Math.floor(size / 2))}`;
}

function cutLines(lines: string[], { kind, size }: Window): string[] {
  if (kind === 'START') return lines.slice(0, size);
  if (kind === 'END') return last(lines, size);
  if (kind !== 'MIDDLETRUNCATE' || lines.length <= size) return lines;
  const head = Math.floor(size / 2);
  return [...lines.slice(0, head), ...last(lines, size - head)];
}

const last = <T extends Part>(part: T, size: number): T => part.slice(Math.max(0, part.length - size)) as T;

/** The text of a message, or of its text parts, without structured parts and images. */
export function plainText({ content }: TemplateMessage): string {
  if (typeof content === 'string') return withoutNoise(content).trim();
  if (!Array.isArray(content)) return '';
  const texts = content.map((part: unknown) => (isJsonObject(part) && typeof part.text === 'string' ? part.text : ''));
  return texts.filter(Boolean).join('\n').trim();
}
