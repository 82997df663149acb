import { isJsonObject, type JsonObject } from '../../../common/util/json';
import { jsonExcess } from '../../../common/util/json-bounds';
import type { ProviderChunk } from '../chat-provider';
import { readLines } from '../lines';
import { ProviderUnreachableError } from '../provider-errors';
import { OllamaReply } from './response.mapper';

/**
 * The chunks of a streamed answer of the model `name`, in OpenAI's form, wherever the bytes are cut. Lines that are no
 * JSON object are left out.
 * @throws ProviderUnreachableError when the stream ends before the answer does.
 */
export async function* readChatChunks(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<ProviderChunk, void> {
  const reply = new OllamaReply(name);
  let hasFailed = false;
  for await (const text of readLines(bytes)) {
    const line = parseObject(text);
    const chunk = line && reply.toChunk(line);
    hasFailed ||= chunk?.error !== undefined;
    if (chunk) yield chunk;
  }
  if (!reply.isDone && !hasFailed) throw new ProviderUnreachableError(new Error('The stream ended before its answer'));
}

const encoder = new TextEncoder();

/** Chunks as the event stream that OpenAI's clients read. */
export async function* toEventStream(chunks: AsyncIterable<ProviderChunk>): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of chunks) yield encoder.encode(`data: ${JSON.stringify(chunk)}\n\n`);
  yield encoder.encode('data: [DONE]\n\n');
}

function parseObject(text: string): JsonObject | undefined {
  if (text.trim() === '' || jsonExcess(text) !== undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
