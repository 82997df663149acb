import { isJsonObject, type JsonObject } from '../../../common/util/json';
import type { CompletionEvent } from '../../pipeline/completion-event';
import type { ProviderChunk } from '../../providers/chat-provider';
import { failureIn } from '../../providers/responses/failures';
import { mergeUsage, messageOf, partsOf, replyChoice, usageIn } from '../../providers/responses/reply-parts';
import type { CodeBlock, ToolCall } from '../content/content-block';
import type { ContentBlocks } from '../content/content-blocks';
import { pythonJson } from '../content/python-json';
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
  private template: ProviderChunk = { object: 'chat.completion.chunk' };
  private body: JsonObject | undefined;
  private hasFailed = false;
  private readonly texts: string[] = [];
  /** Blocks of the reply that the client knows of. */
  private seen = 1;

  constructor(private readonly reply: ContentBlocks) {}

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

  *read(chunk: ProviderChunk): Generator<CompletionEvent> {
    const usage = usageIn(chunk);
    if (usage) this.usage = mergeUsage(this.usage, usage);
    const choice = replyChoice(chunk);
    if (!choice) {
      if (usage) this.usageChunk = chunk;
      else yield { type: 'chunk', chunk };
      return;
    }
    this.template = chunk;
    const { text, toolCalls } = partsOf(messageOf(choice));
    for (const part of toolCalls) this.parts.add(part);
    this.append(text);
    if (toolCalls.length > 0 || isEnd(choice)) this.held.push(chunk);
    else yield { type: 'chunk', chunk };
  }

  /** Reads a whole response. A failure that it reports is the response. */
  readWhole(body: JsonObject): void {
    this.body = body;
    this.hasFailed = failureIn(body) !== undefined;
    if (this.hasFailed) return;
    const { text, toolCalls } = partsOf(messageOf(replyChoice(body) ?? {}));
    this.append(text);
    this.parts.addAll(toolCalls);
    const usage = usageIn(body);
    if (usage) this.usage = mergeUsage(this.usage, usage);
  }

  /** True when code has to run before the model writes on. */
  get hasStopped(): boolean {
    return this.reply.codeToRun !== undefined;
  }

  takeCalls(): ToolCall[] {
    return this.parts.take();
  }

  /** What was held of the last turn. */
  *end(): Generator<CompletionEvent> {
    if (this.body) {
      yield { type: 'answer', body: this.whole(this.body) };
      return;
    }
    for (const chunk of this.held) yield { type: 'chunk', chunk };
    if (this.usageChunk) yield { type: 'chunk', chunk: { ...this.usageChunk, usage: this.usage } };
  }

  private append(text: string): void {
    if (text !== '') this.texts.push(text);
    this.reply.appendText(text);
  }

  /** Text of this server within the reply. */
  private *insert(text: string): Generator<CompletionEvent> {
    this.texts.push(text);
    if (this.body) return;
    const { choices: _, usage: __, ...head } = this.template;
    yield { type: 'chunk', chunk: { ...head, choices: [{ index: 0, delta: { content: text }, finish_reason: null }] } };
  }

  /** The last response with the text of all. */
  private whole(body: JsonObject): JsonObject {
    const choice = replyChoice(body);
    const usage = this.usage && { usage: this.usage };
    if (this.hasFailed || !choice || !isJsonObject(choice.message)) return { ...body, ...usage };
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
