import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { aborting } from '../../../common/util/aborting';
import { AsyncQueue } from '../../../common/util/async-queue';
import { isJsonObject, type JsonObject } from '../../../common/util/json';
import { RealtimeService } from '../../../platform/realtime/realtime.service';
import type { ProviderStream } from '../../providers/chat-provider';
import { readChunks } from '../../providers/responses/event-stream';
import { contentOfError } from '../../providers/responses/failures';
import { ReplyError } from './reply-error';

/** Characters of unread frames: a browser may send faster than the reply is stored. */
const MAX_WAITING = 16_000_000;
/** Milliseconds for the browser to accept a request. */
const CALL_TIMEOUT = 60_000;
/** Milliseconds without a frame after which a stream is considered dead. */
const IDLE_TIMEOUT = 300_000;

/** A completion that runs in the user's browser: the provider's key is not sent to the server. */
export interface DirectRequest {
  model: JsonObject;
  body: JsonObject;
  userId: string;
  sessionId: string;
  chatId?: string;
  messageId?: string;
  signal: AbortSignal;
}

/** Calls models through the socket of the request; no other socket can respond. */
@Injectable()
export class DirectConnectionService {
  constructor(private readonly realtime: RealtimeService) {}

  /** @throws ReplyError with the failure that the browser reported. */
  async complete(request: DirectRequest): Promise<JsonObject> {
    const answer = await this.call(request, channelOf(request));
    if (!isJsonObject(answer)) throw new ReplyError(serialized(answer));
    if (answer.error) throw new ReplyError(contentOfError(answer) ?? serialized(answer));
    return answer;
  }

  /** @throws ReplyError when the browser refuses, disconnects, or stops sending. */
  async stream(request: DirectRequest): Promise<ProviderStream> {
    const { sessionId, signal } = request;
    const channel = channelOf(request);
    const lines = new AsyncQueue<string>({ sizeOf: ({ length }) => length, onClose: () => close() });
    const idle = setTimeout(() => lines.end(new ReplyError('The browser stopped responding')), IDLE_TIMEOUT);
    const abort = () => lines.end(signal.reason as Error);
    const stop = this.realtime.listen(
      sessionId,
      channel,
      (frame) => {
        idle.refresh();
        take(frame, lines);
      },
      () => lines.end(new ReplyError('The browser closed the connection')),
    );
    const close = () => {
      stop();
      clearTimeout(idle);
      signal.removeEventListener('abort', abort);
    };
    signal.addEventListener('abort', abort);
    try {
      const answer = await this.call(request, channel);
      if (!isJsonObject(answer) || !answer.status) throw new ReplyError(contentOfError(answer) ?? serialized(answer));
      return toStream(lines);
    } catch (error) {
      close();
      throw error;
    }
  }

  private async call(request: DirectRequest, channel: string) {
    const { model, body, sessionId, userId, chatId, messageId, signal } = request;
    const data = { form_data: { ...body, model: model.id }, model, channel, session_id: sessionId };
    const event = {
      chat_id: chatId ?? null,
      message_id: messageId ?? null,
      data: { type: 'request:chat:completion', data },
    };
    const answer = this.realtime.call({ socketId: sessionId, userId }, 'events', event, CALL_TIMEOUT);
    return aborting(
      signal,
      answer.catch((error: Error) => {
        throw new ReplyError(error.message);
      }),
    );
  }
}

const channelOf = ({ userId, sessionId }: DirectRequest): string => `${userId}:${sessionId}:${randomUUID()}`;

const serialized = (answer: unknown): string => (typeof answer === 'string' ? answer : JSON.stringify(answer ?? null));

/** A frame that is not a valid line ends the stream. */
function take(frame: unknown, lines: AsyncQueue<string>): void {
  try {
    if (isJsonObject(frame) && frame.done) lines.end();
    else lines.push(lineOf(frame));
    if (lines.size > MAX_WAITING) lines.end(new ReplyError('The browser sent data faster than it could be read'));
  } catch {
    lines.end(new ReplyError('The browser sent an invalid frame'));
  }
}

/** One line of an event stream: browsers send it whole, or only its data. */
function lineOf(frame: unknown): string {
  const text = serialized(frame);
  return text.includes('data:') ? text : `data: ${text}`;
}

function toStream(lines: AsyncIterable<string>): ProviderStream {
  return { kind: 'sse', raw: bytesOf(lines), chunks: () => readChunks(bytesOf(lines)) };
}

async function* bytesOf(lines: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const line of lines) yield Buffer.from(`${line}\n\n`);
}
