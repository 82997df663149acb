import type { JsonObject } from '../../../common/util/json';
import type { CompletionEvent } from '../../pipeline/completion-event';
import { eventIn } from '../../providers/responses/client-events';
import { failureContent, failureIn } from '../../providers/responses/failures';
import { mergeUsage, messageOf, partsOf, replyChoice, usageIn } from '../../providers/responses/reply-parts';
import type { ProviderChunk } from '../../providers/chat-provider';
import type { ToolCall } from '../content/content-block';
import type { ContentBlocks } from '../content/content-blocks';
import { applyTextEvent } from '../content/text-events';
import { selectedModelIn } from './selected-model';
import { ReplyError } from './reply-error';
import { ToolCallParts } from './tool-call-parts';

type DeltaEvent = Extract<CompletionEvent, { type: 'chunk' | 'content' }>;

/** What happens with events inside chunks. */
export interface EventRules {
  /** Called with the type of each event that must not reach clients. */
  onRefusedEvent: (type: string) => void;
  /** False for sources whose events are all refused. */
  takesEvents: boolean;
}

export interface ReaderOptions extends EventRules {
  /** Emit one of this many deltas. */
  deltaChunkSize: number;
}

/** The event inside a chunk, applied to the text. */
export function* readEvent(
  chunk: ProviderChunk,
  reply: ContentBlocks,
  { takesEvents, onRefusedEvent }: EventRules,
): Generator<CompletionEvent> {
  const found = eventIn(chunk);
  if (!found) return;
  const { type, data, isAllowed } = found;
  if (!isAllowed || !takesEvents) return onRefusedEvent(type);
  applyTextEvent(reply, { type, data });
  yield { type: 'message', event: { type, data } };
}

/**
 * Reads the responses of a model, turn by turn, into the text of a reply, and yields the events for the sinks. Chunks
 * with an empty delta (usually the last one) are yielded at once, text every `deltaChunkSize` deltas and at the end.
 */
export class ReplyReader {
  private held = 0;
  private pending: (() => DeltaEvent) | undefined;
  private usage: JsonObject | undefined;
  private readonly calls = new ToolCallParts();
  private readonly images: string[] = [];
  private hasFailed = false;

  constructor(
    private readonly reply: ContentBlocks,
    private readonly options: ReaderOptions,
  ) {}

  *read(chunk: ProviderChunk): Generator<CompletionEvent> {
    yield* readEvent(chunk, this.reply, this.options);
    if (selectedModelIn(chunk) !== undefined) {
      yield { type: 'chunk', chunk };
      return;
    }
    yield* this.readUsage(chunk);
    const error = failureIn(chunk);
    const choice = replyChoice(chunk);
    if (choice) yield* this.readDelta(onlyChoice(chunk, choice), messageOf(choice));
    if (error === undefined) return;
    this.hasFailed = true;
    yield { type: 'error', error };
  }

  /** Reads a whole response. @throws ReplyError when it reports a failure: some providers do so with status 200. */
  *readWhole(body: JsonObject): Generator<CompletionEvent> {
    const parts = partsOf(messageOf(replyChoice(body) ?? {}));
    if (parts.reasoning) this.reply.appendReasoning(parts.reasoning);
    this.reply.appendText(parts.text);
    this.images.push(...parts.images);
    const error = failureIn(body);
    if (error !== undefined) throw new ReplyError(failureContent(error));
    this.calls.addAll(parts.toolCalls);
    const usage = usageIn(body);
    if (usage) this.usage = mergeUsage(this.usage, usage);
    yield { type: 'answer', body: { ...body, ...(this.usage && { usage: this.usage }) } };
  }

  /** True when code has to run before the model writes on. */
  get hasStopped(): boolean {
    return this.reply.codeToRun !== undefined;
  }

  /** The stream of this turn ended. */
  *flush(): Generator<CompletionEvent> {
    if (this.pending) yield this.pending();
    this.pending = undefined;
    this.held = 0;
  }

  /** Returns the tool calls since the last call of this method. */
  takeCalls(): ToolCall[] {
    const calls = this.calls.take();
    return this.hasFailed ? [] : calls;
  }

  get hasImages(): boolean {
    return this.images.length > 0;
  }

  /** Returns the image URLs since the last call of this method. */
  takeImages(): string[] {
    return this.images.splice(0);
  }

  private *readUsage(chunk: ProviderChunk): Generator<CompletionEvent> {
    const part = usageIn(chunk);
    if (!part) return;
    this.usage = mergeUsage(this.usage, part);
    yield { type: 'usage', usage: this.usage };
  }

  private *readDelta(chunk: ProviderChunk, delta: JsonObject): Generator<CompletionEvent> {
    const parts = partsOf(delta);
    for (const call of parts.toolCalls) this.calls.add(call);
    this.images.push(...parts.images);
    if (Object.keys(delta).length === 0) {
      yield { type: 'chunk', chunk };
      return;
    }
    if (parts.reasoning) this.reply.appendReasoning(parts.reasoning);
    if (parts.text) this.reply.appendText(parts.text);
    if (this.hasStopped) {
      this.pending = undefined;
      return;
    }
    const hasText = parts.reasoning !== '' || parts.text !== '';
    this.pending = () => (hasText ? { type: 'content', content: this.reply.content } : { type: 'chunk', chunk });
    if (++this.held >= this.options.deltaChunkSize) yield* this.flush();
  }
}

/** Clients read only the first choice, and fail on an `error` that is not an object: errors have their own event. */
function onlyChoice({ error: _, ...chunk }: ProviderChunk, choice: JsonObject): ProviderChunk {
  return Array.isArray(chunk.choices) && chunk.choices.length > 1 ? { ...chunk, choices: [choice] } : chunk;
}
