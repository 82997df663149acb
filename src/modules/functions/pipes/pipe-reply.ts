import { randomUUID } from 'node:crypto';
import { SSE_DONE, sseFrame } from '../../../common/http/answers/sse';
import { tryParseJson } from '../../../common/json/parse-json';
import { isJsonObject, type JsonObject } from '../../../common/util/json';
import { nowSeconds } from '../../../common/util/time';
import { assembleCompletion } from '../../providers/responses/assemble';
import { readChunks } from '../../providers/responses/event-stream';
import { SandboxError, type SandboxOutcome } from '../../sandbox/sandbox.types';
import { RelayedLine } from './relayed-line';

/** Characters of a reply that is read as a whole. */
const MAX_REPLY = 64 * 1024 * 1024;

/** What a pipe returned to a request without `stream`: an object unchanged, otherwise a completion of the text. */
export async function toCompletion(outcome: SandboxOutcome, model: string): Promise<JsonObject> {
  if (outcome.kind === 'value') return completionOf(outcome.value, model);
  if (outcome.kind === 'response') return completionOf(valueOf(outcome.body), model);
  const items = await collected(outcome.items);
  if (items.every(isPlainText)) return completionOf(items.join(''), model);
  return assembleCompletion(readChunks(toEventStream({ kind: 'stream', items: each(items) }, model)));
}

/** A failure of a pipe in the form of the contract. */
export const toPipeFailure = ({ message }: SandboxError): JsonObject => ({ error: { detail: message } });

/**
 * What a pipe returned to a request with `stream`, as an event stream: an object is one event; text is a chunk, followed
 * by the end; of a generator each item is an event or chunk, and lines of an event stream pass unchanged.
 */
export async function* toEventStream(outcome: SandboxOutcome, model: string): AsyncGenerator<Uint8Array, void> {
  try {
    for await (const text of textsOf(outcome, model)) yield Buffer.from(text);
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    yield Buffer.from(sseFrame(toPipeFailure(error)));
  }
}

async function* textsOf(outcome: SandboxOutcome, model: string): AsyncGenerator<string, void> {
  if (outcome.kind === 'stream') yield* new ItemEvents(model).read(outcome.items);
  else yield* eventsOf(outcome.kind === 'response' ? valueOf(outcome.body) : outcome.value, model);
}

function* eventsOf(value: unknown, model: string): Generator<string, void> {
  yield sseFrame(isJsonObject(value) ? value : chunkOf(model, { content: textOf(value) }));
  if (!isJsonObject(value)) yield* endOf(model);
}

/** The body of a response object: JSON, or text. */
const valueOf = (body: string): unknown => tryParseJson(body) ?? body;

/** Turns the items of a generator into events. */
class ItemEvents {
  /** May go on with the next item. */
  private readonly line = new RelayedLine();
  private isRelayed = false;
  private hasText = false;
  private hasEnded = false;

  constructor(private readonly model: string) {}

  async *read(items: AsyncIterable<unknown>): AsyncGenerator<string, void> {
    for await (const item of items) yield* this.eventsOf(item);
    yield this.closed();
    if (this.hasText) yield* endOf(this.model);
    else if (!this.hasEnded) yield SSE_DONE;
  }

  private *eventsOf(item: unknown): Generator<string, void> {
    const text = isJsonObject(item) ? undefined : textOf(item);
    if (text === undefined) yield this.closed() + sseFrame(item);
    else if (this.isLine(text)) yield this.relay(text);
    else if (text !== '') {
      this.hasText = true;
      yield this.closed() + sseFrame(chunkOf(this.model, { content: text }));
    }
  }

  /** Once a line was relayed, line breaks, other fields and the rest of a line are part of the event stream. */
  private isLine(text: string): boolean {
    if (text.startsWith('data:')) return true;
    const isRest = this.line.isOpen && !this.line.isWhole;
    return this.isRelayed && (isRest || /^\s*(?:$|(?:data|event|id|retry)?:)/.test(text));
  }

  private relay(text: string): string {
    this.isRelayed = true;
    const ended = this.line.isOpen && this.line.isWhole ? this.closed() : '';
    this.hasEnded ||= (this.line.tail + text).includes('data: [DONE]');
    this.line.add(text);
    return ended + text;
  }

  /** Ends a relayed line that came without its line break. */
  private closed(): string {
    const { isOpen } = this.line;
    this.line.clear();
    return isOpen ? '\n\n' : '';
  }
}

function* endOf(model: string): Generator<string, void> {
  yield sseFrame(chunkOf(model, {}, 'stop'));
  yield SSE_DONE;
}

const headOf = (model: string) => ({ id: `${model}-${randomUUID()}`, created: nowSeconds(), model });

function chunkOf(model: string, delta: JsonObject, finish_reason: string | null = null): JsonObject {
  const choices = [{ index: 0, logprobs: null, finish_reason, delta }];
  return { ...headOf(model), choices, object: 'chat.completion.chunk' };
}

function completionOf(value: unknown, model: string): JsonObject {
  if (isJsonObject(value)) return value;
  const message = { role: 'assistant', content: textOf(value) };
  const choices = [{ index: 0, logprobs: null, finish_reason: 'stop', message }];
  return { ...headOf(model), choices, object: 'chat.completion' };
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const isPlainText = (item: unknown): boolean => !isJsonObject(item) && !textOf(item).startsWith('data:');

async function collected(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const list: unknown[] = [];
  let size = 0;
  for await (const item of items) {
    size += typeof item === 'string' ? item.length : JSON.stringify(item).length;
    if (size > MAX_REPLY) throw new SandboxError('output', 'The reply of the pipe is too long');
    list.push(item);
  }
  return list;
}

async function* each(items: readonly unknown[]): AsyncGenerator<unknown, void> {
  for (const item of items) yield await Promise.resolve(item);
}
