import { randomUUID } from 'node:crypto';
import { asString, isJsonObject, type JsonObject } from '../../../common/util/json';
import { nowSeconds } from '../../../common/util/time';
import type { ProviderChunk } from '../chat-provider';
import { toUsage } from './usage.mapper';

/** One answer of `POST /api/chat` on its way into OpenAI's form: its id, and how many tools it has called so far. */
export class OllamaReply {
  private readonly id: string;
  private readonly created = nowSeconds();
  private toolCalls = 0;
  private isComplete = false;

  constructor(private readonly name: string) {
    this.id = `${name}-${randomUUID()}`;
  }

  /** False until the last line has come: a stream may end before. */
  get isDone(): boolean {
    return this.isComplete;
  }

  /** One line of a stream; null for a line that says nothing. */
  toChunk(line: JsonObject): ProviderChunk | null {
    if (line.error !== undefined) return { error: { message: asString(line.error) ?? line.error } };
    const delta = this.toMessage(line);
    const isDone = line.done === true;
    if (!isDone && Object.keys(delta).length === 0) return null;
    const choice = { index: 0, logprobs: null, finish_reason: isDone ? this.finishReason(line) : null, delta };
    this.isComplete ||= isDone;
    return {
      ...this.head(line),
      choices: [choice],
      object: 'chat.completion.chunk',
      ...(isDone && { usage: toUsage(line) }),
    };
  }

  /** The whole answer to a request without `stream`. */
  toCompletion(answer: JsonObject): JsonObject {
    const message = { role: 'assistant', content: '', ...this.toMessage(answer) };
    const choice = { index: 0, logprobs: null, finish_reason: this.finishReason(answer), message };
    return { ...this.head(answer), choices: [choice], object: 'chat.completion', usage: toUsage(answer) };
  }

  private head(line: JsonObject) {
    return { id: this.id, created: this.created, model: asString(line.model) ?? this.name };
  }

  /** The parts of a message that hold something. */
  private toMessage({ message }: JsonObject) {
    const { content, thinking, tool_calls: calls } = isJsonObject(message) ? message : {};
    const toolCalls = Array.isArray(calls) ? calls.filter(isJsonObject) : [];
    return {
      ...(typeof content === 'string' && content !== '' && { content }),
      ...(typeof thinking === 'string' && thinking !== '' && { reasoning_content: thinking }),
      ...(toolCalls.length > 0 && { tool_calls: toolCalls.map((call) => this.toToolCall(call)) }),
    };
  }

  /** Ollama sends each call whole, and may number those of every line from 0 again. */
  private toToolCall(call: JsonObject) {
    const called = isJsonObject(call.function) ? call.function : {};
    return {
      index: this.toolCalls++,
      id: asString(call.id) || `call_${randomUUID()}`,
      type: 'function',
      function: { name: asString(called.name) ?? '', arguments: JSON.stringify(called.arguments ?? {}) },
    };
  }

  private finishReason({ done_reason: reason }: JsonObject): string {
    if (this.toolCalls > 0) return 'tool_calls';
    return reason === 'length' ? 'length' : 'stop';
  }
}
