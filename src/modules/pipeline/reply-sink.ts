import { DiscoveryService } from '@nestjs/core';
import type { ErrorContent } from '../providers/responses/failures';
import type { CompletionContext } from './completion-context';
import type { CompletionEvent } from './completion-event';

/** The outcome of a reply. */
export interface ReplyEnd {
  /** `complete`: the response was read to its end; `failed` and `stopped`: it was not. */
  state: 'complete' | 'failed' | 'stopped';
  /** The whole text; undefined when the model did not start to respond, and when its bytes were passed through. */
  content?: string;
  /** Shown and stored in place of, or below, the text. Also set for a complete response that reports a failure. */
  error?: ErrorContent;
  /** The cause of `failed`. */
  cause?: unknown;
}

/** Reads one reply: the store, the user's sockets, the HTTP response, a channel. */
export interface ReplySink {
  /** Must not throw. A promise pauses the reply until it resolves: for readers with back-pressure. */
  write(event: CompletionEvent): Promise<void> | void;
  /** Called once, in the order of the sinks: the reply is stored before clients receive its end. Must not throw. */
  end(end: ReplyEnd): Promise<void> | void;
}

/** Creates the sinks of one kind. */
export interface ReplySinkFactory {
  /** Undefined when this sink does not apply to the reply. `taskId` is set for a reply that is sent over sockets. */
  open(context: CompletionContext, taskId?: string): ReplySink | undefined;
}

export interface SinkOptions {
  /** Sinks read each event in ascending order. */
  order: number;
}

/**
 * Declares a kind of sink, which is opened for every reply. Discovered among the providers of all modules, as steps
 * are.
 */
export const ReplySinkFactory = DiscoveryService.createDecorator<SinkOptions>();
