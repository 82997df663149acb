import { isJsonObject } from '../../../common/util/json';
import { jsonExcess } from '../../../common/util/json-bounds';
import type { ProviderChunk } from '../chat-provider';
import { readLines } from '../lines';

export interface StreamOptions {
  /** Bytes above which a line is left out; 0 for no limit. */
  maxLine?: number;
  /** Called at `[DONE]`. The bytes are still read to their end, so that the connection can be used again. */
  onDone?: () => void;
}

/**
 * The chunks of an event stream up to `[DONE]`, wherever the bytes are cut. Lenient, as clients of providers have to be:
 * each `data:` line that is a JSON object is a chunk, with or without a blank line after it. Comments, other fields and
 * everything else that is no object are left out.
 */
export async function* readChunks(
  bytes: AsyncIterable<Uint8Array>,
  { maxLine = 0, onDone }: StreamOptions = {},
): AsyncGenerator<ProviderChunk, void> {
  let isOver = false;
  try {
    for await (const data of readData(bytes, maxLine)) {
      if (isOver) continue;
      isOver = isDone(data);
      if (isOver) onDone?.();
      const chunk = parseObject(data);
      if (chunk) yield chunk;
    }
  } catch (error) {
    if (!isOver) throw error;
  }
}

const isDone = (data: string): boolean => data.trim() === '[DONE]';

function parseObject(text: string): ProviderChunk | undefined {
  if (jsonExcess(text) !== undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What the `data:` lines hold. */
async function* readData(bytes: AsyncIterable<Uint8Array>, maxLine: number): AsyncGenerator<string, void> {
  for await (const line of readLines(bytes)) if (line.startsWith('data:') && fits(line, maxLine)) yield line.slice(5);
}

/** A text has at most three bytes per UTF-16 unit: only long lines have to be measured. */
const fits = (line: string, maxLine: number): boolean =>
  maxLine === 0 || line.length * 3 <= maxLine || Buffer.byteLength(line) <= maxLine;
