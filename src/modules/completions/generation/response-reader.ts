import { isJsonObject, type JsonObject } from '../../../common/util/json';
import type { CompletionEvent } from '../../pipeline/completion-event';
import type { ProviderChunk } from '../../providers/chat-provider';
import { failureIn } from '../../providers/responses/failures';
import {
  mergeUsage,
  messageOf,
  partsOf,
  replyChoice,
  usageIn,
  type ReplyParts,
} from '../../providers/responses/reply-parts';
import type { CodeBlock, ToolCall } from '../content/content-block';
import type { ContentBlocks } from '../content/content-blocks';
import { pythonJson } from '../content/python-json';
import { readEvent, type EventRules } from './reply-reader';
import { ToolCallParts } from './tool-call-parts';

/**
 * Reads the responses of a model, turn by turn, for a client of OpenAI's interface: it gets the text of all turns as one
 * response. Tool calls, the end of a turn and token counts are held until it is known whether another turn follows.
 */
export class ResponseReader {
  private readonly parts = new ToolCallParts();
  private held: ProviderChunk[] = [];
  private usage: JsonObject | undefined;
  private usageChunk: ProviderChunk | undefined;
  private template: ProviderChunk | undefined;
  private body: JsonObject | undefined;
  private failure: unknown;
  private readonly texts: string[] = [];
  private readonly images: string[] = [];
  /** Blocks of the reply that the client knows of. */
  private seen = 1;

  constructor(
    private readonly reply: ContentBlocks,
    private readonly rules: EventRules,
  ) {}

  /** What the turn before has held was acted on: the client gets the output of code, and a break between the texts. */
  *startTurn(): Generator<CompletionEvent> {
    this.held = [];
    const { blocks } = this.reply;
    const added = blocks.slice(this.seen);
    this.seen = blocks.length;
    const outputs = added.map((block) => (block.type === 'code_interpreter' ? outputText(block) : ''));
    const isCut = this.texts.length > 0 && added.some(({ type }) => type === 'tool_calls');
    const text = outputs.join('') || (isCut ? '\n\n' : '');
    if (text !== '') yield* this.insert(text);
  }

  *read(source: ProviderChunk): Generator<CompletionEvent> {
    yield* readEvent(source, this.reply, this.rules);
    const chunk = this.ofOneResponse(source);
    const usage = usageIn(chunk);
    if (usage) this.usage = mergeUsage(this.usage, usage);
    const choice = replyChoice(chunk);
    if (choice) {
      this.template ??= chunk;
      const { toolCalls } = this.add(messageOf(choice));
      for (const part of toolCalls) this.parts.add(part);
      if (toolCalls.length > 0 || isEnd(choice)) this.held.push(chunk);
      else yield { type: 'chunk', chunk };
    } else if (usage) this.usageChunk = chunk;
    else if (Object.keys(chunk).length > 0) yield { type: 'chunk', chunk };
    const error = failureIn(chunk);
    if (error === undefined) return;
    this.failure = error;
    yield { type: 'error', error };
  }

  /** Reads a whole response. A failure that it reports is the response. */
  readWhole(body: JsonObject): void {
    this.body = body;
    this.failure = failureIn(body);
    const { toolCalls } = this.add(messageOf(replyChoice(body) ?? {}));
    if (this.failure !== undefined) return;
    this.parts.addAll(toolCalls);
    const usage = usageIn(body);
    if (usage) this.usage = mergeUsage(this.usage, usage);
  }

  /** True when code has to run before the model writes on. */
  get hasStopped(): boolean {
    return this.reply.codeToRun !== undefined;
  }

  takeCalls(): ToolCall[] {
    const calls = this.parts.take();
    return this.failure === undefined ? calls : [];
  }

  /** Returns the URLs of images since the last call of this method. */
  takeImages(): string[] {
    return this.images.splice(0);
  }

  /** What was held of the last turn. */
  *end(): Generator<CompletionEvent> {
    if (this.body) {
      if (this.failure !== undefined) yield { type: 'error', error: this.failure };
      yield { type: 'answer', body: this.whole(this.body) };
      return;
    }
    for (const chunk of this.held) yield { type: 'chunk', chunk };
    if (this.usage) yield { type: 'usage', usage: this.usage };
    if (this.usageChunk) yield { type: 'chunk', chunk: { ...this.usageChunk, usage: this.usage } };
  }

  private add(message: JsonObject): ReplyParts {
    const parts = partsOf(message);
    if (parts.reasoning !== '') this.reply.appendReasoning(parts.reasoning);
    if (parts.text !== '') {
      this.texts.push(parts.text);
      this.reply.appendText(parts.text);
    }
    this.images.push(...parts.images);
    return parts;
  }

  /** All turns have the id of the first: clients end at a chunk of another response. Events were read. */
  private ofOneResponse({ event: _, ...chunk }: ProviderChunk): ProviderChunk {
    const { id, created, model } = this.template ?? {};
    return id === undefined || chunk.id === undefined ? chunk : { ...chunk, id, created, model };
  }

  /** Text of this server within the reply. */
  private *insert(text: string): Generator<CompletionEvent> {
    this.texts.push(text);
    if (this.body) return;
    const { choices: _, usage: __, ...head } = this.template ?? {};
    const object = 'chat.completion.chunk';
    yield {
      type: 'chunk',
      chunk: { object, ...head, choices: [{ index: 0, delta: { content: text }, finish_reason: null }] },
    };
  }

  /** The last response with the text of all. */
  private whole(body: JsonObject): JsonObject {
    const choice = replyChoice(body);
    const usage = this.usage && { usage: this.usage };
    if (this.failure !== undefined || !choice || !isJsonObject(choice.message)) return { ...body, ...usage };
    const text = this.texts.join('');
    const message = { ...choice.message, ...(text !== '' && { content: text }) };
    const choices = (body.choices as unknown[]).map((other) => (other === choice ? { ...choice, message } : other));
    return { ...body, choices, ...usage };
  }
}

/** As models get it. */
const outputText = ({ output }: CodeBlock): string =>
  `\n\`\`\`output\n${pythonJson(output, { ascii: true })}\n\`\`\`\n`;

const isEnd = ({ finish_reason: reason }: JsonObject): boolean => typeof reason === 'string' && reason !== '';
