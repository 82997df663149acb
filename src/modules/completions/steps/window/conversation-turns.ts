import { createHash } from 'node:crypto';
import type { RequestMessage } from '../../../pipeline/completion-context';

const INSTRUCTIONS: readonly unknown[] = ['system', 'developer'];

export interface Conversation {
  /** System and developer messages: never left out. */
  instructions: RequestMessage[];
  /**
   * Each begins with a message of the user and goes to the next one, so that tool calls stay with their results. What
   * comes before the first message of the user is a turn, too.
   */
  turns: RequestMessage[][];
}

export function conversationOf(messages: readonly RequestMessage[]): Conversation {
  const instructions: RequestMessage[] = [];
  const turns: RequestMessage[][] = [];
  for (const message of messages)
    if (INSTRUCTIONS.includes(message.role)) instructions.push(message);
    else if (message.role === 'user' || turns.length === 0) turns.push([message]);
    else turns.at(-1)?.push(message);
  return { instructions, turns };
}

/** The number of the oldest turns to leave out, so that the others cost at most `budget`. The last turn stays. */
export function surplusOf(costs: readonly number[], budget: number): number {
  let rest = costs.reduce((sum, cost) => sum + cost, 0);
  let count = 0;
  for (const cost of costs.slice(0, -1)) {
    if (rest <= budget) break;
    rest -= cost;
    count++;
  }
  return count;
}

/** The messages without the first `count` turns, in their order. */
export function withoutTurns(messages: readonly RequestMessage[], count: number): RequestMessage[] {
  const dropped = new Set(conversationOf(messages).turns.slice(0, count).flat());
  return messages.filter((message) => !dropped.has(message));
}

/** One hash for each turn, of it and all turns before it: equal for branches with the same beginning. */
export function hashesOf(turns: readonly RequestMessage[][]): string[] {
  let previous = '';
  return turns.map((turn) => {
    const hash = createHash('sha256').update(previous);
    for (const { role, content, tool_calls: calls } of turn) hash.update(JSON.stringify([role, content, calls]));
    return (previous = hash.digest('hex'));
  });
}

/** Appends `text` to the first instruction, wherever it is; without one, a system message is created. */
export function appendInstruction(messages: readonly RequestMessage[], text: string): RequestMessage[] {
  const index = messages.findIndex(({ role }) => INSTRUCTIONS.includes(role));
  const message = messages[index];
  if (!message) return [{ role: 'system', content: text }, ...messages];
  const content = Array.isArray(message.content)
    ? [...(message.content as unknown[]), { type: 'text', text: `\n${text}` }]
    : `${typeof message.content === 'string' ? message.content : ''}\n\n${text}`.trimStart();
  return messages.with(index, { ...message, content });
}
