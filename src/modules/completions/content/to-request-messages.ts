import type { RequestMessage } from '../../pipeline/completion-context';
import type { ContentBlock, ToolCall, ToolResult } from './content-block';
import { pythonJson } from './python-json';

/**
 * The blocks of an unfinished reply as messages for its next turn: the text before tool calls with the calls, then one
 * message per result; text at the end is a separate message.
 */
export function toRequestMessages(blocks: readonly ContentBlock[]): RequestMessage[] {
  const messages: RequestMessage[] = [];
  let text = '';
  for (const block of blocks) {
    if (block.type === 'tool_calls') {
      messages.push(callMessage(text, block.calls), ...(block.results ?? []).map(resultMessage));
      text = '';
    } else text += rawText(block);
  }
  return text.trim() === '' ? messages : [...messages, { role: 'assistant', content: text.trim() }];
}

const callMessage = (text: string, calls: readonly ToolCall[]): RequestMessage => ({
  role: 'assistant',
  content: text.trim(),
  tool_calls: calls.map(({ id, name, arguments: args }, index) => ({
    index,
    id,
    type: 'function',
    function: { name, arguments: args },
  })),
});

const resultMessage = ({ toolCallId, content }: ToolResult): RequestMessage => ({
  role: 'tool',
  tool_call_id: toolCallId,
  content,
});

/** The original text of the model, with its reasoning in the default tags. */
function rawText(block: Exclude<ContentBlock, { type: 'tool_calls' }>): string {
  if (block.type === 'reasoning') return `<think>${block.text}</think>\n`;
  if (block.type !== 'code_interpreter') return block.text.trim() === '' ? '' : `${block.text.trim()}\n`;
  const code = `<code_interpreter type="code" lang="${block.language}">\n${block.text}\n</code_interpreter>\n`;
  return block.output === undefined
    ? code
    : `${code}\`\`\`output\n${pythonJson(block.output, { ascii: true })}\n\`\`\`\n`;
}
