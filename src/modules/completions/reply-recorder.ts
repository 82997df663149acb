import { isJsonObject, type JsonObject } from '../../common/util/json';
import type { ChatsService } from '../chats/chats.service';
import type { CompletionContext, ReplyPlace } from './completion-context';
import type { CompletionEvent, MessageEvent } from './completion-event';
import { drawnModelIn } from './drawn-model';
import type { ErrorContent } from './error-content';
import type { ReplyWriter } from './reply-writer';

type ListKey = Parameters<ChatsService['appendToMessage']>[2];

export interface ReplyEnd {
  /** The model had begun to answer, so what there is of its text is kept. */
  hasText: boolean;
  error?: ErrorContent;
}

/** Writes what happens to one reply into its stored message. */
export class ReplyRecorder {
  private usage: JsonObject | undefined;

  constructor(
    private readonly context: CompletionContext,
    private readonly place: ReplyPlace,
    private readonly chats: ChatsService,
    private readonly writer: ReplyWriter,
  ) {}

  /** Keys that the message has before its text, such as `sources`. */
  preface(data: JsonObject): void {
    const { chatId, messageId } = this.place;
    this.writer.change(() => this.chats.patchMessage(chatId, messageId, data));
  }

  progress(event: CompletionEvent): void {
    if (event.type === 'opened' || event.type === 'answer')
      this.writer.begin({ ...beginPatch(this.context), done: false });
    if (event.type === 'answer' && isJsonObject(event.body.usage)) this.usage = event.body.usage;
    if (event.type === 'answer') this.keepDrawn(event.body);
    if (event.type === 'chunk') this.keepDrawn(event.chunk);
    if (event.type === 'usage') this.usage = event.usage;
    if (event.type === 'content') this.writer.update(() => this.context.reply.content);
    if (event.type === 'custom') this.append(event.event);
  }

  /** The last write. */
  async end({ hasText, error }: ReplyEnd): Promise<void> {
    await this.writer.end({
      ...(hasText && { content: this.context.reply.content }),
      ...(this.usage && { usage: this.usage }),
      ...(error !== undefined && { ...parentOf(this.context), error: { content: error } }),
      done: true,
    });
  }

  private keepDrawn(told: JsonObject): void {
    const { chatId, messageId } = this.place;
    const selectedModelId = drawnModelIn(told);
    if (selectedModelId) this.writer.change(() => this.chats.patchMessage(chatId, messageId, { selectedModelId }));
  }

  private append(event: MessageEvent): void {
    const { chatId, messageId } = this.place;
    const [key, items] = listOf(event) ?? [];
    if (key) this.writer.change(() => this.chats.appendToMessage(chatId, messageId, key, items ?? []));
  }
}

/** What a message gets as soon as its model answers. */
export function beginPatch(context: CompletionContext): JsonObject {
  return { ...parentOf(context), model: context.request.modelId };
}

function parentOf({ request: { parentId } }: CompletionContext): JsonObject {
  return parentId === undefined ? {} : { parentId };
}

/** The list of a message that an event adds to. */
function listOf({ type, data }: MessageEvent): [ListKey, unknown[]] | undefined {
  if (!isJsonObject(data)) return undefined;
  if (type === 'status') return ['statusHistory', [data]];
  if (type === 'source' || type === 'citation') return data.type ? undefined : ['sources', [data]];
  if (type === 'files' && Array.isArray(data.files)) return ['files', data.files];
  if (type === 'embeds' && Array.isArray(data.embeds)) return ['embeds', data.embeds];
  return undefined;
}
