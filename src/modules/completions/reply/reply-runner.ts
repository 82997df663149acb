import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { ClientGoneError, ConflictError } from '../../../common/errors/app-error';
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

/** What a reply continues. */
interface Claim {
  /** The message as stored before; null when it is not. */
  stored: JsonObject | null;
  blocks: ContentBlocks;
}

/** The state of one reply: context, signal and sinks. */
interface Run {
  context: CompletionContext;
  reply: RunningReply;
  sinks: readonly ReplySink[];
  /** The text of the reply; undefined when it is passed through and not stored. */
  blocks?: ContentBlocks;
  /** True for the response of a request, in OpenAI's form. */
  isResponse?: boolean;
  /** True when the entry applied its own rules and no steps run. */
  isPrepared?: boolean;
  hasEnded?: boolean;
  /** A failure that the provider reported within its response. */
  error?: ReplyEnd['error'];
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
    const id = randomUUID();
    const reply = new RunningReply(context.principal.id, id, context.request.chatId);
    this.running.add(reply);
    const claim = await this.claim(context, reply);
    this.runTask(context, reply, claim).catch((error: unknown) =>
      this.report(error, 'Unhandled error in completion task'),
    );
    return id;
  }

  /** Makes the reply a task, and returns what it continues. Ends the reply when it throws. */
  private async claim(context: CompletionContext, reply: RunningReply): Promise<Claim> {
    const { request, place } = context;
    const { userId, taskId: id = '' } = reply;
    const { chatId = '', messageId = '', modelId } = { ...request, ...place };
    try {
      const stored = place ? await this.chats.findMessage(place.chatId, place.messageId) : null;
      const task = { id, userId, chatId, messageId, modelId, isWriting: place !== undefined };
      if (!(await this.tasks.insert(task))) throw new ConflictError('A reply is already being written to this message');
      return { stored, blocks: new ContentBlocks(startOf(context, stored), []) };
    } catch (error) {
      reply.end();
      throw error;
    }
  }

  /**
   * Responds to the request. Resolves when the model has started to respond, so that its refusal has a status.
   * @throws as `start`.
   */
  async respond(
    context: CompletionContext,
    client: AbortSignal,
    { isPrepared = false } = {},
  ): Promise<JsonObject | StreamAnswer> {
    const { principal, place } = context;
    const reply = new RunningReply(principal.id, place && randomUUID(), place?.chatId);
    this.running.add(reply);
    const { blocks } = place ? await this.claim(context, reply) : {};
    const abort = () => reply.abort(client.reason as Error);
    client.addEventListener('abort', abort, { once: true });
    if (client.aborted) abort();
    const sink = new ResponseSink(context, () => reply.abort(new ReplyStoppedError()));
    const task = { write: () => undefined, end: () => this.deleteTask(reply) };
    const sinks = [...this.pipeline.openSinks(context), ...(place ? [task] : []), sink];
    void this.run({ context, reply, sinks, blocks, isPrepared, isResponse: true }).finally(() => reply.end());
    return sink.response;
  }

  private async runTask(context: CompletionContext, reply: RunningReply, { stored, blocks }: Claim): Promise<void> {
    const { taskId = '' } = reply;
    const stream = this.streams.open(context, taskId);
    try {
      const interval = () => this.running.eventInterval;
      const sinks = [
        ...this.pipeline.openSinks(context, taskId),
        new StreamSink(stream, blocks, stored ?? {}, { interval }),
      ];
      const end = await this.run({ context, reply, sinks, blocks }).finally(() => this.streams.close(context, stream));
      if (end.state === 'complete' && end.error === undefined) await this.background.run(context, reply.signal);
    } finally {
      this.streams.close(context, stream);
      await this.deleteTask(reply);
      reply.end();
    }
  }

  private async deleteTask({ taskId: id = '' }: RunningReply): Promise<void> {
    await this.tasks.delete(id).catch((error: unknown) => this.report(error, 'Completion task could not be deleted'));
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
    for await (const event of this.events(run)) {
      if (event.type !== 'message' && event.type !== 'sources') reply.phase = 'streaming';
      if (event.type === 'error') run.error = failureContent(event.error);
      for (const sink of sinks) {
        const held = sink.write(event);
        if (held) await held;
      }
    }
    return { state: 'complete', content: blocks?.content, error: run.error };
  }

  private async *events({ context, reply, blocks, isPrepared, isResponse }: Run): AsyncGenerator<CompletionEvent> {
    const { signal } = reply;
    if (!isPrepared) await aborting(signal, this.pipeline.prepare(context, context.emit, signal));
    yield* blocks && !isResponse
      ? this.generation.read(context, blocks, signal)
      : this.generation.relay(context, blocks, signal);
  }

  /** Events of steps and of running code: written at once, between the events of the model. */
  private deliver({ sinks, blocks, hasEnded }: Run, event: StepEvent): void {
    if (hasEnded) return;
    if (blocks && event.type === 'message') applyTextEvent(blocks, event.event);
    for (const sink of sinks) void sink.write(event);
  }

  private failed({ reply, blocks, error }: Run, cause: unknown): ReplyEnd {
    const isStopped = [cause, reply.signal.reason].some(
      (error) => error instanceof ReplyStoppedError || error instanceof ClientGoneError,
    );
    blocks?.finish();
    const content = reply.phase === 'streaming' ? blocks?.content : undefined;
    if (isStopped) return { state: 'stopped', content, error, cause };
    // Errors of a request are logged where the response is sent.
    if (blocks && !(cause instanceof ReplyError) && toErrorResponse(cause).isUnexpected)
      this.report(cause, 'Reply failed');
    return { state: 'failed', content, error: errorContentOf(cause), cause };
  }

  private report(error: unknown, message: string): void {
    this.logger.error({ err: error }, message);
  }
}

/** The text that the reply continues: the stored one, or the assistant message at the end of the request. */
function startOf({ messages }: CompletionContext, stored: JsonObject | null): string {
  const last = messages.at(-1);
  const content = stored ? stored.content : last?.role === 'assistant' ? last.content : '';
  return typeof content === 'string' ? content : '';
}
