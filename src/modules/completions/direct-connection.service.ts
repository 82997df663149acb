import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { isJsonObject, type JsonObject } from '../../common/util/json';
import { jsonExcess } from '../../common/util/json-bounds';
import { RealtimeService } from '../../platform/realtime/realtime.service';
import type { ProviderChunk, ProviderStream } from '../providers/chat-provider';
import { providerErrorContent, ReplyError } from './error-content';
import { FrameQueue } from './frame-queue';

/** Milliseconds that the browser has to take a request. */
const CALL_TIMEOUT = 60_000;
/** Milliseconds without a frame after which a stream is given up. */
const IDLE_TIMEOUT = 300_000;

/** A completion that the browser of its user runs: the provider's key never leaves that browser. */
export interface DirectRequest {
  model: JsonObject;
  body: JsonObject;
  userId: string;
  sessionId: string;
  chatId?: string;
  messageId?: string;
  signal: AbortSignal;
}

/** Calls models through the socket of the user who asked; only that socket can answer. */
@Injectable()
export class DirectConnectionService {
  constructor(private readonly realtime: RealtimeService) {}

  /** @throws ReplyError with what the browser said. */
  async complete(request: DirectRequest): Promise<JsonObject> {
    const answer = await this.call(request, channelOf(request));
    if (!isJsonObject(answer)) throw new ReplyError(textOf(answer));
    if (answer.error) throw new ReplyError(providerErrorContent(answer) ?? textOf(answer));
    return answer;
  }

  /** @throws ReplyError when the browser refuses, is gone, or falls silent. */
  async stream(request: DirectRequest): Promise<ProviderStream> {
    const { sessionId, signal } = request;
    const channel = channelOf(request);
    const lines = new FrameQueue(() => close());
    const idle = setTimeout(() => lines.end(new ReplyError('The browser stopped answering')), IDLE_TIMEOUT);
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
      if (!isJsonObject(answer) || !answer.status) throw new ReplyError(providerErrorContent(answer) ?? textOf(answer));
      return toStream(lines);
    } catch (error) {
      close();
      throw error;
    }
  }

  private async call({ model, body, sessionId, chatId, messageId, signal }: DirectRequest, channel: string) {
    const data = { form_data: { ...body, model: model.id }, model, channel, session_id: sessionId };
    const event = {
      chat_id: chatId ?? null,
      message_id: messageId ?? null,
      data: { type: 'request:chat:completion', data },
    };
    return Promise.race([
      aborted(signal),
      this.realtime.call(sessionId, 'events', event, CALL_TIMEOUT).catch((error: Error) => {
        throw new ReplyError(error.message);
      }),
    ]);
  }
}

const channelOf = ({ userId, sessionId }: DirectRequest): string => `${userId}:${sessionId}:${randomUUID()}`;

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = () => reject(signal.reason as Error);
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}

const textOf = (answer: unknown): string => (typeof answer === 'string' ? answer : JSON.stringify(answer ?? null));

/** A frame that cannot be written as a line ends the stream: nobody else is there to be told. */
function take(frame: unknown, lines: FrameQueue): void {
  try {
    if (isJsonObject(frame) && frame.done) lines.end();
    else lines.push(lineOf(frame));
  } catch {
    lines.end(new ReplyError('The browser sent something that cannot be read'));
  }
}

/** One line of an event stream: browsers send it whole, or only its data. */
function lineOf(frame: unknown): string {
  const text = textOf(frame);
  return text.includes('data:') ? text : `data: ${text}`;
}

function toStream(lines: AsyncIterable<string>): ProviderStream {
  return { kind: 'sse', raw: bytesOf(lines), chunks: () => chunksOf(lines) };
}

async function* bytesOf(lines: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const line of lines) yield Buffer.from(`${line}\n\n`);
}

async function* chunksOf(lines: AsyncIterable<string>): AsyncGenerator<ProviderChunk> {
  for await (const line of lines) {
    const chunk = parse(line.slice(line.indexOf('data:') + 5));
    if (chunk) yield chunk;
  }
}

function parse(text: string): ProviderChunk | undefined {
  if (jsonExcess(text) !== undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
