import { isJsonObject, type JsonObject } from '../../../common/util/json';
import type { HttpClient } from '../../../platform/http-client/http-client';
import type { SandboxSettings } from '../sandbox.settings';
import type { SandboxHost } from '../sandbox.types';
import { FrameError, parseJson } from './frames';
import { HostError, type Exchange, type HostReply, type HostRequest } from './exchange';
import { HttpBridge } from './http-bridge';
import { StreamedItems } from './streamed-items';

/** Events of one call, and their bytes. */
const MAX_EVENTS = 20_000;
const MAX_EVENT_BYTES = 64_000_000;
const MAX_STREAM_BYTES = 256_000_000;

/** Serves the requests of the code of one call. */
export class HostBridge {
  /** Resolves when the result of the call is a stream. */
  readonly streamed: Promise<void>;
  readonly items = new StreamedItems();
  private readonly http: HttpBridge;
  private readonly controller = new AbortController();
  private startStream: () => void = () => undefined;
  private events = 0;
  private eventBytes = 0;
  private streamBytes = 0;

  constructor(
    private readonly host: SandboxHost,
    http: HttpClient,
    settings: SandboxSettings,
    allowedHosts: readonly string[] | undefined,
  ) {
    this.http = new HttpBridge(http, settings, allowedHosts);
    this.streamed = new Promise((resolve) => (this.startStream = resolve));
  }

  /** @throws HostError for what is refused or fails; FrameError for requests that the library inside does not make. */
  async serve({ op, head, text, bytes }: HostRequest, exchange: Exchange): Promise<HostReply> {
    switch (op) {
      case 'fetch':
        return this.http.fetch(text, bytes);
      case 'read':
        return this.http.read(head.stream);
      case 'close':
        return this.http.close(head.stream);
      case 'stream':
        this.startStream();
        return {};
      case 'item':
        return this.item(text, exchange);
      case 'emit':
        return this.emit(text, exchange);
      default:
        return exchange.paused(() => this.consult(op, head, objectOf(text)));
    }
  }

  /** The call is over: nothing of it runs on. */
  end(error?: unknown): void {
    this.items.end(error);
    this.http.end();
    this.controller.abort(new HostError('closed', 'The call is over'));
  }

  private async item(text: Buffer, exchange: Exchange): Promise<HostReply> {
    this.streamBytes += text.length;
    if (this.streamBytes > MAX_STREAM_BYTES) throw new FrameError('too-large');
    const isWanted = await exchange.paused(() => this.items.push(parseJson(text)));
    return { head: { isWanted } };
  }

  private async emit(text: Buffer, exchange: Exchange): Promise<HostReply> {
    const { host } = this;
    if (!host.emit) throw new HostError('unavailable', 'There is no chat to send events to');
    this.eventBytes += text.length;
    if (++this.events > MAX_EVENTS || this.eventBytes > MAX_EVENT_BYTES)
      throw new HostError('quota', 'Too many events');
    const event = objectOf(text);
    await exchange.paused(async () => host.emit?.(event));
    return {};
  }

  private async consult(op: string, head: JsonObject, body: JsonObject): Promise<HostReply> {
    const { signal } = this.controller;
    const { host } = this;
    if (op === 'ask' && host.ask) return replyOf(await host.ask(body, signal));
    if (op === 'complete' && host.complete) return replyOf(await host.complete(body, signal));
    if (
      op === 'callTool' &&
      host.callTool &&
      typeof head.name === 'string' &&
      Object.hasOwn(host.tools ?? {}, head.name)
    )
      return replyOf(await host.callTool(head.name, body, signal));
    throw new HostError('unavailable', 'Not available here');
  }
}

const replyOf = (value: unknown): HostReply => ({ text: JSON.stringify(value ?? null) });

/** @throws HostError: code inside may pass anything as an event. */
function objectOf(text: Buffer): JsonObject {
  const value = parseJson(text);
  if (isJsonObject(value)) return value;
  throw new HostError('request', 'Expected an object');
}
