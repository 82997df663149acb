import { tryParseJson } from '../../../common/json/parse-json';
import { isJsonObject } from '../../../common/util/json';
import type { ProviderChunk } from '../chat-provider';
import { ProviderUnreachableError } from '../provider.errors';
import { contentOfError, failureIn } from './failures';

/** Largest line, and largest data of one event, in characters; longer streams fail. Inline images have millions. */
const MAX_LENGTH = 64 * 1024 * 1024;

/**
 * The lines of a stream without LF. A CR is not removed: JSON and `trim()` ignore it. The last line may lack its LF.
 */
export async function* readLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const part of bytes) {
    const text = decoder.decode(part, { stream: true });
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      yield rest + text.slice(start, end);
      rest = '';
      start = end + 1;
    }
    rest += text.slice(start);
    assertLength(rest.length);
  }
  yield rest + decoder.decode();
}

/** Characters buffered of lines that belong to no event, for responses announced as event streams that are not. */
const MAX_STRAY = 1024 * 1024;
const FIELD = /^(?:data|event|id|retry)?:/;

/** Turns the lines of an event stream into chunks. */
export class EventReader {
  private isError = false;
  /** Data lines of the current event that are not JSON on their own. */
  private parts: string[] = [];
  private held = 0;
  private stray = '';

  /** `maxLine`: largest line in bytes, longer ones are dropped; 0 for no limit. */
  constructor(private readonly maxLine = 0) {}

  /** True while the lines belong to an event named `error`. */
  get isInError(): boolean {
    return this.isError;
  }

  read(line: string): ProviderChunk | undefined {
    if (line.startsWith('data:')) return fits(line, this.maxLine) ? this.readData(line.slice(5)) : undefined;
    if (line.startsWith('event:')) this.isError = line.slice(6).trim() === 'error';
    else if (line.trim() === '') return this.endEvent();
    else if (!FIELD.test(line)) this.keep(line);
    return undefined;
  }

  /** The remaining chunk at the end of the stream. `isSilent`: the stream had no chunks. */
  end(isSilent: boolean): ProviderChunk | undefined {
    const chunk = this.endEvent();
    if (chunk) return chunk;
    const value = tryParseJson(this.stray);
    if (isJsonObject(value) || Array.isArray(value)) return toChunk(value);
    const error = isSilent ? contentOfError(this.stray) : undefined;
    return error === undefined ? undefined : { error };
  }

  private readData(text: string): ProviderChunk | undefined {
    const value = tryParseJson(text);
    if (this.isError) return { error: isJsonObject(value) ? (value.error ?? value) : (value ?? text.trim()) };
    if (value === undefined) this.hold(text);
    return toChunk(value);
  }

  private hold(text: string): void {
    this.held += text.length;
    assertLength(this.held);
    this.parts.push(text);
  }

  private endEvent(): ProviderChunk | undefined {
    this.isError = false;
    this.held = 0;
    if (this.parts.length === 0) return undefined;
    const text = this.parts.splice(0).join('\n');
    const value = tryParseJson(text);
    if (value === undefined) this.keep(text);
    return toChunk(value);
  }

  private keep(text: string): void {
    if (this.stray.length + text.length < MAX_STRAY) this.stray += `${text}\n`;
  }
}

/** True for the `[DONE]` line of OpenAI streams. */
export const isDoneLine = (line: string): boolean => line.startsWith('data:') && line.slice(5).trim() === '[DONE]';

/** Converts a JSON value of a stream to a chunk. A list is a chunk only when it reports a failure. */
export function toChunk(value: unknown): ProviderChunk | undefined {
  if (isJsonObject(value)) return value;
  const error = Array.isArray(value) ? failureIn(value) : undefined;
  return error === undefined ? undefined : { error };
}

function assertLength(length: number): void {
  if (length > MAX_LENGTH) throw new ProviderUnreachableError(new Error('A line of the stream is too long'));
}

/** A string has at most three bytes per UTF-16 unit, so only long lines are measured. */
const fits = (line: string, maxLine: number): boolean =>
  maxLine === 0 || line.length * 3 <= maxLine || Buffer.byteLength(line) <= maxLine;

export interface StreamOptions {
  /** Largest line in bytes, longer ones are dropped; 0 for no limit. */
  maxLine?: number;
  /** Called at `[DONE]`. The remaining bytes are still read, so that the connection can be reused. */
  onDone?: () => void;
}

/**
 * The chunks of an event stream up to `[DONE]`, however the bytes are split. Lenient: each `data:` line that is a JSON
 * object is a chunk, with or without a blank line after it; so are the joined lines of an event. An `error` event and a
 * failure in a list become chunks with `error`. Comments and other fields are skipped. JSON without a field is a chunk
 * at the end: a whole response or a failure that was announced as a stream. When there are no chunks at all, the body
 * becomes an `error`.
 */
export async function* readChunks(
  bytes: AsyncIterable<Uint8Array>,
  { maxLine = 0, onDone }: StreamOptions = {},
): AsyncGenerator<ProviderChunk, void> {
  const events = new EventReader(maxLine);
  let isSilent = true;
  for await (const line of linesUntilDone(readLines(bytes), onDone)) {
    const chunk = events.read(line);
    if (!chunk) continue;
    isSilent = false;
    yield chunk;
  }
  const last = events.end(isSilent);
  if (last) yield last;
}

async function* linesUntilDone(
  lines: AsyncIterable<string>,
  onDone?: StreamOptions['onDone'],
): AsyncGenerator<string, void> {
  for await (const line of lines) {
    if (!isDoneLine(line)) yield line;
    else {
      onDone?.();
      return readToEnd(lines);
    }
  }
}

async function readToEnd(lines: AsyncIterable<string>): Promise<void> {
  try {
    for await (const line of lines) void line;
  } catch {
    // The reply is already complete.
  }
}
