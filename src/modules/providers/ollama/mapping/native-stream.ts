import { tryParseJson } from '../../../../common/json/parse-json';
import { isJsonObject, type JsonObject } from '../../../../common/util/json';
import type { ProviderChunk } from '../../chat-provider';
import { failureIn } from '../../responses/failures';
import { readLines } from '../../responses/event-stream';
import { toUsage } from './usage.mapper';

/** A line of a response in Ollama's form, as usage accounting reads chunks: with `usage` at the end. */
interface NativeChunk extends ProviderChunk {
  line: string;
}

/** The lines of a streamed response; only the last line and failures are parsed. */
export async function* readNative(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<NativeChunk, void> {
  for await (const line of readLines(bytes)) {
    if (line.trim() === '') continue;
    const object = /"done"\s*:\s*true|"error"/.test(line) ? tryParseJson(line) : undefined;
    const [usage, error] = [usageOf(object), failureIn(object)];
    yield { line, ...(usage && { usage }), ...(error !== undefined && { error }) };
  }
}

/** Converts chunks back to the original lines. */
export async function* toLines(chunks: AsyncIterable<ProviderChunk>): AsyncGenerator<string, void> {
  for await (const { line } of chunks) yield `${String(line)}\n`;
}

/** Token counts of a response in OpenAI's form, whichever form the response has. */
export function usageOf(answer: unknown): JsonObject | undefined {
  if (!isJsonObject(answer)) return undefined;
  return isJsonObject(answer.usage) ? answer.usage : toUsage(answer);
}
