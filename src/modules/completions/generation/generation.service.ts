import { Injectable, Logger } from '@nestjs/common';
import { isJsonObject, type JsonObject } from '../../../common/util/json';
import { ChatsService } from '../../chats/chats.service';
import type { CompletionContext } from '../../pipeline/completion-context';
import type { CompletionEvent } from '../../pipeline/completion-event';
import type { ProviderChunk, ProviderStream } from '../../providers/chat-provider';
import { CompletionsSettings } from '../completions.settings';
import type { ToolCall } from '../content/content-block';
import { ContentBlocks } from '../content/content-blocks';
import { tagPairs } from '../content/tag-pairs';
import { InterpreterService } from '../interpreter/interpreter.service';
import { ToolResultsService } from '../tools/tool-results.service';
import { ModelCallService } from './model-call.service';
import { runReplyLoop, type Turn } from './reply-loop';
import { ReplyReader, type EventRules } from './reply-reader';
import { ResponseReader } from './response-reader';
import { withSelectedModel } from './selected-model';

/** Accepts the spellings that clients use; providers get a boolean. */
const isTrue = (value: unknown): boolean => value === true || value === 1 || value === 'true';

interface TurnOptions {
  context: CompletionContext;
  body: JsonObject;
  isFirst: boolean;
  signal: AbortSignal;
}

/** Calls the model and the tools of a prepared completion, and yields the events that all sinks read. */
@Injectable()
export class GenerationService {
  private readonly logger = new Logger(GenerationService.name);

  constructor(
    private readonly calls: ModelCallService,
    private readonly chats: ChatsService,
    private readonly settings: CompletionsSettings,
    private readonly results: ToolResultsService,
    private readonly interpreter: InterpreterService,
  ) {}

