import { Inject, Injectable } from '@nestjs/common';
import { toErrorAnswer, toErrorText } from '../../common/errors/to-error-answer';
import { EventStream } from '../../common/http/event-stream';
import type { JsonObject } from '../../common/util/json';
import { ChatsService } from '../chats/chats.service';
import type { CompletionContext } from './completion-context';
import type { CompletionEvent } from './completion-event';
import { GenerationService } from './generation.service';
import { beginPatch } from './reply-recorder';
import { RunningReplies, RunningReply } from './running-replies';
import { COMPLETION_STEPS, type CompletionStep } from './steps/completion-step';

/** Replies that are the answer of their request, as the model gives them: one object, or its stream unread. */
@Injectable()
export class ReplyAnswerService {
  constructor(
    @Inject(COMPLETION_STEPS) private readonly steps: readonly CompletionStep[],
    private readonly generation: GenerationService,
    private readonly running: RunningReplies,
    private readonly chats: ChatsService,
  ) {}

  /** Resolves when the model has begun to answer, so that its refusal has a status. */
  async answer(
    context: CompletionContext,
    client: AbortSignal,
    steps: readonly CompletionStep[] = this.steps,
  ): Promise<JsonObject | EventStream> {
    const reply = new RunningReply(context.principal.id);
    this.running.add(reply);
    const abort = () => reply.abort(client.reason as Error);
    client.addEventListener('abort', abort, { once: true });
    if (client.aborted) abort();
    try {
      for (const step of steps) await step.apply(context);
      const events = this.generation.generate(context, reply.signal);
      const first = await events.next();
      if (!first.done && first.value.type === 'answer') return await this.whole(context, reply, first.value.body);
      return new EventStream(this.frames(context, reply, events), errorFrame);
    } catch (error) {
      reply.end();
      throw error;
    }
  }

  private async whole(context: CompletionContext, reply: RunningReply, body: JsonObject): Promise<JsonObject> {
    await this.record(context);
    reply.end();
    return context.preface.length === 0 ? body : (Object.assign({}, ...context.preface, body) as JsonObject);
  }

  private async *frames(
    context: CompletionContext,
    reply: RunningReply,
    events: AsyncGenerator<CompletionEvent>,
  ): AsyncGenerator<Uint8Array | string> {
    const recording = this.record(context);
    recording.catch(() => undefined);
    try {
      for (const data of context.preface) yield `data: ${JSON.stringify(data)}\n\n`;
      for await (const event of events) if (event.type === 'bytes') yield event.bytes;
      await recording;
    } finally {
      await events.return(undefined);
      reply.end();
    }
  }

  /** The client keeps the text; the message learns where it belongs and who wrote it. */
  private async record(context: CompletionContext): Promise<void> {
    const { place } = context;
    if (place) await this.chats.patchMessage(place.chatId, place.messageId, beginPatch(context), { moveCurrent: true });
  }
}

/** The form in which OpenAI's clients expect a failure within a stream. */
function errorFrame(error: unknown): string {
  const { status } = toErrorAnswer(error);
  return `data: ${JSON.stringify({ error: { message: toErrorText(error), type: 'server_error', code: status } })}\n\n`;
}
