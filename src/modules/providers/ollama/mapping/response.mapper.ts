import { randomUUID } from 'node:crypto';
import { asString, isJsonObject, objectsIn, type JsonObject } from '../../../../common/util/json';
import { nowSeconds } from '../../../../common/util/time';
import { failureIn } from '../../responses/failures';
import type { ProviderChunk } from '../../chat-provider';
import { ProviderUnreachableError } from '../../provider.errors';
import { toUsage } from './usage.mapper';

/** Converts one response of `POST /api/chat` to OpenAI's form; holds its id and the number of tool calls so far. */
export class OllamaReply {
  private readonly id: string;
  private readonly created = nowSeconds();
  private toolCalls = 0;

  constructor(private readonly name: string) {
    this.id = `${name}-${randomUUID()}`;
  }

  /**
   * Converts one line of a stream, which some proxies send in OpenAI's form already; null for a line without content.
   */
  toChunk(line: JsonObject): ProviderChunk | null {
    const error = failureIn(line);
    if (error !== undefined) return { error: isJsonObject(error) ? error : { message: error } };
    if (Array.isArray(line.choices)) return line;
    const delta = this.toMessage(line);
    const isDone = line.done === true;
    if (!isDone && Object.keys(delta).length === 0) return null;
    const choice = { index: 0, logprobs: null, finish_reason: isDone ? this.finishReason(line) : null, delta };
    return {
      ...this.head(line),
      choices: [choice],
      object: 'chat.completion.chunk',
      ...(isDone && { usage: toUsage(line) }),
    };
  }

  /** Converts the whole response to a request without `stream`. */
  toCompletion(answer: JsonObject): JsonObject {
    const message = { role: 'assistant', content: '', ...this.toMessage(answer) };
    const choice = { index: 0, logprobs: null, finish_reason: this.finishReason(answer), message };
    return { ...this.head(answer), choices: [choice], object: 'chat.completion', usage: toUsage(answer) };
  }

  private head(line: JsonObject) {
    return { id: this.id, created: this.created, model: asString(line.model) ?? this.name };
  }

  /** The non-empty parts of a message. */
  private toMessage({ message }: JsonObject) {
    const { content, thinking, tool_calls: calls } = isJsonObject(message) ? message : {};
    const toolCalls = objectsIn(calls);
    return {
      ...(typeof content === 'string' && content !== '' && { content }),
      ...(typeof thinking === 'string' && thinking !== '' && { reasoning_content: thinking }),
      ...(toolCalls.length > 0 && { tool_calls: toolCalls.map((call) => this.toToolCall(call)) }),
    };
  }

  /** Ollama sends each call whole, and may restart the numbering on each line. */
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

/**
 * Converts a response of `POST /api/embed` to OpenAI's form: one vector per input.
 * @throws ProviderUnreachableError for a response without vectors.
 */
export function toEmbeddings(model: string, answer: unknown): JsonObject {
  const vectors: unknown = isJsonObject(answer) ? answer.embeddings : undefined;
  if (!Array.isArray(vectors)) throw new ProviderUnreachableError(new Error('The response has no embeddings'));
  const counted = isJsonObject(answer) ? answer.prompt_eval_count : undefined;
  const tokens = typeof counted === 'number' ? counted : 0;
  return {
    object: 'list',
    data: vectors.map((embedding: unknown, index) => ({ object: 'embedding', index, embedding })),
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}
