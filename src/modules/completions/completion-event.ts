import type { JsonObject } from '../../common/util/json';
import type { ProviderChunk } from '../providers/chat-provider';

/** What happens while a reply is generated, in order. The answer of a request, sockets and the store read the same events. */
export type CompletionEvent =
  /** The model answered with one object. */
  | { type: 'answer'; body: JsonObject }
  /** The model answers with a stream. */
  | { type: 'opened' }
  /** A part of the stream as it came, for passing it through; only when the reply is the answer of the request. */
  | { type: 'bytes'; bytes: Uint8Array }
  /** A chunk without text, as it came. */
  | { type: 'chunk'; chunk: ProviderChunk }
  /** All text so far. */
  | { type: 'content'; content: string }
  | { type: 'usage'; usage: JsonObject }
  /** An event that the provider sends to the client. */
  | { type: 'custom'; event: MessageEvent }
  /** The provider failed within the stream. */
  | { type: 'error'; error: unknown };

/** An event of a message: `{type, data}` as clients get it. */
export interface MessageEvent {
  type: string;
  data?: unknown;
}
