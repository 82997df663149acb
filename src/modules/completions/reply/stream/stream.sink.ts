import type { CompletionEvent } from '../../../pipeline/completion-event';
import type { MessageEvent } from '../../../pipeline/message-event';
import type { ReplyEnd, ReplySink } from '../../../pipeline/reply-sink';
import type { JsonObject } from '../../../../common/util/json';
import type { ContentBlocks } from '../../content/content-blocks';
import { errorObject } from '../../generation/reply-error';
import { selectedModelIn } from '../../generation/selected-model';
import { Pace } from '../pace';
import { CANCELLED, DONE, type ReplyStream } from './reply-stream';

export interface StreamSinkOptions {
  /** The least milliseconds between two changes of the text. */
  interval: () => number;
  now?: () => number;
}

/** Publishes one reply as numbered events: what its text changed by, and everything else as other clients get it. */
export class StreamSink implements ReplySink {
  private readonly pace: Pace;
  private timer: NodeJS.Timeout | undefined;
  private usage: JsonObject | undefined;

  /** `stored`: the message before the reply. */
  constructor(
    private readonly stream: ReplyStream,
    private readonly blocks: ContentBlocks,
    stored: JsonObject,
    private readonly options: StreamSinkOptions,
  ) {
    this.pace = new Pace(options.now);
    const flush = () => this.flush();
    stream.begin(
      {
        flush,
        get content() {
          return blocks.content;
        },
      },
      stored,
    );
  }

  write(event: CompletionEvent): void {
    if (event.type === 'usage') this.usage = event.usage;
    const other = dataOf(event);
    if (other) this.flush();
    if (other) this.stream.publish(other);
    else this.schedule();
  }

  end({ state, error }: ReplyEnd): void {
    this.flush();
    if (error !== undefined) this.stream.publish({ type: 'chat:message:error', data: { error: { content: error } } });
    this.stream.publish(state === 'complete' ? DONE : CANCELLED);
  }

  private schedule(): void {
    const { wait } = this.pace;
    if (wait <= 0) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), wait);
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const change = this.blocks.takeChange();
    if (change) this.paced({ type: 'chat:delta', data: change });
    if (this.usage) this.paced({ type: 'chat:completion', data: { usage: this.usage } });
    this.usage = undefined;
  }

  private paced(data: MessageEvent): void {
    this.stream.publish(data);
    this.pace.spend(this.options.interval());
  }
}

/** Events that are no change of the text; undefined for those that are, and for chunks without content. */
function dataOf(event: CompletionEvent): MessageEvent | undefined {
  switch (event.type) {
    case 'message':
      return event.event.type === 'message' || event.event.type === 'replace' ? undefined : event.event;
    case 'sources':
      return { type: 'chat:completion', data: { sources: event.sources } };
    case 'answer':
      return selection(event.body) ?? usageOf(event.body);
    case 'chunk':
      return selection(event.chunk);
    case 'error':
      return { type: 'chat:completion', data: { error: errorObject(event.error) } };
    default:
      return undefined;
  }
}

function selection(source: JsonObject): MessageEvent | undefined {
  const id = selectedModelIn(source);
  return id === undefined ? undefined : { type: 'chat:completion', data: { selected_model_id: id } };
}

const usageOf = ({ usage }: JsonObject): MessageEvent | undefined =>
  usage === undefined || usage === null ? undefined : { type: 'chat:completion', data: { usage } };
