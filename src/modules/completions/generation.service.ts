import { Injectable } from '@nestjs/common';
import { asString, isJsonObject, type JsonObject } from '../../common/util/json';
import type { ProviderChunk, ProviderStream } from '../providers/chat-provider';
import type { CompletionContext } from './completion-context';
import type { CompletionEvent } from './completion-event';
import { CompletionsSettings } from './completions.settings';
import type { ContentBlocks } from './content/content-blocks';
import { withDrawnModel } from './drawn-model';
import { providerErrorContent, ReplyError } from './error-content';
import { ModelCallService } from './model-call.service';
import { reasoningOf, ReplyReader } from './reply-reader';

/** Runs a prepared completion: what comes out is the one source that answers, sockets and the store read. */
@Injectable()
export class GenerationService {
  constructor(
    private readonly calls: ModelCallService,
    private readonly settings: CompletionsSettings,
  ) {}

  /**
   * Aborting the signal ends the call of the model and this iteration, with the signal's reason. A task's reply is read
   * into `context.reply`, which holds the text so far also after a failure; any other is passed through unread.
   */
  async *generate(context: CompletionContext, signal: AbortSignal): AsyncGenerator<CompletionEvent> {
    const answer = await this.call(context, signal);
    if (answer.kind === 'json') yield* this.whole(context, answer.body);
    else {
      yield { type: 'opened' };
      yield* context.isTask ? this.read(context, answer.chunks(), signal) : passThrough(answer.raw);
    }
  }

  private async call(context: CompletionContext, signal: AbortSignal): Promise<ProviderStream> {
    const answer: ProviderStream = context.isStream
      ? await this.calls.stream(context, signal)
      : { kind: 'json', body: await this.calls.complete(context, signal) };
    return context.drawnId === undefined ? answer : withDrawnModel(answer, context.drawnId);
  }

  private async *read(context: CompletionContext, chunks: AsyncIterable<ProviderChunk>, signal: AbortSignal) {
    const reader = new ReplyReader(context.reply, this.deltaChunkSize(context));
    for await (const chunk of chunks) yield* reader.read(chunk);
    signal.throwIfAborted();
    yield* reader.finish();
  }

  private *whole(context: CompletionContext, body: JsonObject): Generator<CompletionEvent> {
    if (context.isTask) readAnswer(context.reply, body);
    yield { type: 'answer', body };
  }

  private deltaChunkSize({ modelParams, request }: CompletionContext): number {
    const own = Number(modelParams.stream_delta_chunk_size ?? request.params.stream_delta_chunk_size ?? 1);
    return Math.max(this.settings.delta_chunk_size, Number.isInteger(own) ? own : 1, 1);
  }
}

async function* passThrough(stream: AsyncIterable<Uint8Array>): AsyncGenerator<CompletionEvent> {
  for await (const bytes of stream) yield { type: 'bytes', bytes };
}

/** @throws ReplyError: some providers tell failures with status 200. */
function readAnswer(reply: ContentBlocks, body: JsonObject): void {
  if (body.error) throw new ReplyError(providerErrorContent(body) ?? 'The model failed');
  const choice: unknown = Array.isArray(body.choices) ? body.choices[0] : undefined;
  const message = isJsonObject(choice) && isJsonObject(choice.message) ? choice.message : {};
  const reasoning = reasoningOf(message);
  if (reasoning) reply.appendReasoning(reasoning);
  reply.appendText(asString(message.content) ?? '');
  reply.finish();
}
