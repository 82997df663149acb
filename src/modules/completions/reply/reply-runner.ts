import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { ConflictError } from '../../../common/errors/app-error';
import { toErrorResponse } from '../../../common/errors/to-error-response';
import type { StreamAnswer } from '../../../common/http/answers/stream-answer';
import { aborting } from '../../../common/util/aborting';
import type { JsonObject } from '../../../common/util/json';
import { sleep } from '../../../common/util/time';
import { ChatsService } from '../../chats/chats.service';
import type { CompletionContext } from '../../pipeline/completion-context';
import type { CompletionEvent, StepEvent } from '../../pipeline/completion-event';
import type { ReplyEnd, ReplySink } from '../../pipeline/reply-sink';
import { failureContent } from '../../providers/responses/failures';
import { BackgroundTasksService } from '../background/background-tasks.service';
import { ContentBlocks } from '../content/content-blocks';
import { tagPairs } from '../content/tag-pairs';
import { applyTextEvent } from '../content/text-events';
import { GenerationService } from '../generation/generation.service';
import { errorContentOf, ReplyError } from '../generation/reply-error';
import { PipelineService } from '../pipeline.service';
import { ResponseSink } from './response.sink';
import { CompletionTasksRepository } from './completion-tasks.repository';
import { ReplyStoppedError, RunningReplies, RunningReply } from './running-replies';
import { ReplyStreamsService } from './stream/reply-streams.service';
import { StreamSink } from './stream/stream.sink';

/** Milliseconds for resources of a reply to be released. */
const RELEASE_TIMEOUT = 5000;

/** The state of one reply: context, signal and sinks. */
interface Run {
  context: CompletionContext;
  reply: RunningReply;
  sinks: readonly ReplySink[];
  /** The text of the reply; undefined when it is passed through. */
  blocks?: ContentBlocks;
  /** True when the entry applied its own rules and no steps run. */
  isPrepared?: boolean;
  hasEnded?: boolean;
}

/** Runs admitted completions: steps, model and tools; every event is written to every sink. */
@Injectable()
export class ReplyRunner {
  private readonly logger = new Logger(ReplyRunner.name);

  constructor(
    private readonly pipeline: PipelineService,
    private readonly generation: GenerationService,
    private readonly background: BackgroundTasksService,
    private readonly running: RunningReplies,
    private readonly tasks: CompletionTasksRepository,
    private readonly chats: ChatsService,
    private readonly streams: ReplyStreamsService,
  ) {}

  /**
   * Starts a task that continues after the request, and returns its id.
   * @throws ConflictError while another reply is written into the same message.
   */
  async start(context: CompletionContext): Promise<string> {
    const { principal, request, place } = context;
    const { chatId = '', messageId = '', modelId } = request;
    const id = randomUUID();
    const reply = new RunningReply(principal.id, id, chatId);
    this.running.add(reply);
    try {
      const task = { id, userId: principal.id, chatId, messageId, modelId, isWriting: place !== undefined };
      if (!(await this.tasks.insert(task))) throw new ConflictError('A reply is already being written to this message');
    } catch (error) {
      reply.end();
      throw error;
    }
    this.runTask(context, reply, id).catch((error: unknown) =>
      this.report(error, 'Unhandled error in completion task'),
    );
    return id;
  }

  /** Responds to the request. Resolves when the model has started to respond, so that its refusal has a status. */
  async respond(
    context: CompletionContext,
    client: AbortSignal,
    { isPrepared = false } = {},
  ): Promise<JsonObject | StreamAnswer> {
    const reply = new RunningReply(context.principal.id);
    this.running.add(reply);
    const abort = () => reply.abort(client.reason as Error);
    client.addEventListener('abort', abort, { once: true });
    if (client.aborted) abort();
    const sink = new ResponseSink(() => reply.abort(new ReplyStoppedError()));
    const sinks = [...this.pipeline.openSinks(context), sink];
    void this.run({ context, reply, sinks, isPrepared }).finally(() => reply.end());
    return sink.response;
  }

