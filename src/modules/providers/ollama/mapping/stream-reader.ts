import { Readable } from 'node:stream';
import { sseFrame, SSE_DONE } from '../../../../common/http/answers/sse';
import { tryParseJson } from '../../../../common/json/parse-json';
import { isJsonObject, type JsonObject } from '../../../../common/util/json';
import { failureIn } from '../../responses/failures';
import { EventReader, readLines, toChunk } from '../../responses/event-stream';
import type { ProviderChunk } from '../../chat-provider';
import { ProviderUnreachableError } from '../../provider.errors';
import { assembleCompletion } from '../../responses/assemble';
import { OllamaReply } from './response.mapper';

/**
 * The chunks of a response of the model `name`, in OpenAI's form. Ollama sends one JSON object per line; proxies also
 * send an event stream, chunks in OpenAI's form, or one object over several lines. Other lines are dropped.
 * @throws ProviderUnreachableError when the stream ends before the reply does.
 */
export async function* readChatChunks(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<ProviderChunk, void> {
  const reply = new OllamaReply(name);
  let isOver = false;
  for await (const object of readObjects(readLines(bytes))) {
    const chunk = reply.toChunk(object);
    if (!chunk) continue;
    isOver ||= isLast(chunk);
    yield chunk;
  }
  if (!isOver) throw new ProviderUnreachableError(new Error('The stream ended before the reply'));
}

const JSON_START = /^\s*[[{]/;

/** The JSON objects of a response: one per line, one per event, or one that spans all lines. */
async function* readObjects(lines: AsyncIterable<string>): AsyncGenerator<ProviderChunk, void> {
  const events = new EventReader();
  for await (const line of lines) {
    const object = (JSON_START.test(line) ? toChunk(tryParseJson(line)) : undefined) ?? events.read(line);
    if (object) yield object;
  }
  const last = events.end(false);
  if (last) yield last;
}

/**
 * The completion in the response to a request without `stream`: one object in Ollama's form, or anything that
 * `readChatChunks` reads.
 */
export async function toCompletion(answer: unknown, name: string): Promise<JsonObject> {
  const error = failureIn(answer);
  if (error !== undefined) return { error };
  if (typeof answer === 'string') return assembleCompletion(readChatChunks(single(answer), name));
  if (!isJsonObject(answer)) throw new ProviderUnreachableError(new Error('The response is not a JSON object'));
  return Array.isArray(answer.choices) ? answer : new OllamaReply(name).toCompletion(answer);
}

const encoder = new TextEncoder();

/** Encodes chunks as an event stream in OpenAI's form. */
export async function* toEventStream(chunks: AsyncIterable<ProviderChunk>): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of chunks) yield encoder.encode(sseFrame(chunk));
  yield encoder.encode(SSE_DONE);
}

/** True for the chunk with the finish reason, and for a failure. */
const isLast = ({ error, choices = [] }: ProviderChunk): boolean =>
  error !== undefined || choices.some(({ finish_reason: reason }) => reason);

const single = (text: string): AsyncIterable<Uint8Array> => Readable.from([encoder.encode(text)]);
