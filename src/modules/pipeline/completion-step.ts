import { DiscoveryService } from '@nestjs/core';
import type { CompletionContext } from './completion-context';
import type { Emit } from './completion-event';

export type { Emit };

/** A step of preparing a request before the model is called. */
export interface CompletionStep {
  /**
   * Changes the context. Emitted events reach all sinks at once. An error refuses the request: in the `access` phase by
   * its HTTP status, later by ending the reply. `signal` ends with the reply.
   */
  apply(context: CompletionContext, emit: Emit, signal: AbortSignal): Promise<void> | void;
}

export interface StepOptions {
  /** Steps run in ascending order, across modules. */
  order: number;
  /**
   * `access` steps only check, and run first: the task is created after the last of them, so a refusal is the HTTP
   * response. They must not emit: no sink is open yet.
   */
  phase?: 'access' | 'prepare';
}

/** Declares a step. Any module may declare steps in its own folder; they are discovered among its providers. */
export const CompletionStep = DiscoveryService.createDecorator<StepOptions>();
