import { isJsonObject, type JsonObject } from '../../common/util/json';
import type { ProviderChunk, ProviderDelta } from '../providers/chat-provider';
import type { CompletionEvent } from './completion-event';
import { drawnModelIn } from './drawn-model';
import type { ContentBlocks } from './content/content-blocks';

type DeltaEvent = Extract<CompletionEvent, { type: 'chunk' | 'content' }>;

/**
 * Reads the chunks of one stream into the reply and says what clients are to be told. Every `every`-th delta is told,
 * the latest of them; what is left at the end too. Chunks without a delta (the usual last one) are told at once.
 */
export class ReplyReader {
  private held = 0;
  private pending: (() => DeltaEvent) | undefined;

  constructor(
    private readonly reply: ContentBlocks,
    private readonly every: number,
  ) {}

  *read(chunk: ProviderChunk): Generator<CompletionEvent> {
    const { event } = chunk;
    if (isJsonObject(event) && typeof event.type === 'string')
      yield { type: 'custom', event: { type: event.type, data: event.data } };
    if (drawnModelIn(chunk) !== undefined) {
      yield { type: 'chunk', chunk };
      return;
    }
    const usage = usageOf(chunk);
    if (usage) yield { type: 'usage', usage };
    const delta = deltaOf(chunk);
    if (delta) yield* this.take(chunk, delta);
    else if (chunk.error) yield { type: 'error', error: chunk.error };
  }

  /** The stream is at its end: what was held back is told. */
  *finish(): Generator<CompletionEvent> {
    if (this.pending) yield this.pending();
    this.pending = undefined;
    this.reply.finish();
  }

  private *take(chunk: ProviderChunk, delta: ProviderDelta): Generator<CompletionEvent> {
    if (Object.keys(delta).length === 0) {
      yield { type: 'chunk', chunk };
      return;
    }
    const hasText = this.append(delta);
    this.pending = () => (hasText ? { type: 'content', content: this.reply.content } : { type: 'chunk', chunk });
    if (++this.held < this.every) return;
    yield this.pending();
    this.held = 0;
    this.pending = undefined;
  }

  /** True when the delta carried text or reasoning. */
  private append(delta: ProviderDelta): boolean {
    const reasoning = reasoningOf(delta);
    const { content } = delta;
    if (reasoning) this.reply.appendReasoning(reasoning);
    if (typeof content === 'string' && content !== '') this.reply.appendText(content);
    return Boolean(reasoning) || (typeof content === 'string' && content !== '');
  }
}

/** The reasoning in a delta or a message: providers disagree about its key. */
export function reasoningOf({ reasoning_content: first, reasoning: second, thinking: third }: JsonObject): string {
  return [first, second, third].find((value): value is string => typeof value === 'string' && value !== '') ?? '';
}

function deltaOf({ choices }: ProviderChunk): ProviderDelta | undefined {
  const first = Array.isArray(choices) ? choices[0] : undefined;
  if (!isJsonObject(first)) return undefined;
  return isJsonObject(first.delta) ? first.delta : {};
}

/** With the timings of llama.cpp, which sends them beside it. */
function usageOf({ usage, timings }: ProviderChunk): JsonObject | undefined {
  const merged = { ...(isJsonObject(usage) && usage), ...(isJsonObject(timings) && timings) };
  return Object.keys(merged).length > 0 ? merged : undefined;
}
