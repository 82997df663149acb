import type { ContentBlock, ToolCall, ToolResult } from './content-block';
import { pythonJson } from './python-json';

const LINE_BREAK = /\r\n|[\n\r\v\f\u001c-\u001e\u0085\u2028\u2029]/;
const LAST_LINE_BREAK = new RegExp(`(?:${LINE_BREAK.source})$`);

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
  const state = duration === undefined ? 'done="false"' : `done="true" duration="${duration}"`;
  const summary = duration === undefined ? 'Thinking…' : `Thought for ${duration} seconds`;
  const lines = text === '' ? [] : text.replace(LAST_LINE_BREAK, '').split(LINE_BREAK);
  const quoted = lines.map((line) => (line.startsWith('>') ? line : `> ${line}`)).join('\n');
  return details(`type="reasoning" ${state}`, summary, `${escapeHtml(quoted)}\n`);
}

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
