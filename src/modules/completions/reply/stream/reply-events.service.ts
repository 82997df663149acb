import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../../common/auth/principal';
import { NoContentAnswer, type Answer } from '../../../../common/http/answers/answer';
import { sseFrame } from '../../../../common/http/answers/sse';
import { eventStream } from '../../../../common/http/answers/stream-answer';
import { sleep } from '../../../../common/util/time';
import type { ReplyAddress, ReplyPosition } from './reply-address';
import { isLast, type StreamItem } from './reply-stream';
import { ReplyStreamsService } from './reply-streams.service';

/** Milliseconds without an event until a comment shows proxies that the connection is used. */
const PING_INTERVAL = 15_000;
const PING = ': \n\n';

/** The id of the last event: a client that reconnects with it has read everything. */
const LAST_ID = 'end';

/** Replies as server-sent events. */
@Injectable()
export class ReplyEventsService {
  constructor(private readonly streams: ReplyStreamsService) {}

  /** @throws as `ReplyStreamsService.follow`. */
  async stream(
    principal: Principal,
    message: Omit<ReplyAddress, 'userId'>,
    lastEventId: string | undefined,
    client: AbortSignal,
  ): Promise<Answer> {
    const { status, items } = await this.streams.follow(principal, message, positionOf(lastEventId), client);
    // `EventSource` does not connect again.
    if (status === 'finished' && lastEventId === LAST_ID) return new NoContentAnswer();
    return eventStream(withPings(framesOf(message, items), client));
  }
}

async function* framesOf(
  { chatId, messageId }: Omit<ReplyAddress, 'userId'>,
  items: AsyncIterable<StreamItem>,
): AsyncGenerator<string> {
  for await (const { taskId, seq, data } of items) {
    const id = isLast(data) ? LAST_ID : taskId === undefined ? '' : `${taskId}:${seq}`;
    yield `id: ${id}\n${sseFrame({ chat_id: chatId, message_id: messageId, task_id: taskId, seq, data })}`;
  }
}

/** Ends with the frames, which end with the signal. */
async function* withPings(frames: AsyncGenerator<string>, signal: AbortSignal): AsyncGenerator<string> {
  try {
    for (let next = frames.next(); !signal.aborted;) {
      const waiting = new AbortController();
      const result = await Promise.race([next, sleep(PING_INTERVAL, waiting.signal)]);
      waiting.abort();
      if (result?.done) return;
      yield result ? result.value : PING;
      if (result) next = frames.next();
    }
  } finally {
    // Takes effect once the pending frame has come: the signal ends the wait for it.
    void frames.return(undefined);
  }
}

function positionOf(lastEventId = ''): ReplyPosition | undefined {
  const [, taskId, seq] = /^([\w-]{1,64}):(\d{1,15})$/.exec(lastEventId) ?? [];
  return taskId === undefined ? undefined : { taskId, seq: Number(seq) };
}
