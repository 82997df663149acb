import { isJsonObject, type JsonObject } from '../../../common/util/json';
import type { ProviderChunk } from '../chat-provider';
import { readLines } from '../lines';
import { toUsage } from './usage.mapper';

/** A line of an answer in Ollama's form, as the accounts read chunks: with `usage` at its end. */
interface NativeChunk extends ProviderChunk {
  line: string;
}

/** The lines of a streamed answer; only the last one is looked into. */
export async function* readNative(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<NativeChunk, void> {
  for await (const line of readLines(bytes)) {
    if (line.trim() === '') continue;
    const usage = /"done"\s*:\s*true/.test(line) ? usageOf(parsed(line)) : undefined;
    yield { line, ...(usage && { usage }) };
  }
}

/** Back to the lines as they came. */
export async function* toLines(chunks: AsyncIterable<ProviderChunk>): AsyncGenerator<string, void> {
  for await (const { line } of chunks) yield `${String(line)}\n`;
}

/** What an answer says of its tokens, in OpenAI's form, whichever form it has itself. */
export function usageOf(answer: unknown): JsonObject | undefined {
  if (!isJsonObject(answer)) return undefined;
  return isJsonObject(answer.usage) ? answer.usage : toUsage(answer);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
