import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { ConflictError } from '../../common/errors/app-error';
import { toErrorAnswer } from '../../common/errors/to-error-answer';
import { ChatsService } from '../chats/chats.service';
import { BackgroundTasksService } from './background/background-tasks.service';
import type { CompletionContext } from './completion-context';
import { CompletionTasksRepository } from './completion-tasks.repository';
import type { TaskStartedResponse } from './completions.dto';
import { CompletionsNotifier } from './completions.notifier';
import { ContentBlocks } from './content/content-blocks';
import { tagPairs } from './content/tag-pairs';
import { errorContentOf, providerErrorContent, ReplyError, type ErrorContent } from './error-content';
import { GenerationService } from './generation.service';
import { ReplyRecorder, type ReplyEnd } from './reply-recorder';
import { ReplyWriter } from './reply-writer';
import { ReplyStoppedError, RunningReplies, RunningReply } from './running-replies';
import { COMPLETION_STEPS, type CompletionStep } from './steps/completion-step';

/** Milliseconds between two writes of a growing text; more when many replies run, so that the database keeps up. */
const SAVE_INTERVAL = 500;
const SAVE_INTERVAL_PER_REPLY = 2;

/** Replies that outlive their request: told over sockets, stored in the chat, stopped through `/api/tasks`. */
@Injectable()
export class ReplyTaskService {
  private readonly logger = new Logger(ReplyTaskService.name);

  constructor(
    @Inject(COMPLETION_STEPS) private readonly steps: readonly CompletionStep[],
    private readonly generation: GenerationService,
    private readonly background: BackgroundTasksService,
    private readonly running: RunningReplies,
    private readonly tasks: CompletionTasksRepository,
    private readonly chats: ChatsService,
    private readonly notifier: CompletionsNotifier,
  ) {}

  /**
   * Answers at once; whatever happens then is told to the sockets of the user.
   * @throws ConflictError while another reply is written into the same message.
   */
  async start(context: CompletionContext): Promise<TaskStartedResponse> {
    const { principal, request, place } = context;
    const { chatId = '', messageId = '', modelId } = request;
    const id = randomUUID();
    const reply = new RunningReply(principal.id, id, chatId);
    this.running.add(reply);
    try {
      const task = { id, userId: principal.id, chatId, messageId, modelId, isWriting: place !== undefined };
      if (!(await this.tasks.insert(task)))
        throw new ConflictError('A reply is being written into this message already');
    } catch (error) {
      reply.end();
      throw error;
    }
    this.run(context, reply, id).catch((error: unknown) => this.report(error, 'A reply did not end as it should'));
    return { status: true, task_id: id };
  }

  private async run(context: CompletionContext, reply: RunningReply, id: string): Promise<void> {
    const recorder = this.recorderOf(context);
    try {
      const failure = await this.generate(context, reply, recorder);
      await this.finish(context, id, recorder, failure);
      if (failure === undefined)
        await this.background
          .run(context, reply.signal)
          .catch((error: unknown) => this.report(error, 'What follows a reply failed'));
    } catch (error) {
      await this.fail(context, id, reply, recorder, error);
    } finally {
      await this.tasks.delete(id).catch((error: unknown) => this.report(error, 'A finished task stays listed'));
      reply.end();
    }
  }

  /** What the provider said of a failure within its stream; undefined when all went well. */
  private async generate(
    context: CompletionContext,
    reply: RunningReply,
    recorder: ReplyRecorder | undefined,
  ): Promise<ErrorContent | undefined> {
    let failure: ErrorContent | undefined;
    context.reply = new ContentBlocks(await this.startOf(context), this.tagsOf(context));
    for (const step of this.steps) await step.apply(context);
    for (const data of context.preface) {
      this.notifier.completion(context, data);
      recorder?.preface(data);
    }
    for await (const event of this.generation.generate(context, reply.signal)) {
      reply.phase = 'streaming';
      recorder?.progress(event);
      this.notifier.progress(context, event);
      if (event.type === 'error') failure = providerErrorContent(event) ?? 'The model failed';
    }
    return failure;
  }

  private async finish(
    context: CompletionContext,
    id: string,
    recorder: ReplyRecorder | undefined,
    error: ErrorContent | undefined,
  ): Promise<void> {
    await this.close(id, recorder, { hasText: true, error });
    if (error !== undefined) this.notifier.error(context, error);
    this.notifier.done(context, await this.titleOf(context));
  }

  private async fail(
    context: CompletionContext,
    id: string,
    reply: RunningReply,
    recorder: ReplyRecorder | undefined,
    cause: unknown,
  ): Promise<void> {
    const isStopped = cause instanceof ReplyStoppedError || reply.signal.reason instanceof ReplyStoppedError;
    if (!isStopped && !(cause instanceof ReplyError) && toErrorAnswer(cause).isUnexpected)
      this.report(cause, 'A reply failed');
    const error = isStopped ? undefined : errorContentOf(cause);
    context.reply.finish();
    await this.close(id, recorder, { hasText: reply.phase === 'streaming', error });
    if (error !== undefined) this.notifier.error(context, error);
    this.notifier.cancel(context);
  }

  /** To be done before anybody is told that the reply ended: a client may continue it at once. */
  private async close(id: string, recorder: ReplyRecorder | undefined, end: ReplyEnd): Promise<void> {
    await recorder?.end(end);
    if (recorder) await this.tasks.endWriting(id);
  }

  private recorderOf(context: CompletionContext): ReplyRecorder | undefined {
    const { place } = context;
    if (!place) return undefined;
    const writer = new ReplyWriter(
      (patch, options) => this.chats.patchMessage(place.chatId, place.messageId, patch, options),
      () => Math.max(SAVE_INTERVAL, SAVE_INTERVAL_PER_REPLY * this.running.size),
      (error) => this.report(error, 'A reply could not be stored'),
    );
    return new ReplyRecorder(context, place, this.chats, writer);
  }

  /** The text that the reply continues: what is stored, or the answer at the end of the request. */
  private async startOf({ place, messages }: CompletionContext): Promise<string> {
    const stored = place ? await this.chats.findMessage(place.chatId, place.messageId) : null;
    const last = messages.at(-1);
    const content = stored ? stored.content : last?.role === 'assistant' ? last.content : '';
    return typeof content === 'string' ? content : '';
  }

  private tagsOf({ modelParams, request }: CompletionContext) {
    return tagPairs({ reasoningTags: modelParams.reasoning_tags ?? request.params.reasoning_tags });
  }

  private async titleOf({ principal, place }: CompletionContext): Promise<string | null> {
    const chat = place ? await this.chats.findOwned(principal.id, place.chatId) : null;
    return chat?.title ?? null;
  }

  private report(error: unknown, message: string): void {
    this.logger.error({ err: error }, message);
  }
}
