import { isJsonObject } from '../../../common/util/json';
import { replacePromptVariables, type PromptUser } from '../steps/prompt-variables';
import { withoutNoise } from './without-noise';

/** What a template is filled from. */
export interface TemplateMessage {
  role?: unknown;
  content?: unknown;
}

const PLACEHOLDER = /\{\{(prompt|MESSAGES)(?::(START|END|MIDDLETRUNCATE):(\d+))?\}\}/gi;

type Part = string[] | string;
interface Window {
  kind: string;
  size: number;
}

/**
 * Fills `{{prompt}}` (the last user message) and `{{MESSAGES}}` (`ROLE: text`, a line each), whole or as
 * `:START:N`, `:END:N`, `:MIDDLETRUNCATE:N`, and the server's variables. What is filled in is not looked at again.
 */
export function renderTaskPrompt(
  template: string,
  messages: readonly TemplateMessage[],
  user: PromptUser | null,
): string {
  const lines = messages.map((message) => `${String(message.role).toUpperCase()}: ${plainText(message)}`);
  const last = messages.findLast(({ role }) => role === 'user');
  const prompt = last ? plainText(last) : '';
  const pieces: string[] = [];
  let end = 0;
  for (const match of template.matchAll(PLACEHOLDER)) {
    const [whole, name = '', kind = '', size = ''] = match;
    const window = { kind: kind.toUpperCase(), size: Number(size) };
    pieces.push(replacePromptVariables(template.slice(end, match.index), user));
    pieces.push(name.toLowerCase() === 'prompt' ? cutText(prompt, window) : cutLines(lines, window).join('\n'));
    end = match.index + whole.length;
  }
  return [...pieces, replacePromptVariables(template.slice(end), user)].join('');
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