  private async runTask(context: CompletionContext, reply: RunningReply, id: string): Promise<void> {
    const stream = this.streams.open(context, id);
    try {
      const { place } = context;
      const stored = place ? await this.chats.findMessage(place.chatId, place.messageId) : null;
      const blocks = new ContentBlocks(startOf(context, stored), []);
      const interval = () => this.running.eventInterval;
      const sinks = [
        ...this.pipeline.openSinks(context, id),
        new StreamSink(stream, blocks, stored ?? {}, { interval }),
      ];
      const end = await this.run({ context, reply, sinks, blocks }).finally(() => this.streams.close(context, stream));
      if (end.state === 'complete' && end.error === undefined) await this.background.run(context, reply.signal);
    } finally {
      this.streams.close(context, stream);
      await this.tasks.delete(id).catch((error: unknown) => this.report(error, 'Completion task could not be deleted'));
      reply.end();
    }
  }

  /** Never rejects: a failure is an outcome of the reply. */
  private async run(run: Run): Promise<ReplyEnd> {
    run.context.emit = (event) => this.deliver(run, event);
    const end = await this.feed(run).catch((error: unknown) => this.failed(run, error));
    run.hasEnded = true;
    for (const sink of run.sinks) await sink.end(end);
    await this.release(run.context);
    return end;
  }

  /** What does not come free in time is left behind: the reply has ended. */
  private async release(context: CompletionContext): Promise<void> {
    const waiting = new AbortController();
    const errors = await Promise.race([context.release(), sleep(RELEASE_TIMEOUT, waiting.signal)]);
    waiting.abort();
    for (const error of errors ?? []) this.report(error, 'Resource of a reply could not be released');
  }

  private async feed(run: Run): Promise<ReplyEnd> {
    const { reply, sinks, blocks } = run;
    let error: ReplyEnd['error'];
    for await (const event of this.events(run)) {
      if (event.type !== 'message' && event.type !== 'sources') reply.phase = 'streaming';
      if (event.type === 'error') error = failureContent(event.error);
      for (const sink of sinks) {
        const held = sink.write(event);
        if (held) await held;
      }
    }
    return { state: 'complete', content: blocks?.content, error };
  }

  private async *events({ context, reply, blocks, isPrepared }: Run): AsyncGenerator<CompletionEvent> {
    const { signal } = reply;
    if (!isPrepared) await aborting(signal, this.pipeline.prepare(context, context.emit, signal));
    blocks?.expect(tagsOf(context));
    yield* blocks ? this.generation.read(context, blocks, signal) : this.generation.relay(context, signal);
  }

  /** Events of steps and of running code: written at once, between the events of the model. */
  private deliver({ sinks, blocks, hasEnded }: Run, event: StepEvent): void {
    if (hasEnded) return;
    if (blocks && event.type === 'message') applyTextEvent(blocks, event.event);
    for (const sink of sinks) void sink.write(event);
  }

  private failed({ reply, blocks }: Run, cause: unknown): ReplyEnd {
    const isStopped = cause instanceof ReplyStoppedError || reply.signal.reason instanceof ReplyStoppedError;
    blocks?.finish();
    const content = reply.phase === 'streaming' ? blocks?.content : undefined;
    if (isStopped) return { state: 'stopped', content, cause };
    // Errors of a request are logged where the response is sent.
    if (blocks && !(cause instanceof ReplyError) && toErrorResponse(cause).isUnexpected)
      this.report(cause, 'Reply failed');
    return { state: 'failed', content, error: errorContentOf(cause), cause };
  }

  private report(error: unknown, message: string): void {
    this.logger.error({ err: error }, message);
  }
}

const tagsOf = ({ modelParams, params, runsCode }: CompletionContext) =>
  tagPairs({ reasoningTags: modelParams.reasoning_tags ?? params.reasoning_tags, hasCodeInterpreter: runsCode });

/** The text that the reply continues: the stored one, or the assistant message at the end of the request. */
function startOf({ messages }: CompletionContext, stored: JsonObject | null): string {
  const last = messages.at(-1);
  const content = stored ? stored.content : last?.role === 'assistant' ? last.content : '';
  return typeof content === 'string' ? content : '';
}
