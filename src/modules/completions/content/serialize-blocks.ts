import type { ContentBlock, ToolCall, ToolResult } from './content-block';
import { pythonJson } from './python-json';

const LINE_BREAK = /\r\n|[\n\r\v\f\u001c-\u001e\u0085\u2028\u2029]/;
const LAST_LINE_BREAK = new RegExp(`(?:${LINE_BREAK.source})$`);

/** What stands around the lines of reasoning that is not complete. */
export const OPEN_REASONING = {
  head: '<details type="reasoning" done="false">\n<summary>Thinking…</summary>\n',
  foot: '\n</details>',
};

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#x27;' };

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);

const attribute = (value: unknown, options = { ascii: true }): string => escapeHtml(pythonJson(value, options));

/**
 * The reply as clients show and store it: Markdown with `<details>` for structured parts. Every block starts on a new
 * line; clients rely on the exact form.
 */
export function serializeBlocks(blocks: readonly ContentBlock[]): string {
  return blocks.map(serializeBlock).join('').trim();
}

/** One block; ends with a line break unless it is empty. */
export function serializeBlock(block: ContentBlock): string {
  switch (block.type) {
    case 'text':
    case 'solution':
      return paragraph(block.text);
    case 'reasoning':
      return reasoning(block.text, block.duration);
    case 'tool_calls':
      return toolCalls(block.calls, block.results);
    case 'code_interpreter':
      return code(block);
  }
}

function paragraph(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' ? '' : `${trimmed}\n`;
}

function reasoning(text: string, duration: number | undefined): string {
  const quoted = new QuotedLines().add(text);
  if (duration === undefined) return `${OPEN_REASONING.head}${quoted}${OPEN_REASONING.foot}\n`;
  return details(
    `type="reasoning" done="true" duration="${duration}"`,
    `Thought for ${duration} seconds`,
    `${quoted}\n`,
  );
}

/** Quotes and escapes streamed text. A trailing line break is not shown. */
export class QuotedLines {
  /** The line break at the end so far. */
  private held = '';
  private isEmpty = true;

  /** What the text grows by when `piece` is added. */
  add(piece: string): string {
    if (piece === '') return '';
    const text = this.held + piece;
    this.held = LAST_LINE_BREAK.exec(text)?.[0] ?? '';
    const [first = '', ...lines] = text.slice(0, text.length - this.held.length).split(LINE_BREAK);
    const start = this.isEmpty ? quotedLine(first) : first;
    this.isEmpty = false;
    return escapeHtml([start, ...lines.map(quotedLine)].join('\n'));
  }
}

const quotedLine = (line: string): string => (line.startsWith('>') ? line : `> ${line}`);

function toolCalls(calls: readonly ToolCall[], results: readonly ToolResult[] | undefined): string {
  if (!results) return calls.map((call) => `\n${pendingCall(call)}`).join('');
  const resultOf = new Map(results.map((result) => [result.toolCallId, result]));
  return calls.map((call) => finishedCall(call, resultOf.get(call.id))).join('');
}

const callAttributes = (call: ToolCall): string =>
  `id="${escapeHtml(call.id)}" name="${escapeHtml(call.name)}" arguments="${attribute(call.arguments)}"`;

const pendingCall = (call: ToolCall): string =>
  details(`type="tool_calls" done="false" ${callAttributes(call)}`, 'Executing...');

function finishedCall(call: ToolCall, result: ToolResult | undefined): string {
  if (!result) return pendingCall(call);
  const files = result.files?.length ? attribute(result.files) : '';
  const outcome = `result="${attribute(result.content, { ascii: false })}" files="${files}" embeds="${attribute(result.embeds ?? '')}"`;
  return details(`type="tool_calls" done="true" ${callAttributes(call)} ${outcome}`, 'Tool Executed');
}

function code({ text, language, output }: Extract<ContentBlock, { type: 'code_interpreter' }>): string {
  const isDone = output !== undefined;
  const state = isDone ? `done="true" output="${attribute(output)}"` : 'done="false"';
  const fence = `\`\`\`${language}\n${text}\n\`\`\`\n`;
  return details(`type="code_interpreter" ${state}`, isDone ? 'Analyzed' : 'Analyzing...', fence);
}

const details = (attributes: string, summary: string, body = ''): string =>
  `<details ${attributes}>\n<summary>${summary}</summary>\n${body}</details>\n`;
