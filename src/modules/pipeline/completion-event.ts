import type { JsonObject } from '../../common/util/json';
import type { ProviderChunk } from '../providers/chat-provider';
import type { MessageEvent } from './message-event';

/** An event of a step: sent to all sinks at once, before the model is called. */
export type StepEvent =
  /** `status`, `files`, `chat:message:error`, … */
  | { type: 'message'; event: MessageEvent }
  /** Sources of the reply: stored with the message, and sent before the reply. */
  | { type: 'sources'; sources: JsonObject[] };

/** Sends an event to all sinks of the reply, at once. */
export type Emit = (event: StepEvent) => void;

/** The events of one reply, in order. All sinks of a reply read the same events. */
export type CompletionEvent =
  | StepEvent
  /** The model responded with one object. */
  | { type: 'answer'; body: JsonObject }
  /** The model started to stream. */
  | { type: 'opened' }
  /** Bytes of a stream that is passed through unread. */
  | { type: 'bytes'; bytes: Uint8Array }
  /** An unchanged chunk without text. */
  | { type: 'chunk'; chunk: ProviderChunk }
  /** The whole text so far. */
  | { type: 'content'; content: string }
  /** Token usage, merged over all parts so far. */
  | { type: 'usage'; usage: JsonObject }
  /** The provider reported a failure within its response. */
  | { type: 'error'; error: unknown };