  /**
   * For clients of OpenAI's interface: passes a response through, unread where nothing has to be done with it. It is read
   * into `stored`, when the reply is stored. Aborting ends the call and this iteration, with the signal's reason.
   */
  async *relay(
    context: CompletionContext,
    stored: ContentBlocks | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<CompletionEvent> {
    if (stored || context.tools.size > 0 || context.runsCode || context.chunkFilter)
      yield* this.respond(context, stored ?? new ContentBlocks('', []), signal);
    else yield* this.pass(context, signal);
  }

  private async *pass(context: CompletionContext, signal: AbortSignal): AsyncGenerator<CompletionEvent> {
    const answer = await this.open(context, context.body, true, signal);
    if (answer.kind === 'json') yield { type: 'answer', body: answer.body };
    else {
      yield { type: 'opened' };
      for await (const bytes of answer.raw) yield { type: 'bytes', bytes };
    }
  }

  /** Reads the responses into `reply`, which holds the text so far also after a failure. Aborting as in `relay`. */
  async *read(context: CompletionContext, reply: ContentBlocks, signal: AbortSignal): AsyncGenerator<CompletionEvent> {
    const reader = this.readerOf(context, reply);
    const files: JsonObject[] = [];
    reply.expect(tagsOf(context));
    const turn = (body: JsonObject, isFirst: boolean) => this.turn({ context, body, isFirst, signal }, reader, files);
    yield* this.loop(context, reply, turn, signal);
    signal.throwIfAborted();
    reply.finish();
  }

  /** A response to which tools, code and filters contribute; the client gets the text of all turns. */
  private async *respond(
    context: CompletionContext,
    reply: ContentBlocks,
    signal: AbortSignal,
  ): AsyncGenerator<CompletionEvent> {
    const reader = new ResponseReader(reply, this.eventRules(context));
    const files: JsonObject[] = [];
    reply.expect(tagsOf(context));
    const turn = (body: JsonObject, isFirst: boolean) =>
      this.answerTurn({ context, body, isFirst, signal }, reader, files);
    yield* this.loop(context, reply, turn, signal);
    signal.throwIfAborted();
    reply.finish();
    yield* reader.end();
  }

  private loop(
    context: CompletionContext,
    reply: ContentBlocks,
    turn: Turn<CompletionEvent>,
    signal: AbortSignal,
  ): AsyncGenerator<CompletionEvent> {
    return runReplyLoop({
      ...{ context, reply, turn, signal, maxToolTurns: this.settings.max_tool_turns },
      callTool: (tool, args) => this.results.call(context.principal, tool, args, signal),
      runCode: (block) => this.interpreter.run(context, block, signal),
    });
  }

  private async *turn(
    { context, body, isFirst, signal }: TurnOptions,
    reader: ReplyReader,
    files: JsonObject[],
  ): AsyncGenerator<CompletionEvent, ToolCall[]> {
    const answer = await this.open(context, body, isFirst, signal);
    if (answer.kind === 'json') yield* reader.readWhole(answer.body);
    else {
      if (isFirst) yield { type: 'opened' };
      for await (const chunk of chunksOf(context, answer)) {
        for (const event of reader.read(chunk)) {
          if (reader.hasImages) yield* this.imageFiles(context, reader.takeImages(), files);
          yield event;
        }
        if (reader.hasImages) yield* this.imageFiles(context, reader.takeImages(), files);
        if (reader.hasStopped) break;
      }
      signal.throwIfAborted();
      yield* reader.flush();
    }
    yield* this.imageFiles(context, reader.takeImages(), files);
    return reader.takeCalls();
  }

  /** Calls of functions that the client offered are passed on: it has to run them. */
  private async *answerTurn(
    { context, body, isFirst, signal }: TurnOptions,
    reader: ResponseReader,
    files: JsonObject[],
  ): AsyncGenerator<CompletionEvent, ToolCall[]> {
    const answer = await this.open(context, body, isFirst, signal);
    if (!isFirst) yield* reader.startTurn();
    if (answer.kind === 'json') reader.readWhole(answer.body);
    else {
      if (isFirst) yield { type: 'opened' };
      for await (const chunk of chunksOf(context, answer)) {
        yield* reader.read(chunk);
        if (reader.hasStopped) break;
      }
      signal.throwIfAborted();
    }
    if (context.place) yield* this.imageFiles(context, reader.takeImages(), files);
    const calls = reader.takeCalls();
    return calls.every(({ name }) => context.tools.has(name) || !isOffered(body, name)) ? calls : [];
  }

  /**
   * Generated images are stored before they are announced. Clients replace their list, so each event has all of them.
   */
  private async *imageFiles(
    { place }: CompletionContext,
    urls: string[],
    files: JsonObject[],
  ): AsyncGenerator<CompletionEvent> {
    if (urls.length === 0) return;
    const added = urls.map((url) => ({ type: 'image', url }));
    files.push(...(place ? await this.chats.storeFiles(place.chatId, added) : added));
    yield { type: 'message', event: { type: 'files', data: { files: [...files] } } };
  }

  private async open(
    context: CompletionContext,
    body: JsonObject,
    isFirst: boolean,
    signal: AbortSignal,
  ): Promise<ProviderStream> {
    const isStream = isTrue(body.stream);
    const request = body.stream === undefined ? body : { ...body, stream: isStream };
    const answer: ProviderStream = isStream
      ? await this.calls.stream(context, request, signal)
      : { kind: 'json', body: await this.calls.complete(context, { target: context.target, body: request }, signal) };
    return context.selectedId === undefined || !isFirst ? answer : withSelectedModel(answer, context.selectedId);
  }

  private readerOf(context: CompletionContext, reply: ContentBlocks): ReplyReader {
    const { modelParams, params } = context;
    const own = Number(modelParams.stream_delta_chunk_size ?? params.stream_delta_chunk_size ?? 1);
    return new ReplyReader(reply, {
      deltaChunkSize: Math.max(this.settings.delta_chunk_size, Number.isInteger(own) ? own : 1, 1),
      ...this.eventRules(context),
    });
  }

  private eventRules({ target }: CompletionContext): EventRules {
    return {
      takesEvents: target.kind === 'provider',
      onRefusedEvent: (type) => this.logger.warn(`Dropped an event of type ${type.slice(0, 100)} from ${target.kind}`),
    };
  }
}

const tagsOf = ({ modelParams, params, runsCode }: CompletionContext) =>
  tagPairs({ reasoningTags: modelParams.reasoning_tags ?? params.reasoning_tags, hasCodeInterpreter: runsCode });

type Sse = Extract<ProviderStream, { kind: 'sse' }>;

/** The chunks as the filters leave them. */
const chunksOf = ({ chunkFilter }: CompletionContext, answer: Sse): AsyncIterable<ProviderChunk> =>
  chunkFilter ? filtered(answer.chunks(), chunkFilter) : answer.chunks();

async function* filtered(
  chunks: AsyncIterable<ProviderChunk>,
  filter: NonNullable<CompletionContext['chunkFilter']>,
): AsyncGenerator<ProviderChunk> {
  for await (const chunk of chunks) {
    const changed = await filter(chunk);
    if (changed) yield changed;
  }
}

const isOffered = ({ tools }: JsonObject, name: string): boolean =>
  Array.isArray(tools) &&
  tools.some((tool: unknown) => isJsonObject(tool) && isJsonObject(tool.function) && tool.function.name === name);
